/* The desk over HTTP: kept views whose counts are the lists' totals, one action on many cases, reply templates, who else is there. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Caller, ENGINES, forEachDatabase, ok, refused, Server, until } from '../../tests/harness.mjs'
import { act, at, pending, read } from '../../tests/lib/journey.mjs'

const street = '530103003'

forEachDatabase('desk', (world) => {
  const keep = (login, body) => world.as(login).POST('/api/desk/views', { body })
  const views = async (login) => (await ok(world.as(login).GET('/api/desk/views'))).items
  const drop = (login, kind, id) => world.as(login).DELETE(`/api/desk/${kind}/{id}`, at(id))
  const macro = (more = {}) => ({ name: `转办 ${randomUUID().slice(0, 8)}`, place: street, action: 'accept_dispatch', note: '请{承办}处理{编号}（{地点}，{类别}）',
    target: { department: world.facts.department }, ...more })
  const template = (more = {}) => ({ name: `答复 ${randomUUID().slice(0, 8)}`, place: street, text: '您反映的{类别}（{编号}）由{承办}办理，期限{期限}。', ...more })

  test('a view is kept with its filters, and its count is the total of the list it stands for', async () => {
    const mark = `视图${randomUUID().slice(0, 6)}`
    for (let i = 0; i < 3; i++) await pending(world, { text: mark })
    const filters = { q: mark, state: 'pending', order: 'due', limit: 7 }
    const kept = await ok(keep('center', { name: '我关注的', filters }), 201)
    assert.deepEqual(kept.filters, { q: mark, state: 'pending', order: 'due' })
    assert.equal(kept.count, 3)
    await act(world.as('center'), await pending(world, { text: mark }), 'accept')
    for (const more of [{ mine: true }, { late: true }, { under: street }, { channel: 'member', phase: 'open' }])
      await ok(keep('center', { name: JSON.stringify(more).slice(0, 30), filters: more }), 201)
    for (const v of await views('center')) {
      const { total } = await ok(world.as('center').GET('/api/cases', { params: { query: v.filters } }))
      assert.equal(v.count, total, v.name)
    }
    await refused(keep('center', { name: ' 我关注的 ', filters: {} }), 'desk.name-taken')
    await refused(keep('center', { name: '错的', filters: { under: '53abc' } }), 'input.invalid')
    await refused(keep('center', { name: '错的', filters: { pigeon: 1 } }), 'input.invalid')
    const second = await ok(keep('center', { name: '第二个', filters: {} }), 201)
    await refused(world.as('center').PUT('/api/desk/views/{id}', { ...at(second.id), body: { name: '我关注的', filters: {}, version: 1 } }), 'desk.name-taken')
    const body = { name: '改名', filters: { late: true }, version: second.version }
    const changed = await ok(world.as('center').PUT('/api/desk/views/{id}', { ...at(second.id), body }))
    assert.deepEqual([changed.name, changed.filters, changed.version], ['改名', { late: true }, 2])
    await refused(world.as('center').PUT('/api/desk/views/{id}', { ...at(second.id), body }), 'version.stale')
    await refused(world.as('street').PUT('/api/desk/views/{id}', { ...at(second.id), body }), 'not-found')
    await refused(drop('street', 'views', second.id), 'not-found')
    await ok(drop('center', 'views', second.id), 204)
    assert.ok(!(await views('center')).some((v) => v.id === second.id))
  })

  test('a shared view is seen by colleagues of the same post alone, counted for each in their own scope', async () => {
    const mark = `共用${randomUUID().slice(0, 6)}`
    await pending(world, { text: mark })
    const shared = await ok(keep('member1', { name: '本网格', shared: true, filters: { q: mark } }), 201)
    await ok(keep('member1', { name: '自己的', filters: {} }), 201)
    assert.equal(shared.own, true)
    for (const login of ['center', 'street', 'member-b', 'dept1']) assert.ok(!(await views(login)).some((v) => v.id === shared.id), login)
    const dept = await ok(keep('dept1', { name: '本部门', shared: true, filters: { mine: true } }), 201)
    assert.ok(!(await views('dept-b')).some((v) => v.id === dept.id))
    const inspector = (await ok(world.as('inspector1').GET('/api/me'))).scope.places
    const dispatcher = (await ok(world.as('street').GET('/api/me'))).scope.places
    const theirs = await ok(keep('street', { name: '街道的', shared: true, filters: { q: mark } }), 201)
    assert.equal((await views('inspector1')).some((v) => v.id === theirs.id && !v.own && v.owner_name), inspector[0] === dispatcher[0])
  })

  test('thirty views are enough', async () => {
    for (let i = (await views('leader1')).length; i < 30; i++) await ok(keep('leader1', { name: `视图 ${i}`, filters: {} }), 201)
    await refused(keep('leader1', { name: '再一个', filters: {} }), 'desk.full')
  })

  test('a macro does the same to many cases, each judged by itself, exactly once', async () => {
    const center = world.as('center')
    const kept = await ok(center.POST('/api/desk/macros', { body: macro() }), 201)
    assert.equal(kept.action_name, '受理并派遣')
    assert.ok(kept.own && kept.department_name)
    const ids = [await pending(world), await pending(world), await pending(world, {}, world.facts.other)]
    await act(center, ids[1], 'accept') // another state by now, and another version
    const cases = [...ids.map((id) => ({ id, version: 1 })), { id: 999999, version: 1 }]
    const again = center.with({ 'Idempotency-Key': randomUUID() })
    const first = await ok(again.POST('/api/desk/runs', { body: { macro: kept.id, cases } }))
    assert.deepEqual(first.items.map((i) => [i.done, i.code]), [[true, undefined], [false, 'version.stale'], [true, undefined], [false, 'not-found']])
    assert.deepEqual([first.done, first.refused], [2, 2])
    assert.ok(first.items[1].why && first.items[1].number)
    assert.deepEqual(await ok(again.POST('/api/desk/runs', { body: { macro: kept.id, cases } })), first)
    const done = await read(center, ids[0])
    assert.equal(done.steps.length, 2)
    assert.equal(done.steps[1].note, `请${kept.department_name}处理${done.item.number}（${done.item.place_name}，${done.item.category_name}）`)
    assert.equal((await read(center, ids[1])).steps.length, 2, 'what was refused left nothing')
    const third = await ok(center.POST('/api/desk/runs', { body: { macro: kept.id, cases } }))
    assert.deepEqual([third.done, third.refused], [0, 4])
    assert.ok((await world.verify()).ok)
  })

  test('an action as it stands runs the same way, and what cannot be asked is named', async () => {
    const center = world.as('center')
    const run = (body, login = 'center') => world.as(login).POST('/api/desk/runs', { body })
    const id = await pending(world)
    const cases = [{ id, version: 1 }]
    const kept = await ok(center.POST('/api/desk/macros', { body: macro() }), 201)
    for (const [body, pointer] of [
      [{ cases }, '/action'], [{ macro: kept.id, action: 'accept', cases }, '/macro'], [{ action: 'accept', note: '{天气}', cases }, '/note'],
      [{ action: 'accept', cases: [...cases, ...cases] }, '/cases/1/id'], [{ action: 'accept', cases: [] }, '/cases'],
    ]) assert.deepEqual((await refused(run(body), 'input.invalid')).errors.map((e) => e.pointer), [pointer])
    await refused(run({ macro: 999999, cases }), 'not-found')
    const long = await ok(run({ action: 'accept', note: '{地点}'.repeat(249), cases }))
    assert.equal(long.items[0].code, 'input.invalid')
    const denied = await ok(run({ action: 'accept', cases }, 'member1'))
    assert.deepEqual(denied.items.map((i) => [i.done, i.code]), [[false, 'case.not-yours']])
    const none = await ok(run({ action: 'accept_dispatch', target: { department: 'nobody' }, cases }))
    assert.equal(none.items[0].code, 'case.target-unknown')
    const good = await ok(run({ action: 'accept', note: '已受理 {number}', cases }))
    assert.deepEqual([good.done, good.items[0].state_name], [1, '待派遣'])
    assert.match((await read(center, id)).steps[1].note, /^已受理 2026\d{4}-/)
  })

  test('macros and templates are kept by the dispatchers of their place, and checked before', async () => {
    const center = world.as('center')
    for (const [more, pointer] of [
      [{ place: '110101' }, '/place'], [{ action: 'fly' }, '/action'], [{ reason: 'no-such' }, '/reason'], [{ note: '{天气}' }, '/note'], [{ name: '  ' }, '/name'],
      [{ target: { department: 'nobody' } }, '/target/department'], [{ target: { account: 999999 } }, '/target/account'],
    ]) assert.deepEqual((await refused(center.POST('/api/desk/macros', { body: macro(more) }), 'input.invalid')).errors.map((e) => e.pointer), [pointer])
    for (const [more, pointer] of [[{ place: '110101' }, '/place'], [{ text: '{天气}' }, '/text'], [{ text: ' ' }, '/text']])
      assert.deepEqual((await refused(center.POST('/api/desk/templates', { body: template(more) }), 'input.invalid')).errors.map((e) => e.pointer), [pointer])
    for (const [kind, body] of [['macros', macro()], ['templates', template()]]) {
      await refused(world.as('member1').POST(`/api/desk/${kind}`, { body }), 'auth.denied')
      const kept = await ok(center.POST(`/api/desk/${kind}`, { body }), 201)
      await refused(center.POST(`/api/desk/${kind}`, { body }), 'desk.name-taken')
      const other = await ok(center.POST(`/api/desk/${kind}`, { body: { ...body, name: '另一个' } }), 201)
      await refused(center.PUT(`/api/desk/${kind}/{id}`, { ...at(other.id), body: { ...body, version: 1 } }), 'desk.name-taken')
      const changed = await ok(center.PUT(`/api/desk/${kind}/{id}`, { ...at(other.id), body: { ...body, name: '又一个', version: 1 } }))
      assert.deepEqual([changed.name, changed.version], ['又一个', 2])
      await refused(center.PUT(`/api/desk/${kind}/{id}`, { ...at(other.id), body: { ...body, name: '又一个', version: 1 } }), 'version.stale')
      for (const login of ['member1', 'leader1']) { // inherited by those below, who cannot change it
        const { items } = await ok(world.as(login).GET(`/api/desk/${kind}`))
        assert.deepEqual(items.filter((i) => i.id === kept.id).map((i) => i.own), [false], login)
      }
      assert.ok(!(await ok(world.as('dept1').GET(`/api/desk/${kind}`))).items.length)
      await refused(drop('center', kind, 999999), 'not-found')
      await ok(drop('center', kind, other.id), 204)
      await refused(drop('center', kind, other.id), 'not-found')
    }
    assert.ok((await world.verify()).ok)
  })

  test('a hundred of a kind are enough for a centre', async () => {
    for (const [kind, body] of [['macros', macro], ['templates', template]]) {
      const there = (await ok(world.as('center').GET(`/api/desk/${kind}`))).items.filter((i) => i.place === street).length
      for (let i = there; i < 100; i++) await ok(world.as('center').POST(`/api/desk/${kind}`, { body: body() }), 201)
      await refused(world.as('center').POST(`/api/desk/${kind}`, { body: body() }), 'desk.full')
    }
  })

  test('templates come filled in for the case, to whoever may see it', async () => {
    const { items: all } = await ok(world.as('center').GET('/api/desk/templates'))
    const id = await pending(world)
    const done = await act(world.as('center'), id, 'accept_dispatch', { target: { department: world.facts.department } })
    const query = { params: { query: { case: id } } }
    for (const login of ['center', 'dept1', 'member1']) {
      const { items, placeholders } = await ok(world.as(login).GET('/api/desk/templates', query))
      const { item } = await read(world.as(login), id)
      const one = items.find((t) => t.id === all[0].id)
      assert.equal(one.filled.slice(0, -12), `您反映的${item.category_name}（${done.item.number}）由${item.holder.name}办理，期限${item.due.slice(0, 10)} ${item.due.slice(11, 16)}。`.slice(0, -12))
      assert.deepEqual(placeholders, ['{编号}', '{地点}', '{类别}', '{期限}', '{承办}'])
    }
    await refused(world.as('member-b').GET('/api/desk/templates', query), 'not-found')
  })

  test('who else has a case open is seen by those who may see the case', async () => {
    const id = await pending(world)
    const page = (tab) => ({ params: { path: { id, tab } } })
    const others = async (login) => (await ok(world.as(login).GET('/api/cases/{id}/presence', at(id)))).others
    assert.deepEqual((await ok(world.as('center').PUT('/api/cases/{id}/presence/{tab}', page('a')))).others, [])
    await ok(world.as('center').PUT('/api/cases/{id}/presence/{tab}', page('b')))
    const seen = (await ok(world.as('member1').PUT('/api/cases/{id}/presence/{tab}', page('c')))).others
    assert.equal(seen.length, 1, 'a person is shown once, however many pages they have')
    assert.match(seen[0].post, / · /)
    assert.deepEqual((await others('center')).map((p) => p.account), [(await ok(world.as('member1').GET('/api/me'))).account.id])
    await ok(world.as('center').DELETE('/api/cases/{id}/presence/{tab}', page('a')), 204)
    assert.equal((await others('member1')).length, 1, 'still open in the other page')
    await ok(world.as('center').DELETE('/api/cases/{id}/presence/{tab}', page('b')), 204)
    assert.deepEqual(await others('member1'), [])
    await refused(world.as('member-b').PUT('/api/cases/{id}/presence/{tab}', page('d')), 'not-found')
    await refused(world.as('member-b').DELETE('/api/cases/{id}/presence/{tab}', page('d')), 'not-found')
    await refused(world.as('member-b').GET('/api/cases/{id}/presence', at(id)), 'not-found')
    await refused(world.as('center').PUT('/api/cases/{id}/presence/{tab}', page('x'.repeat(41))), 'input.invalid')
  })
})

forEachDatabase('the desk of two processes', (world) => {
  let second

  before(async () => {
    second = await new Server(world.database, `desk-second-${world.engine}`).start({ at: world.server.now() })
  })
  after(() => second?.stop())

  test('who opened a case in the one is seen in the other', async () => {
    const id = await pending(world)
    const page = (tab) => ({ params: { path: { id, tab } } })
    const there = new Caller(second, { token: world.as('street').token })
    const seen = () => ok(there.GET('/api/cases/{id}/presence', at(id))).then((v) => v.others.length)
    await ok(world.as('center').PUT('/api/cases/{id}/presence/{tab}', page('a')))
    await until('seen there', seen, (n) => n === 1)
    await ok(world.as('center').DELETE('/api/cases/{id}/presence/{tab}', page('a')), 204)
    await until('gone there', seen, (n) => n === 0)
  })
}, { engines: ENGINES.filter((e) => e === 'postgres') })
