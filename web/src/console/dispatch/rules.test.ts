import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteOf, onlySet, timeOf } from './rules'

test('minutes and times are each other\'s way back, midnight at the end included', () => {
  assert.equal(timeOf(510), '08:30')
  assert.equal(timeOf(1440), '00:00')
  assert.equal(timeOf(undefined), '')
  assert.equal(minuteOf('08:30'), 510)
  assert.equal(minuteOf('00:00'), 0)
  assert.equal(minuteOf('00:00', true), 1440)
  assert.equal(minuteOf(''), undefined)
})

test('what was left open is not sent', () => {
  assert.deepEqual(onlySet({ days: 'any', category: '', weekdays: [], department: 'x' }), { days: 'any', department: 'x' })
})
