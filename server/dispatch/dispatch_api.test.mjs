/* Dispatch rules over HTTP: who writes them, what is refused, one order, and what is suggested for a case. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'
import { act, at, handling, pending } from '../../tests/lib/journey.mjs'

const TOWNSHIP = '530103003'

forEachDatabase('dispatch rules', (world) => {
  const add = (terms, login = 'street', more = {}) =>
    world.as(login).POST('/api/dispatch/rules', { body: { ...more, terms: { days: 'any', department: 'huanwei', ...terms } } })
  const list = (login = 'street', query = {}) => ok(world.as(login).GET('/api/dispatch/rules', { params: { query } }))
  const change = (rule, terms, login = 'street') =>
    world.as(login).PUT('/api/dispatch/rules/{id}', { ...at(rule.id), body: { version: rule.version, terms: { days: 'any', department: 'huanwei', ...terms } } })
  const drop = (rule, login = 'street') =>
    world.as(login).DELETE('/api/dispatch/rules/{id}', { params: { path: { id: rule.id }, query: { version: rule.version } } })
  const order = (body, login = 'street') => world.as(login).PUT('/api/dispatch/order', { body: { centre: TOWNSHIP, ...body } })
  const trial = (body, login = 'street') => world.as(login).POST('/api/dispatch/trials', { body: { category: '06010', place: world.facts.home, ...body } })
  const advice = (login, id) => world.as(login).GET('/api/cases/{id}/dispatch-advice', at(id))

  test('without rules the catalogue\'s unit is suggested, and said to be the catalogue\'s', async () => {
    const rules = await list()
    assert.deepEqual([rules.centre, rules.version, rules.items, rules.may_edit], [TOWNSHIP, 0, [], true])
    const a = await ok(trial({}))
    assert.deepEqual(a.targets.map((t) => [t.department, t.rule, t.first]), [['huanwei', undefined, true]])
    assert.match(a.targets[0].why, /事项清单/)
  })

  test('rules are tried in order; each says why it fits or not, in the reader\'s language', async () => {
    const [member] = (await ok(world.as('street').GET('/api/staff', { params: { query: { under: world.facts.home, role: 'member' } } }))).items
    const night = await ok(add({ department: 'chengguan', from_minute: 1200, to_minute: 360, note: '夜间由城管值守' }), 201)
    const named = await ok(add({ department: undefined, account: member.id, category: '06010', place: world.facts.home }), 201)
    assert.deepEqual([night.position, named.position, night.when, named.target_name], [1, 2, '20:00–次日06:00', member.name])
    const day = await ok(trial({ at: '2026-11-18T10:00:00+08:00' }))
    assert.deepEqual(day.rules.map((r) => [r.matched, r.first, r.misses]), [[false, false, ['hours']], [true, true, []], [true, false, []]])
    assert.deepEqual(day.targets.map((t) => t.account ?? t.department), [member.id, 'huanwei'])
    assert.match(day.rules[0].why, /20:00–次日06:00.*10:00/)
    const english = await ok(world.as('street').with({ 'Accept-Language': 'en' }).POST('/api/dispatch/trials', { body: { category: '06010', place: world.facts.home, at: '2026-11-18T10:00:00+08:00' } }))
    assert.match(english.rules[0].why, /^it is for .*the time is 10:00$/)
    const dark = await ok(trial({ at: '2026-11-18T22:00:00+08:00' }))
    assert.deepEqual(dark.targets.map((t) => t.account ?? t.department), ['chengguan', member.id, 'huanwei'])
    const [lon, lat] = world.grid().inside
    const by_point = await ok(trial({ place: undefined, lon, lat }))
    assert.equal(by_point.place, world.facts.home)
    assert.ok(by_point.members[0].own_grid && by_point.members[0].distance_m >= 0)
  })

  test('the order is changed as a whole, by one at a time', async () => {
    const before = await list()
    const ids = before.items.map((r) => r.id)
    const turned = await ok(order({ version: before.version, rules: [...ids].reverse() }))
    assert.deepEqual(turned.items.map((r) => [r.id, r.position]), [...ids].reverse().map((id, n) => [id, n + 1]))
    await refused(order({ version: before.version, rules: ids }), 'version.stale')
    await refused(order({ version: turned.version, rules: [ids[0], ids[0]] }), 'input.invalid')
    const both = await Promise.all([order({ version: turned.version, rules: ids }), order({ version: turned.version, rules: ids })])
    assert.deepEqual(both.map((b) => b.error?.code ?? 'done').sort(), ['done', 'version.stale'])
    assert.deepEqual((await list()).items.map((r) => [r.id, r.position]), ids.map((id, n) => [id, n + 1]))
    await refused(order({ version: 1, rules: ids }, 'member1'), 'auth.denied')
  })

  test('wording anew and taking away need the version that was read', async () => {
    const rule = await ok(add({ note: '临时' }), 201)
    const next = await ok(change(rule, { category: 'city', days: 'listed', weekdays: [6, 7], active_from: '2026-12-01' }))
    assert.deepEqual([next.category, next.when, next.active, next.version, next.note], ['city', '周六、周日', false, 2, undefined])
    await refused(change(rule, {}), 'version.stale')
    await refused(drop(rule), 'version.stale')
    await ok(drop(next), 204)
    await refused(drop(next), 'not-found')
    await refused(change(next, {}), 'not-found')
  })

  test('what a rule may not say', async () => {
    await refused(add({ category: '99999' }), 'case.category-unknown')
    await refused(add({ department: 'nobody' }), 'case.target-unknown')
    await refused(add({ department: undefined }), 'case.target-needed')
    await refused(add({ place: '110101' }), 'place.unknown')
    const problem = await refused(add({ days: 'listed', place: '530103', from_minute: 60, to_minute: 60, active_from: '2026-12-02', active_to: '2026-12-01' }), 'input.invalid')
    assert.deepEqual(problem.errors.map((e) => e.pointer).sort(), ['/terms/active_to', '/terms/place', '/terms/to_minute', '/terms/weekdays'])
    const rule = (await list()).items[0]
    await refused(change(rule, { category: '99999' }), 'case.category-unknown')
    await refused(change(rule, { department: 'nobody' }), 'case.target-unknown')
    await refused(change(rule, { department: undefined }), 'case.target-needed')
    await refused(change(rule, { place: '110101' }), 'place.unknown')
  })

  test('each centre has its own list; the nearest goes first', async () => {
    const community = world.facts.home.slice(0, 12)
    const near = await ok(add({ department: 'zonghe', note: '社区先行' }, 'street', { centre: community }), 201)
    assert.deepEqual([near.centre, near.position], [community, 1])
    assert.ok((await list()).items.every((r) => r.centre === TOWNSHIP))
    const seen = await list('street', { centre: community })
    assert.deepEqual([seen.items.map((r) => r.id), seen.above.every((r) => r.centre === TOWNSHIP)], [[near.id], true])
    assert.ok(seen.centres.some((c) => c.code === TOWNSHIP) && seen.centres.some((c) => c.code === community && c.rules === 1))
    const a = await ok(trial({ at: '2026-11-18T22:00:00+08:00' }))
    assert.deepEqual([a.rules[0].rule, a.rules[0].first, a.rules[1].first], [near.id, true, false])
    const leader = await list('leader1')
    assert.deepEqual([leader.centre, leader.may_edit], [TOWNSHIP, false])
    await refused(add({}, 'leader1'), 'auth.denied')
    await refused(world.as('member1').GET('/api/dispatch/rules'), 'auth.denied')
    await refused(add({}, 'street', { centre: '530103' }), 'not-found')
    await refused(add({}, 'street', { centre: world.facts.home }), 'not-found')
    await refused(world.as('street').GET('/api/dispatch/rules', { params: { query: { centre: '110101' } } }), 'not-found')
    await ok(drop(near), 204)
  })

  test('a trial is about a place that is there and covered', async () => {
    await refused(trial({ category: '99999' }), 'case.category-unknown')
    await refused(trial({ place: undefined }), 'input.invalid')
    await refused(trial({ place: '110101' }), 'place.unknown')
    await refused(trial({ place: undefined, lon: 100, lat: 20 }), 'place.outside')
    await refused(trial({ place: '5301' }), 'not-found')
  })

  test('rules that are not saved yet are tried as if they were, and nothing is stored', async () => {
    const before = await list()
    const at_noon = { at: '2026-11-18T12:00:00+08:00' }
    const terms = (more) => ({ days: 'any', department: 'zonghe', ...more })
    const added = await ok(trial({ ...at_noon, drafts: [{ terms: terms({ category: '06010' }) }] }))
    const saved = added.rules.filter((r) => r.rule !== undefined).length
    assert.deepEqual([saved, added.rules[saved].draft, added.rules[saved].rule, added.rules[saved].position], [before.items.length, true, undefined, before.items.length + 1])
    assert.ok(added.targets.some((t) => t.draft && t.department === 'zonghe'))
    const named = before.items.find((r) => r.account)
    const reworded = await ok(trial({ ...at_noon, drafts: [{ rule: named.id, terms: terms() }] }))
    assert.deepEqual(reworded.rules.filter((r) => r.draft).map((r) => [r.rule, r.position]), [[named.id, named.position]])
    assert.ok(!reworded.targets.some((t) => t.account === named.account))
    const community = world.facts.home.slice(0, 12)
    const nearer = await ok(trial({ ...at_noon, drafts: [{ centre: community, terms: terms() }] }))
    assert.deepEqual([nearer.rules[0].draft, nearer.rules[0].first, nearer.rules[0].position], [true, true, 1])
    const elsewhere = await ok(trial({ ...at_noon, place: '530103003', drafts: [{ centre: community, terms: terms() }] }))
    assert.ok(!elsewhere.rules.some((r) => r.draft))
    assert.deepEqual(await list(), before)
  })

  test('what an unsaved rule may not say, and whose list it may be for', async () => {
    const tried = (draft, login) => trial({ drafts: [draft] }, login)
    const good = { days: 'any', department: 'huanwei' }
    await refused(tried({ terms: { ...good, department: 'nobody' } }), 'case.target-unknown')
    await refused(tried({ terms: { days: 'any' } }), 'case.target-needed')
    await refused(tried({ terms: { ...good, category: '99999' } }), 'case.category-unknown')
    const wrong = await refused(tried({ terms: { ...good, days: 'listed' } }), 'input.invalid')
    assert.deepEqual(wrong.errors.map((e) => e.pointer), ['/drafts/0/terms/weekdays'])
    await refused(tried({ rule: 999_999, terms: good }), 'not-found')
    await refused(tried({ centre: '530103', terms: good }), 'not-found')
    await refused(tried({ terms: good }, 'leader1'), 'not-found')
    await ok(trial({}, 'leader1'))
  })

  test('for a case: rules, people with load and distance, departments with load; nothing is decided', async () => {
    const id = await pending(world)
    const busy = await handling(world)
    const a = await ok(advice('street', id))
    assert.equal(a.category, '06010')
    assert.ok(a.targets.length >= 1 && a.targets[0].first)
    assert.ok(a.rules.some((r) => r.rule === undefined))
    assert.ok(a.members.length > 0)
    assert.ok(a.members[0].own_grid)
    assert.equal(a.members[0].distance_from, '所在网格的中心点')
    assert.ok(a.departments.some((d) => d.open_cases > 0), JSON.stringify(a.departments))
    const still = await ok(world.as('street').GET('/api/cases/{id}', at(id)))
    assert.equal(still.item.state, 'pending')
    await refused(advice('dept1', busy), 'auth.denied')
    await refused(advice('street', 999_999), 'not-found')
  })

  test('a finished case needs no dispatch', async () => {
    const id = await pending(world)
    await act(world.as('street'), id, 'reject', { reason: 'duplicate' })
    await refused(advice('street', id), 'dispatch.case-closed')
  })

  test('a list has an end', async () => {
    const { items } = await list()
    for (let n = items.length; n < 100; n += 20)
      await Promise.all(Array.from({ length: Math.min(20, 100 - n) }, () => ok(add({}), 201)))
    assert.deepEqual((await list()).items.map((r) => r.position), Array.from({ length: 100 }, (_, n) => n + 1))
    await refused(add({}), 'dispatch.too-many')
  })

  test('the history holds', async () => {
    const report = await world.verify()
    assert.ok(report.ok, JSON.stringify(report).slice(0, 400))
  })
})
