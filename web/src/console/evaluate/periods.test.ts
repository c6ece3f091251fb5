import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateOf, pointsOf, presetSpan } from './periods'

test('a day of the territory begins at 16:00 UTC', () => {
  assert.equal(dateOf(Date.parse('2026-11-21T15:59:00Z')), '2026-11-21')
  assert.equal(dateOf(Date.parse('2026-11-21T16:00:00Z')), '2026-11-22')
})
test('missing days are zero, not left out', () => {
  const { weekly, points } = pointsOf([{ date: '2026-11-01', received: 2, archived: 0 }, { date: '2026-11-03', received: 1, archived: 2 }])
  assert.equal(weekly, false)
  assert.deepEqual(points.map((p) => p.received), [2, 0, 1])
})
test('many days become weeks from Monday and lose nothing', () => {
  const days = Array.from({ length: 100 }, (_, n) => ({ date: dateOf(Date.parse('2026-03-04T00:00:00+08:00') + n * 86_400_000), received: 1, archived: 1 }))
  const { weekly, points } = pointsOf(days)
  assert.equal(weekly, true)
  assert.equal(points[0]?.date, '2026-03-02')
  assert.equal(points.reduce((sum, p) => sum + p.received, 0), 100)
})
test('presets end today', () => {
  const now = Date.parse('2026-11-22T10:00:00+08:00')
  assert.deepEqual(presetSpan('week', now), { from: '2026-11-16', to: '2026-11-22' })
  assert.deepEqual(presetSpan('month', now), { from: '2026-11-01', to: '2026-11-22' })
})
