/* The chained log over HTTP. That alterations are found is in tests/verify.test.mjs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../../tests/harness.mjs'
import { pending, read } from '../../../tests/lib/journey.mjs'

forEachDatabase('audit', (world) => {
  const list = (query = {}) => ok(world.as('auditor').GET('/api/audit', { params: { query } }))

  test('who did what, with the hash before it', async () => {
    const id = await pending(world)
    const { items } = await list({ subject: `case/${id}` })
    assert.deepEqual(items.map((e) => e.action), ['case.opened'])
    const me = await ok(world.as('member1').GET('/api/me'))
    assert.deepEqual([items[0].actor, items[0].actor_name], [me.account.id, me.account.name])
    assert.match(items[0].hash, /^[0-9a-f]{64}$/)
    assert.match(items[0].address, /^10\./)
  })

  test('entries of a lane follow from each other', async () => {
    for (let i = 0; i < 3; i++) await pending(world)
    const lanes = new Map()
    let page
    do {
      const part = await list(page ? { page } : {})
      for (const e of part.items) lanes.set(e.lane, [...(lanes.get(e.lane) ?? []), e])
      page = part.next
    } while (page)
    for (const entries of lanes.values()) {
      entries.sort((a, b) => a.seq - b.seq)
      entries.forEach((e, i) => {
        assert.equal(e.seq, i + 1)
        assert.equal(e.previous, i ? entries[i - 1].hash : '0'.repeat(64))
      })
    }
    const { heads, public_key } = await ok(world.as('auditor').GET('/api/audit/heads'))
    assert.match(public_key, /BEGIN PUBLIC KEY/)
    for (const h of heads) assert.ok((lanes.get(h.lane) ?? []).some((e) => e.seq === h.seq && e.hash === h.hash))
  })

  test('filters by actor, action and time; looking at a telephone is on record', async () => {
    const r = await ok(world.as('center').POST('/api/cases',
      { body: world.report({ channel: 'hotline', reporter_phone: '13612345678' }) }), 201)
    await read(world.as('street'), r.id)
    await ok(world.as('street').POST('/api/cases/{id}/reporter', { params: { path: { id: r.id } }, body: { reason: '回访核实' } }))
    const { items } = await list({ action: 'case.reporter-seen', subject: `case/${r.id}` })
    const street = await ok(world.as('street').GET('/api/me'))
    assert.ok(items.some((e) => e.actor === street.account.id))
    assert.ok((await list({ actor: street.account.id })).items.every((e) => e.actor === street.account.id))
    assert.deepEqual((await list({ from: '2026-11-19T00:00:00+08:00' })).items, [])
    await refused(world.as('auditor').GET('/api/audit', { params: { query: { page: '-3' } } }), 'input.invalid')
  })

  test('failed sign-ins are on record without what was typed', async () => {
    await refused(world.anyone().POST('/api/session', { body: { login: 'geheim-login', password: 'geheim-pass' } }), 'session.wrong')
    const { items } = await list({ action: 'session.failed' })
    assert.ok(items.length >= 1)
    assert.ok(!JSON.stringify(items).includes('geheim'))
  })
})
