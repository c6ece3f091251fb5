import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dueWord, stateTone } from './case-tone'

const now = Date.parse('2026-11-22T08:00:00Z')
const at = (hours: number): string => new Date(now + hours * 3_600_000).toISOString()

test('a deadline far away is quiet, a near one warns, a passed one alarms', () => {
  assert.equal(dueWord({ due: at(30), late: false }, now)?.tone, 'idle')
  assert.equal(dueWord({ due: at(3), late: false }, now)?.tone, 'warn')
  assert.equal(dueWord({ due: at(-1), late: false }, now)?.tone, 'danger')
  assert.equal(dueWord({ due: at(1), late: true }, now)?.tone, 'danger')
})

test('a closed case has no deadline to show', () => {
  assert.equal(dueWord({ due: at(-1), late: false, closed: at(-2) }, now), null)
  assert.equal(dueWord({ late: false }, now), null)
})

test('archived is good, refused is not the same as archived', () => {
  assert.equal(stateTone({ ended: 'done' }), 'ok')
  assert.equal(stateTone({ ended: 'rejected' }), 'idle')
  assert.equal(stateTone({ ended: 'void' }), 'idle')
  assert.equal(stateTone({}), 'info')
})
