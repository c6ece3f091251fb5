/* Cases of other flows over HTTP: opening one, its forms, requests, what may be done once. Rules with a fake clock are in
 * case_flow_test.c. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'
import { act, at, attempt, read } from '../../tests/lib/journey.mjs'

const triage = { complexity: 'ordinary' }
const why = { note: '不属于我单位职责', reason: 'outside-duty' }

forEachDatabase('cases of several flows', (world) => {
  const open = (flow, more = {}, login = 'member1') =>
    world.as(login).POST('/api/cases', { body: world.report({ channel: login === 'member1' ? 'member' : 'centre', flow, ...more }) })

  /** A five-step case that waits for the township. */
  async function atTownship() {
    const { id } = await ok(open('five-step'), 201)
    await act(world.as('member1'), id, 'report_up')
    await act(world.as('leader1'), id, 'leader_up')
    return id
  }

  async function withUnit() {
    const id = await atTownship()
    await act(world.as('street'), id, 'township_dispatch', { target: { department: world.facts.department }, form: triage })
    return id
  }

  const offered = async (login, id) => (await ok(world.as(login).GET('/api/cases/{id}/actions', at(id)))).actions

  test('the catalogue tells the flows and forms there are', async () => {
    const c = await ok(world.anyone().GET('/api/catalogue'))
    assert.deepEqual(c.flows.map((f) => f.code), ['assignment', 'campaign', 'dispute', 'five-step', 'place-check', 'service', 'six-step', 'volunteer', 'whistle'])
    assert.deepEqual(c.flows.find((f) => f.code === 'dispute').open_who, ['grid-member', 'grid-leader', 'dispatcher'])
    assert.equal(c.forms.find((f) => f.name === 'triage').schema.type, 'object')
    assert.ok(c.classes.every((k) => k.items.every((i) => i.flow === 'six-step')))
  })

  test('who may not open a flow, or leaves out its form, is refused', async () => {
    await refused(open('assignment'), 'case.not-yours')
    const none = await refused(open('nothing'), 'input.invalid')
    assert.equal(none.errors[0].pointer, '/flow')
    const bare = await refused(open('volunteer'), 'input.invalid')
    assert.equal(bare.errors[0].pointer, '/form')
    const wrong = await refused(open('volunteer', { form: { service: 'magic', wanted_on: 'soon' } }), 'input.invalid')
    assert.deepEqual([...new Set(wrong.errors.map((e) => e.pointer))].sort(), ['/form/service', '/form/wanted_on', '/form/wish'])
    const { id } = await ok(open('volunteer', { form: { service: 'repair', wanted_on: '2026-11-20', wish: '修水龙头' } }), 201)
    const view = await read(world.as('member1'), id)
    assert.equal(view.kind, 'order')
    assert.equal(view.steps[0].form.wish, '修水龙头')
  })

  test('the member, the leader and the township each have it in turn', async () => {
    const { id } = await ok(open('five-step'), 201)
    const mine = async (login) =>
      (await ok(world.as(login).GET('/api/cases', { params: { query: { mine: true } } }))).items.some((i) => i.id === id)
    assert.deepEqual([await mine('member1'), await mine('leader1'), await mine('street')], [true, false, false])
    await refused(attempt(world.as('leader1'), id, 'leader_up'), 'case.action-forbidden')
    await act(world.as('member1'), id, 'report_up')
    assert.deepEqual([await mine('member1'), await mine('leader1'), await mine('street')], [false, true, false])
    await refused(attempt(world.as('member1'), id, 'leader_up'), 'case.not-yours')
    await act(world.as('leader1'), id, 'leader_up')
    assert.deepEqual([await mine('leader1'), await mine('street')], [false, true])
    const view = await read(world.as('street'), id)
    assert.deepEqual(view.facts.map((f) => [f.fact, f.value]), [['level', 'township']])
    const counts = (await ok(world.as('street').GET('/api/case-counts'))).counts
    assert.ok(counts.find((c) => c.view === 'township').count >= 1)
  })

  test('a form is asked for, judged and shown with the step', async () => {
    const id = await atTownship()
    const street = world.as('street')
    const target = { department: world.facts.department }
    const action = (await offered('street', id)).find((a) => a.action === 'township_dispatch')
    assert.deepEqual(action.form.schema.required, ['complexity'])
    const none = await refused(attempt(street, id, 'township_dispatch', { target }), 'input.invalid')
    assert.deepEqual(none.errors.map((e) => [e.pointer, e.code]), [['/form', 'required']])
    const wrong = await refused(attempt(street, id, 'township_dispatch', { target, form: { complexity: 'no', more: 1 } }), 'input.invalid')
    assert.deepEqual(wrong.errors.map((e) => e.pointer).sort(), ['/form/complexity', '/form/more'])
    await refused(attempt(street, id, 'township_up', { note: '上报', form: {} }), 'input.invalid')
    const view = await act(street, id, 'township_dispatch', { target, form: { complexity: 'complex', instructions: '先围挡' } })
    assert.deepEqual(view.steps.at(-1).form, { complexity: 'complex', instructions: '先围挡' })
    assert.equal(view.facts.find((f) => f.fact === 'complexity').value, 'complex')
  })

  test('more time is asked for by the unit and granted by the centre', async () => {
    const id = await withUnit()
    const dept = world.as('dept1')
    await act(dept, id, 'request_extend', { note: '连日下雨', form: { workdays: 2, cause: 'weather' } })
    await refused(attempt(dept, id, 'request_extend', { note: '再要', form: { workdays: 2, cause: 'weather' } }), 'case.action-forbidden')
    const { requests } = await read(world.as('street'), id)
    assert.deepEqual(requests.map((r) => [r.word, r.days]), [['extend', 2]])
    const view = await act(world.as('street'), id, 'grant_extend')
    assert.equal(view.requests.length, 0)
    assert.equal(view.steps.at(-1).days, 2)
  })

  test('what one person asks to declare void another has to declare void', async () => {
    const id = await atTownship()
    await act(world.as('street'), id, 'request_void', { note: '测试件', reason: 'mistake' })
    assert.ok(!(await offered('street', id)).some((a) => a.action === 'grant_void'))
    const problem = await refused(attempt(world.as('street'), id, 'grant_void'), 'case.not-yours')
    assert.match(problem.detail, /另一人/)
    const view = await act(world.as('center'), id, 'grant_void')
    assert.equal(view.item.state, 'voided')
  })

  test('a unit returns a case once', async () => {
    const id = await withUnit()
    await act(world.as('dept1'), id, 'return', why)
    await act(world.as('street'), id, 'township_dispatch', { target: { department: world.facts.department }, form: triage })
    const problem = await refused(attempt(world.as('dept1'), id, 'return', why), 'case.once-only')
    assert.match(problem.detail, /只能/)
    assert.ok(!(await offered('dept1', id)).some((a) => a.action === 'return'))
  })

  test('a dispute of low risk is settled in the community and rated', async () => {
    const { id } = await ok(open('dispute'), 201)
    const parties = [{ name: '甲', side: 'first' }, { name: '乙', side: 'second' }]
    await act(world.as('member1'), id, 'register', { form: { kind: 'neighbour', parties, people: 2, demand: '停止噪声' } })
    await act(world.as('street'), id, 'route')
    await act(world.as('street'), id, 'assess', { form: { risk: 'low', violence: false, crowd: false, grounds: '双方愿意谈' } })
    await act(world.as('leader1'), id, 'community_settle', { note: '达成一致', form: { form: 'oral', terms: '晚十点后不施工' } })
    await act(world.as('member1'), id, 'visited', { form: { fulfilled: 'all', calm: true, lessons: '早介入' } })
    const view = await act(world.as('street'), id, 'reviewed', { form: { score: 95, in_time: true, papers: true } })
    assert.equal(view.item.state, 'closed')
    assert.equal(view.kind, 'dispute')
  })

  test('everything is still whole', async () => assert.equal((await world.verify()).ok, true))
})
