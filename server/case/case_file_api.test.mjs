/* Cases kept in memory: whoever changed one reads what they wrote, at once here and soon in another process. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Caller, ENGINES, exchange, forEachDatabase, ok, refused, Server, until } from '../../tests/harness.mjs'
import { act, pending, read } from '../../tests/lib/journey.mjs'

async function figure(server, found) {
  const { text } = await exchange(`${server.url}/metrics`, { from: null })
  return Number(new RegExp(`cache_reads_total\\{cache="case",found="${found}"\\} (\\d+)`).exec(text)[1])
}

forEachDatabase('a case in memory', (world) => {
  test('is read from there, and never older than one\'s own change', async () => {
    const center = world.as('center')
    const id = await pending(world)
    const first = await read(center, id)
    const found = await figure(world.server, 'yes')
    assert.deepEqual(await read(center, id), first)
    assert.ok(await figure(world.server, 'yes') > found)
    for (let i = 0; i < 5; i++) { // each time read before, so that there is something old to be found
      const other = await pending(world)
      const before = await read(center, other)
      const done = await act(center, other, 'accept_dispatch', { target: { department: world.facts.department } })
      const after = await read(center, other)
      assert.ok(after.item.version > before.item.version)
      assert.deepEqual(after.item, done.item)
      assert.equal(after.steps.length, before.steps.length + 1)
    }
  })

  test('is not found by who may not see it, however often others read it', async () => {
    const id = await pending(world)
    await read(world.as('center'), id)
    await refused(world.as('dept1').GET('/api/cases/{id}', { params: { path: { id } } }), 'not-found')
    await refused(new Caller(world.server).GET('/api/cases/{id}', { params: { path: { id } } }), 'auth.needed')
    await read(world.as('center'), id)
  })
})

forEachDatabase('a case in the memory of two processes', (world) => {
  let second

  before(async () => {
    second = await new Server(world.database, `case-file-second-${world.engine}`).start({ at: world.server.now() })
  })
  after(() => second?.stop())

  test('is new in the other soon after one has changed it', async () => {
    const center = world.as('center')
    const there = new Caller(second, { token: center.token })
    const id = await pending(world)
    await until('the other keeps it', () => read(there, id).then(() => figure(second, 'yes')))
    const before = await read(there, id)
    const changed = await act(world.as('street'), id, 'accept_dispatch', { target: { department: world.facts.department }, note: '请处理' })
    assert.ok(changed.item.version > before.item.version)
    assert.equal((await read(center, id)).item.version, changed.item.version)
    const began = Date.now()
    await until('the other reads it', () => read(there, id), (v) => v.item.version === changed.item.version)
    assert.ok(Date.now() - began < 4000, 'told, not only forgotten')
  })
}, { engines: ENGINES.filter((e) => e === 'postgres') })
