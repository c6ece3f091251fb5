import assert from 'node:assert/strict'
import { test } from 'node:test'
import { locale } from '@/shared/i18n'
import { keyring, uuidv7 } from './ids'
import { asProblem, Problem, problemFrom } from './problem'
import { useSave } from './save'

test('ids are UUIDv7 and sort by time', () => {
  const early = uuidv7(1_700_000_000_000)
  const late = uuidv7(1_700_000_000_001)
  assert.match(early, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.ok(early < late)
})

test('what is said again word for word keeps its key until it was answered', () => {
  const keys = keyring()
  const first = keys.keyFor('垃圾没清')
  assert.equal(keys.keyFor('垃圾没清'), first)
  assert.ok(keys.keyFor('垃圾还没清') !== first)
  const second = keys.keyFor('垃圾没清')
  keys.done()
  assert.ok(keys.keyFor('垃圾没清') !== second)
})

test('a form is sent once at a time, again with the same key after a lost answer, and tells what was refused', async () => {
  const { saving, save } = useSave()
  const keys: string[] = []
  const lost = (said: { name: string }, headers: { 'Idempotency-Key': string }): Promise<string> => {
    keys.push(headers['Idempotency-Key'])
    return said.name === 'lost' ? Promise.reject(new TypeError('fetch failed')) : Promise.resolve(said.name)
  }
  assert.equal(await save(false, () => ({ name: 'never' }), lost), null)
  assert.deepEqual([saving.tried, saving.problem, keys.length], [true, null, 0])
  const first = save(true, () => ({ name: 'lost' }), lost)
  assert.equal(await save(true, () => ({ name: 'second press' }), lost), null)
  assert.equal(await first, null)
  assert.equal(saving.problem?.code, 'net.offline')
  await save(true, () => ({ name: 'lost' }), lost)
  assert.equal(await save(true, () => ({ name: 'other words' }), lost), 'other words')
  assert.deepEqual([saving.busy, saving.problem, keys.length, keys[0] === keys[1], keys[1] === keys[2]], [false, null, 3, true, false])
})

const body = {
  type: 'about:blank', title: '提交的内容有误', status: 422, code: 'input.invalid', texts: { zh: '提交的内容有误', en: 'Not acceptable' },
  errors: [{ pointer: '/phone', code: 'format', detail: '请填写 11 位手机号', texts: { zh: '请填写 11 位手机号', en: 'A mobile number has 11 digits' } }],
}

test('a problem keeps the server’s words in both languages', () => {
  const problem = problemFrom(new Response(null, { status: 422 }), body)
  assert.equal(problem.code, 'input.invalid')
  assert.equal(problem.sentence, '提交的内容有误')
  assert.equal(problem.field('phone'), '请填写 11 位手机号')
  locale.value = 'en'
  assert.equal(problem.sentence, 'Not acceptable')
  assert.equal(problem.field('phone'), 'A mobile number has 11 digits')
  assert.equal(problem.field('text'), undefined)
  locale.value = 'zh-CN'
})

test('an answer that is no problem document still becomes one', () => {
  const problem = problemFrom(new Response('<html>', { status: 502 }), null)
  assert.equal(problem.code, 'http.502')
  assert.ok(problem.passing)
  assert.ok(problem.sentence.length > 0)
})

test('only what may pass by itself is worth sending again', () => {
  for (const status of [0, 408, 425, 429, 500, 503]) assert.ok(new Problem({ status, code: 'x' }).passing, String(status))
  for (const status of [400, 401, 403, 404, 409, 412, 422]) assert.ok(!new Problem({ status, code: 'x' }).passing, String(status))
})

test('waiting time asked for by the server is kept', () => {
  const problem = problemFrom(new Response(null, { status: 429, headers: { 'Retry-After': '7' } }), body)
  assert.equal(problem.retryAfterMs, 7000)
})

test('no network and no answer are problems too', () => {
  assert.equal(asProblem(new TypeError('Failed to fetch')).code, 'net.offline')
  assert.equal(asProblem(new DOMException('slow', 'TimeoutError')).code, 'net.timeout')
  assert.equal(asProblem(new SyntaxError('x')).code, 'net.garbled')
})
