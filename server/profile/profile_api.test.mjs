/* The profile over HTTP: flows as what is drawn. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'

forEachDatabase('profile', (world) => {
  const graph = (code, query = {}, login = 'center') => world.as(login).GET('/api/flows/{code}', { params: { path: { code }, query } })

  test('a flow as it is drawn: every state has its step and holder, every action its ways', async () => {
    const { items } = await ok(world.as('member1').GET('/api/flows'))
    assert.ok(items.find((f) => f.code === 'six-step' && f.edition === 1))
    for (const { code } of items) {
      const g = await ok(graph(code))
      const states = new Set(g.states.map((s) => s.code))
      for (const s of g.states) assert.ok(s.step >= 1 && s.step <= g.steps.length && (s.final ? s.end : s.holder), `${code}/${s.code}`)
      for (const a of g.actions) {
        assert.ok(a.from.length && a.who.length, `${code}/${a.code}`)
        for (const way of a.ways) assert.ok(!way.to || states.has(way.to))
      }
      assert.ok(g.states.some((s) => s.start.includes('default')), code)
    }
    const dispute = await ok(graph('dispute'))
    assert.ok(dispute.actions.some((a) => a.ways.some((w) => /风险/.test(w.when ?? '') && /risk/i.test(w.when_en))), 'conditions are sentences')
    assert.ok(dispute.actions.some((a) => a.clock === 'start'))
  })

  test('an edition or flow that is not there; who has no business with cases', async () => {
    assert.equal((await ok(graph('six-step', { edition: 1 }))).newest, true)
    await refused(graph('six-step', { edition: 99 }), 'not-found')
    await refused(graph('no-such-flow'), 'not-found')
    await refused(graph('six-step', {}, 'security'), 'auth.denied')
    await ok(graph('six-step', {}, 'admin'))
  })
})
