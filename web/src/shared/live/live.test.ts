import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoff } from './backoff'
import { decodePoke } from './index'

test('waiting doubles up to its limit and starts anew', () => {
  const wait = backoff(1000, 8000, () => 1)
  assert.deepEqual([wait.next(), wait.next(), wait.next(), wait.next(), wait.next()], [1000, 2000, 4000, 8000, 8000])
  wait.reset()
  assert.equal(wait.next(), 1000)
})

test('jitter takes at most half away', () => {
  assert.equal(backoff(1000, 8000, () => 0).next(), 500)
})

test('a poke says what changed and which one', () => {
  assert.deepEqual(decodePoke('{"topic":"case","action":"case.dispatched","id":17}'), { topic: 'case', id: '17' })
  assert.deepEqual(decodePoke('{"topic":"territory","id":0}'), { topic: 'territory', id: null })
  assert.deepEqual(decodePoke('not json'), { topic: '*', id: null })
})
