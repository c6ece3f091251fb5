import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockDays, timeOf, weekdayOf, type ClockSpan } from './days'

const span = (from: string, to: string, more: Partial<ClockSpan> = {}): ClockSpan => ({
  from: `2026-11-${from}:00+08:00`, to: `2026-11-${to}:00+08:00`, counted: false, kind: 'after-hours', why: '非工作时间', holder: '',
  counted_ms: 0, cumulative_ms: 0, day_number: 0, ahead: false, late: false, provisional: false, ...more,
})

test('spans are cut at midnight and add up', () => {
  const work = { counted: true, kind: 'counted' as const, why: '工作时间', day_number: 1 }
  const days = clockDays([
    span('20T10:00', '21T00:00', { kind: 'start-day', why: '起始日，不计入' }),
    span('21T00:00', '23T00:00', { kind: 'day-off', why: '周末' }),
    span('23T00:00', '23T08:00'), span('23T08:00', '23T12:00', work), span('23T12:00', '23T14:00'), span('23T14:00', '23T18:00', work),
  ])
  assert.deepEqual(days.map((d) => [d.date, d.countedMs / 3_600_000, d.number, d.why]), [
    ['2026-11-20', 0, 0, '起始日，不计入'], ['2026-11-21', 0, 0, '周末'], ['2026-11-22', 0, 0, '周末'], ['2026-11-23', 8, 1, ''],
  ])
  assert.deepEqual(days[0]?.parts.map((p) => [timeOf(p.from), timeOf(p.to)]), [['10:00', '24:00']])
  assert.equal(days[3]?.cumulativeMs, 8 * 3_600_000)
})

test('weekdays are those of China', () => {
  assert.equal(weekdayOf('2026-11-22'), 0)
  assert.equal(weekdayOf('2026-11-23'), 1)
})
