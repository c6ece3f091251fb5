import assert from 'node:assert/strict'
import { test } from 'node:test'
import { locale } from '@/shared/i18n'
import { chinaDay, chinaMidnight, formatAgo, formatDue, formatLeft, formatSpan, formatStamp, formatWhen } from './index'

const hour = 3_600_000
/* 2026-11-22 08:00 in China is still the 22nd at 00:00 UTC */
const now = Date.parse('2026-11-22T00:00:00Z')

test('a time is told as in China, whatever zone the device is in', () => {
  assert.equal(formatWhen('2026-11-22T06:05:00Z', now), '今天 14:05')
  assert.equal(formatWhen('2026-11-21T15:59:00Z', now), '昨天 23:59')
  assert.equal(formatWhen('2026-11-21T16:00:00Z', now), '今天 00:00')
  assert.equal(formatWhen('2026-11-23T01:00:00Z', now), '明天 09:00')
  assert.equal(formatWhen('2026-03-02T01:00:00Z', now), '3月2日 09:00')
  assert.equal(formatWhen('2025-12-31T16:30:00Z', now), '1月1日 00:30')
  assert.equal(formatWhen('2025-12-30T16:30:00Z', now), '2025年12月31日 00:30')
  assert.equal(formatStamp('2026-11-22T06:05:00Z'), '2026-11-22 14:05')
})

test('a limit at midnight is the end of the day before', () => {
  assert.equal(formatDue('2026-11-22T16:00:00Z', now), '今天 24:00')
  assert.equal(formatDue('2026-11-22T09:30:00Z', now), '今天 17:30')
  assert.equal(chinaDay('2026-11-22T15:59:59Z'), chinaDay(now))
  assert.equal(chinaDay('2026-11-22T16:00:00Z'), chinaDay(now) + 1)
})

test('what is no time gives nothing', () => {
  assert.equal(formatWhen('yesterday', now), '')
  assert.equal(formatStamp('?'), '')
})

test('a span names its two largest units', () => {
  assert.equal(formatSpan(26 * hour), '1 天 2 小时')
  assert.equal(formatSpan(48 * hour), '2 天')
  assert.equal(formatSpan(3 * hour + 5 * 60_000), '3 小时 5 分钟')
  assert.equal(formatSpan(59_000), '不到 1 分钟')
})

test('before the limit it is left, after it is late', () => {
  assert.equal(formatLeft(now + 26 * hour, now), '剩 1 天 2 小时')
  assert.equal(formatLeft(now - 3 * hour, now), '超期 3 小时')
  locale.value = 'en'
  assert.equal(formatLeft(now + 26 * hour, now), '1 day 2 h left')
  locale.value = 'zh-CN'
})

test('recent things are told by how long ago', () => {
  assert.equal(formatAgo(now - 20_000, now), '刚刚')
  assert.equal(formatAgo(now - 5 * 60_000, now), '5 分钟前')
  assert.equal(formatAgo(now - 3.7 * hour, now), '3 小时前')
})

test('a day of the calendar begins at midnight in China', () => {
  assert.equal(chinaMidnight('2026-11-22'), '2026-11-21T16:00:00.000Z')
  assert.equal(chinaMidnight('2026-11-30', 1), '2026-11-30T16:00:00.000Z')
})
