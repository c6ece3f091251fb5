/* Cases of other flows over HTTP: opening one, its forms, requests, what may be done once, several units, parts, an order down the
 * levels. Rules with a fake clock are in case_flow_test.c, case_unit_test.c and case_part_test.c. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPerson, forEachDatabase, ok, refused } from '../../tests/harness.mjs'
import { act, at, attempt, handling, read, verified } from '../../tests/lib/journey.mjs'

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
    assert.deepEqual(c.flows.map((f) => f.code), ['assignment', 'campaign', 'dispute', 'five-step', 'grading', 'on-the-spot', 'place-check', 'service', 'six-step', 'volunteer', 'whistle'])
    assert.deepEqual(c.flows.find((f) => f.code === 'dispute').open_who, ['grid-member', 'grid-leader', 'dispatcher'])
    assert.equal(c.forms.find((f) => f.name === 'triage').schema.type, 'object')
    assert.ok(c.classes.every((k) => k.items.every((i) => i.flow === 'six-step')))
  })

  test('states of every flow have a name', async () => {
    const { states } = await ok(world.anyone().GET('/api/catalogue'))
    assert.equal(new Set(states.map((s) => s.code)).size, states.length)
    for (const code of ['pending', 'township_check', 'mediating', 'running', 'offered'])
      assert.match(states.find((s) => s.code === code)?.name ?? '', /[\u4e00-\u9fff]/, code)
    await atTownship()
    const { by_state } = await ok(world.as('center').GET('/api/stats/cases', { params: { query: {} } }))
    assert.equal(by_state.find((r) => r.code === 'township').name, states.find((s) => s.code === 'township').name)
  })

  test('a wrong category is corrected, and everything follows', async () => {
    const street = world.as('street')
    const id = await withUnit()
    const before = await read(street, id)
    const { classes } = await ok(street.GET('/api/catalogue'))
    const kinds = classes.flatMap((c) => c.items)
    const was = kinds.find((k) => k.code === before.item.category)
    const right = kinds.find((k) => k.limit_days > was.limit_days)
    assert.equal((await offered('street', id)).find((a) => a.action === 'recategorise').form.category_flow, 'five-step')
    const none = await refused(attempt(street, id, 'recategorise', {}), 'input.invalid')
    assert.deepEqual(none.errors.map((e) => e.pointer).sort(), ['/category', '/note'])
    await refused(attempt(world.as('dept1'), id, 'recategorise', { note: '不对', category: right.code }), 'case.not-yours')
    const { item } = await act(street, id, 'recategorise', { note: '登记有误', category: right.code })
    assert.deepEqual([item.category, item.category_name, item.state], [right.code, right.name, before.item.state])
    assert.ok(item.due > before.item.due)
    const after = await read(street, id)
    assert.deepEqual([after.steps.at(-1).category_was, after.steps.at(-1).category_name], [was.name, right.name])
    assert.equal(after.steps[0].category_name, was.name, 'it was reported as')
    const clock = await ok(street.GET('/api/cases/{id}/clock', at(id)))
    assert.deepEqual(clock.categories.map((c) => c.category_name), [was.name, right.name])
    assert.equal(clock.due, item.due)
    const found = await ok(street.GET('/api/cases', { params: { query: { category: right.code, limit: 100 } } }))
    assert.ok(found.items.some((i) => i.id === id))
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
    assert.equal(view.item.due, '2026-11-26T00:00:00+08:00', 'five working days, as the choice says')
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

  /* ---- several units ---- */

  const call = {
    whistle: 'enforcement', arrive_by: '2026-11-23T10:00:00+08:00', meeting_point: '东门', task: '违建堵塞消防通道',
  }
  let units
  /** Three departments and their people; the third is hired here. */
  async function threeUnits() {
    if (units) return units
    const { departments, department: first } = world.facts
    const second = (await ok(world.as('dept-b').GET('/api/me'))).scope.departments[0]
    const third = departments.find((d) => d !== first && d !== second)
    await addPerson(world.server, world.facts.tokens, 'dept-c', { role: 'department', department: third })
    return (units = [['dept1', first], ['dept-b', second], ['dept-c', third]])
  }

  async function whistle() {
    const { id } = await ok(world.as('street').POST('/api/cases', { body: world.report({ channel: 'order', flow: 'whistle', form: call }) }), 201)
    return id
  }

  const asUnits = (list, lead = 0) => list.map(([, department], i) => ({ department, lead: i === lead }))
  const mark = async (login, id, action, kind, more = {}) =>
    act(world.as(login), id, action, { photos: [{ sha256: await world.as(login).upload(), kind }], ...more })

  test('three departments are whistled for, come, work together and are rated', async () => {
    const three = await threeUnits()
    const street = world.as('street')
    const id = await whistle()
    await refused(world.as('dept-c').GET('/api/cases/{id}', at(id)), 'not-found')
    const view = await act(street, id, 'blow', { units: asUnits(three) })
    assert.deepEqual(view.units.map((u) => [u.department, u.lead]).sort(), asUnits(three).map((u) => [u.department, u.lead]).sort())
    assert.equal(view.item.holder.kind, 'units')
    for (const [login] of three) {
      const { items } = await ok(world.as(login).GET('/api/cases', { params: { query: { mine: true } } }))
      assert.ok(items.some((i) => i.id === id), `${login} has it in hand`)
    }
    for (const [login] of three.slice(0, 2)) await mark(login, id, 'arrive', 'scene')
    const waits = (await offered('street', id)).find((a) => a.action === 'gathered')
    const missing = view.units.find((u) => u.department === three[2][1]).name
    assert.equal(waits.unmet, `还未报到：${missing}`)
    assert.match((await refused(attempt(street, id, 'gathered'), 'case.action-forbidden')).detail, new RegExp(missing))
    await mark('dept-c', id, 'arrive', 'scene')
    await act(street, id, 'gathered')
    for (const [login] of three) await mark(login, id, 'unit_done', 'after', { note: '我方完成' })
    await refused(attempt(world.as('dept-b'), id, 'finish', { note: '完' }), 'case.not-yours')
    await act(world.as('dept1'), id, 'finish', { note: '通道已打通' })
    assert.equal((await refused(attempt(street, id, 'rate_unit', { satisfaction: 'fair' }), 'input.invalid')).errors[0].pointer, '/unit')
    for (const [, unit] of three) await act(street, id, 'rate_unit', { unit, satisfaction: 'satisfied', note: '到场及时' })
    await refused(attempt(street, id, 'rate_unit', { unit: three[0][1], satisfaction: 'fair' }), 'case.once-only')
    const end = await act(street, id, 'close')
    assert.equal(end.item.state, 'closed')
    assert.ok(end.units.every((u) => u.arrived && u.done && u.satisfaction === 'satisfied' && u.rating_note))
    assert.equal(end.steps.filter((s) => s.unit).length, 10)
  })

  test('whom a whistle calls is checked: unknown, twice, no lead, nobody, more than ten', async () => {
    const three = await threeUnits()
    const id = await whistle()
    const wrong = async (list) => (await refused(attempt(world.as('street'), id, 'blow', { units: list }), 'input.invalid')).errors.map((e) => e.pointer)
    assert.deepEqual(await wrong([{ department: 'nobody', lead: true }]), ['/units/0/department'])
    assert.deepEqual(await wrong([...asUnits(three), { department: three[0][1] }]), ['/units/3/department'])
    assert.deepEqual(await wrong(asUnits(three, -1)), ['/units'])
    assert.deepEqual(await wrong([]), ['/units'])
    assert.deepEqual(await wrong(world.facts.departments.slice(0, 11).map((department) => ({ department }))), ['/units'])
  })

  test('of two units that mark at once one wins; an action sent again is taken once', async () => {
    const three = await threeUnits()
    const id = await whistle()
    await act(world.as('street'), id, 'blow', { units: asUnits(three) })
    const { version } = (await read(world.as('street'), id)).item
    const sends = await Promise.all(three.map(async ([login]) => {
      const photos = [{ sha256: await world.as(login).upload(), kind: 'scene' }]
      const caller = world.as(login).with({ 'Idempotency-Key': `arrive-${id}-${login}` })
      return () => caller.POST('/api/cases/{id}/actions', { ...at(id), body: { action: 'arrive', version, photos } })
    }))
    const answers = await Promise.all(sends.map((send) => send()))
    assert.deepEqual(answers.map((a) => a.error?.code ?? 'ok').sort(), ['ok', 'version.stale', 'version.stale'])
    const won = answers.findIndex((a) => !a.error)
    assert.equal((await ok(sends[won]())).steps.length, answers[won].data.steps.length)
    assert.equal((await read(world.as('street'), id)).units.filter((u) => u.arrived).length, 1)
  })

  /* ---- parts ---- */

  const plan = { theme: 'ebike', until: '2026-12-01', method: '逐栋查看' }
  const campaign = (login) =>
    ok(world.as(login).POST('/api/cases', { body: world.report({ channel: 'order', flow: 'campaign', form: plan }) }), 201)
  const inHome = async (n) => Array.from({ length: n }, (_, i) => ({ text: `第${i + 1}处充电点`, place: world.facts.home }))

  test('a campaign of thirty places is followed to its end', async () => {
    const center = world.as('center')
    const { id } = await campaign('center')
    const elsewhere = world.facts.grids.filter((g) => g.code !== world.facts.home).slice(0, 27)
    const places = [...(await inHome(3)), ...elsewhere.map((g) => ({ text: `${g.name}充电点`, place: g.code }))]
    const view = await act(center, id, 'launch', { children: places })
    assert.equal(view.children.length, 30)
    assert.deepEqual([view.parts.total, view.parts.open, view.parts.closed], [30, 30, 0])
    assert.equal(view.parts.places.reduce((n, p) => n + p.total, 0), 30)
    const { items, total } = await ok(world.as('member1').GET('/api/cases', { params: { query: { part_of: id } } }))
    assert.equal(total, 3)
    const member = world.as('member1')
    for (const part of items)
      await act(member, part.id, 'check', { form: { result: 'fine' }, photos: [{ sha256: await member.upload(), kind: 'check' }] })
    assert.equal((await read(member, items[0].id)).parent.id, id)
    const after = await read(center, id)
    assert.deepEqual([after.parts.open, after.parts.closed], [27, 3])
    assert.equal(after.children[0].final, false)
    const finish = (await offered('center', id)).find((a) => a.action === 'finish')
    assert.equal(finish.unmet, '还有 27 件子件未办结')
    await refused(attempt(center, id, 'finish', { form: {} }), 'case.action-forbidden')
  })

  test('parts that cannot be are named one by one, and none is opened', async () => {
    const center = world.as('center')
    const { id } = await campaign('center')
    const bad = [{ text: '好', place: world.facts.home }, { text: '楼', building: 'none' }, { text: '远', lon: 80, lat: 40 },
      { text: '类', category: 'none' }, { text: '部', department: world.facts.department }]
    const problem = await refused(attempt(center, id, 'launch', { children: bad }), 'input.invalid')
    assert.deepEqual(problem.errors.map((e) => e.pointer),
      ['/children/1/building', '/children/2/lon', '/children/3/category', '/children/4/department'])
    const many = await refused(attempt(center, id, 'launch', { children: await inHome(201) }), 'input.invalid')
    assert.equal(many.errors[0].pointer, '/children')
    assert.equal((await read(center, id)).children.length, 0)
    const launch = { action: 'launch', version: 1, children: await inHome(2) }
    const again = center.with({ 'Idempotency-Key': `launch-${id}` })
    for (let i = 0; i < 2; i++)
      assert.equal((await ok(again.POST('/api/cases/{id}/actions', { ...at(id), body: launch }))).children.length, 2)
  })

  test('an order goes from the city to the county, the township, the member and back', async () => {
    const { tokens } = world.facts
    await addPerson(world.server, tokens, 'city1', { role: 'dispatcher', place: '5301' })
    await addPerson(world.server, tokens, 'county1', { role: 'dispatcher', place: '530103' })
    const [city, county, street, member] = ['city1', 'county1', 'street', 'member1'].map((login) => world.as(login))
    const order = { order: 'assignment', issuer: 'city', urgency: 'urgent', requirement: '逐户排查燃气' }
    const { id } = await ok(city.POST('/api/cases', { body: world.report({ channel: 'order', flow: 'assignment', form: order }) }), 201)
    await act(city, id, 'issue', { form: { addressee: 'county' } })
    await refused(attempt(street, id, 'county_pass'), 'case.not-yours')
    await act(county, id, 'county_pass')
    await act(street, id, 'township_pass')
    await act(member, id, 'member_feedback', {
      note: '已排查', form: { result: 'done', measures: '逐户查看' }, photos: [{ sha256: await member.upload(), kind: 'scene' }] })
    const { actions } = await ok(street.GET('/api/cases/{id}/actions', at(id)))
    const leads = (code) => actions.find((a) => a.action === code)?.to_state_name
    assert.deepEqual(['township_pass_up', 'township_back'].map(leads), ['待县（区）审核', '待乡镇（街道）落实'], 'by what is known of the case')
    await act(street, id, 'township_pass_up')
    await act(county, id, 'county_pass_up')
    assert.equal((await act(city, id, 'city_close')).item.state, 'closed')
  })

  test('an order for volunteers, a service: nobody is asked under which category it falls', async () => {
    const member = world.as('member1')
    const { category, ...report } = world.report({ channel: 'member' })
    const nothing = await refused(member.POST('/api/cases', { body: report }), 'input.invalid')
    assert.deepEqual(nothing.errors.map((e) => [e.pointer, e.code]), [['/category', 'required']])
    assert.deepEqual((await refused(member.POST('/api/cases', { body: { ...report, flow: 'five-step' } }), 'input.invalid')).errors.map((e) => e.pointer), ['/category'])
    const order = { flow: 'volunteer', form: { service: 'repair', wanted_on: '2026-11-20', wish: '换灯' } }
    const { id } = await ok(member.POST('/api/cases', { body: { ...report, ...order } }), 201)
    const own = (await ok(world.anyone().GET('/api/catalogue'))).flows.find((f) => f.code === 'volunteer').category
    assert.equal((await read(member, id)).item.category, own)
    const listed = await ok(world.as('street').GET('/api/cases', { params: { query: { category: own, kind: 'order' } } }))
    assert.ok(listed.items.some((i) => i.id === id))
    const said = await ok(member.POST('/api/cases', { body: { ...report, ...order, category } }), 201)
    assert.equal((await read(member, said.id)).item.category, category)
  })

  test('a returned case comes with similar ones of the past and where they ended', async () => {
    const ended = await verified(world)
    await act(world.as('center'), ended, 'archive')
    const id = await handling(world)
    await act(world.as('dept1'), id, 'return', { note: '不属于我单位职责' })
    const { items } = await ok(world.as('center').GET('/api/cases/{id}/precedents', at(id)))
    assert.ok(items.length >= 1 && items.length <= 3)
    assert.deepEqual([items[0].id, items[0].unit, items[0].days], [ended, world.facts.department, 0])
    await refused(world.as('dept-b').GET('/api/cases/{id}/precedents', at(id)), 'not-found')
  })

  test('everything is still whole', async () => assert.equal((await world.verify()).ok, true))
})
