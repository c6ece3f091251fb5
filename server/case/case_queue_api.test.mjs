/* The queue over HTTP: filters, search, pages, counts, what happened lately. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'
import { act, handling, pending, read } from '../../tests/lib/journey.mjs'

forEachDatabase('queue', (world) => {
  const list = (query = {}, login = 'center') => ok(world.as(login).GET('/api/cases', { params: { query } }))
  const ids = async (query, login) => (await list(query, login)).items.map((i) => i.id)

  test('a case is found by number, by text and by place', async () => {
    const id = await pending(world, { text: '凤凰木下的长椅断裂 ＡＢＣ' })
    const { item } = await read(world.as('center'), id)
    for (const q of [item.number, item.number.slice(0, -1), String(id), '长椅断裂', '下的长椅', 'abc', '长椅断裂 ａｂｃ'.slice(0, 4)])
      assert.ok((await ids({ q })).includes(id), q)
    const grid = world.grid().name
    assert.ok((await ids({ q: grid })).includes(id), grid)
    assert.ok((await ids({ q: '小龙路社区', limit: 100 })).includes(id))
    assert.deepEqual(await ids({ q: '没有这样的文字' }), [])
    for (const q of ['%', '_', '\\', "' OR 1=1 --"]) assert.ok(!(await ids({ q })).includes(id), q)
  })

  test('the telephone of a reporter finds the case', async () => {
    const r = await ok(world.as('center').POST('/api/cases',
      { body: world.report({ channel: 'hotline', reporter_name: '李四', reporter_phone: '13700001234' }) }), 201)
    assert.deepEqual(await ids({ q: '13700001234' }), [r.id])
  })

  test('filters by state, place, category, class, channel, time, department, mine', async () => {
    const a = await pending(world, { category: 'ZZ01' })
    const b = await handling(world)
    assert.ok((await ids({ state: 'pending' })).includes(a) && !(await ids({ state: 'pending' })).includes(b))
    assert.ok((await ids({ category: 'ZZ01' })).includes(a) && !(await ids({ category: 'ZZ01' })).includes(b))
    assert.ok((await ids({ category: 'order' })).includes(a) && !(await ids({ category: 'order' })).includes(b))
    assert.ok((await ids({ channel: 'member' })).includes(a))
    assert.ok(!(await ids({ channel: 'qr' })).includes(a))
    assert.ok((await ids({ under: world.facts.home })).includes(a))
    assert.deepEqual(await ids({ under: world.facts.other }), [])
    assert.deepEqual(await ids({ department: world.facts.department, state: 'handling' }), [b])
    assert.ok((await ids({ mine: true }, 'dept1')).includes(b))
    assert.ok(!(await ids({ mine: true }, 'member1')).includes(b))
    assert.ok((await ids({ from: '2026-11-18T00:00:00+08:00', to: '2026-11-19T00:00:00+08:00' })).includes(a))
    assert.deepEqual(await ids({ from: '2026-11-19T00:00:00+08:00' }), [])
    assert.ok(!(await ids({ late: true })).includes(a))
  })

  test('wrong filters are named', async () => {
    for (const [query, pointer] of [
      [{ limit: 0 }, '?limit'], [{ limit: 101 }, '?limit'], [{ limit: 'many' }, '?limit'], [{ channel: 'pigeon' }, '?channel'],
      [{ from: 'yesterday' }, '?from'], [{ late: 'maybe' }, '?late'], [{ page: 'x.y' }, '?page'], [{ under: '53abc' }, '?under'],
      [{ unknown: 1 }, '?unknown'], [{ order: 'random' }, '?order'],
    ]) {
      const problem = await refused(world.as('center').GET('/api/cases', { params: { query } }), 'input.invalid')
      assert.deepEqual(problem.errors.map((e) => e.pointer), [pointer])
    }
  })

  for (const order of ['newest', 'oldest', 'due'])
    test(`pages (${order}) visit each case once while others are reported`, async () => {
      const text = `翻页-${order}`
      const wanted = []
      for (let i = 0; i < 13; i++) wanted.push(await pending(world, { text, category: i % 3 ? '06010' : '06013' }))
      const seen = []
      let page
      do {
        const part = await list({ q: text, order, limit: 4, ...(page ? { page } : {}) })
        seen.push(...part.items.map((i) => i.id))
        page = part.next
        await pending(world, { text })
      } while (page && seen.length < 60)
      assert.equal(new Set(seen).size, seen.length)
      for (const id of wanted) assert.ok(seen.includes(id), String(id))
    })

  test('counts agree with the lists they stand beside', async () => {
    await handling(world)
    for (const login of ['center', 'member1', 'dept1', 'member-b']) {
      const counts = Object.fromEntries(
        (await ok(world.as(login).GET('/api/case-counts', { params: { query: {} } }))).counts.map((c) => [c.view, c.count]))
      assert.equal(counts.all, (await list({}, login)).total, login)
      assert.equal(counts.mine, (await list({ mine: true }, login)).total, login)
      assert.equal(counts.late, (await list({ late: true }, login)).total, login)
      /* this profile gives none: no view of them */
      for (const card of ['yellow', 'red']) assert.deepEqual([counts[card], (await list({ card }, login)).total], [undefined, 0], `${login} ${card}`)
      for (const state of ['pending', 'handling', 'archived']) assert.equal(counts[state], (await list({ state }, login)).total, state)
    }
  })

  test('what others did to one\'s cases, newest first', async () => {
    const id = await pending(world, { text: '看动态' })
    await act(world.as('center'), id, 'accept')
    const events = await ok(world.as('member1').GET('/api/case-events', { params: { query: {} } }))
    assert.deepEqual([events.items[0].case_id, events.items[0].action_name], [id, '受理'])
    assert.ok(!events.items.some((e) => e.case_id === id && e.action_name === '已上报'), 'one\'s own steps are no news')
    const foreign = await ok(world.as('member-b').GET('/api/case-events', { params: { query: {} } }))
    assert.deepEqual(foreign.items, [])
    for (let i = 0; i < 31; i++) await pending(world)
    const first = await ok(world.as('center').GET('/api/case-events', { params: { query: {} } }))
    const second = await ok(world.as('center').GET('/api/case-events', { params: { query: { page: first.next } } }))
    const key = (e) => `${e.case_id} ${e.at} ${e.action_name}`
    assert.equal(new Set([...first.items, ...second.items].map(key)).size, first.items.length + second.items.length)
  })
})
