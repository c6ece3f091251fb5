import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Op } from './op'
import { delayAfter, nextOp, wakeAt } from './plan'

function op(id: string, is: Partial<Op> = {}): Op {
  return {
    id, seq: Number(id), entity: id, after: [], title: '', photos: [], at_device: '', state: 'queued', tries: 0, next_at: 0, last_problem: null, receipt: null,
    kind: 'case.create', body: { category: 'x', text: 'x', lon: 0, lat: 0, channel: 'member' }, ...is,
  } as Op
}

test('operations on one thing go in the order they were made', () => {
  const list = [op('2', { entity: 'case:7' }), op('1', { entity: 'case:7', next_at: 100 })]
  assert.equal(nextOp(list, 50), null)
  assert.equal(nextOp(list, 100)?.id, '1')
})

test('different things may overtake each other', () => {
  assert.equal(nextOp([op('1', { entity: 'a', next_at: 100 }), op('2', { entity: 'b' })], 50)?.id, '2')
})

test('a refused one stops its own thing only', () => {
  const list = [op('1', { entity: 'a', state: 'rejected' }), op('2', { entity: 'a' }), op('3', { entity: 'b' })]
  assert.equal(nextOp(list, 0)?.id, '3')
})

test('what depends on another waits for it', () => {
  assert.equal(nextOp([op('1', { next_at: 100 }), op('2', { after: ['1'] })], 50), null)
  assert.equal(nextOp([op('1', { state: 'done' }), op('2', { after: ['1'] })], 50)?.id, '2')
  assert.equal(nextOp([op('2', { after: ['gone'] })], 50)?.id, '2')
})

test('one that was cut off while sending is sent again', () => {
  assert.equal(nextOp([op('1', { state: 'sending' })], 0)?.id, '1')
})

test('the next look is at the earliest waiting one', () => {
  assert.equal(wakeAt([op('1', { next_at: 300 }), op('2', { next_at: 200 }), op('3', { state: 'rejected', next_at: 100 })]), 200)
  assert.equal(wakeAt([op('1', { state: 'done' })]), null)
})

test('the wait grows from two seconds to five minutes', () => {
  assert.equal(delayAfter(1, 1), 2000)
  assert.equal(delayAfter(3, 1), 8000)
  assert.equal(delayAfter(50, 1), 300_000)
  assert.equal(delayAfter(1, 0), 1000)
})
