/* The profile over HTTP: flows as what is drawn, the overlay from draft to cases that were moved. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused, until } from '../../tests/harness.mjs'

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

  /* ---- the overlay ---- */

  const admin = () => world.as('admin')
  const create = async (name = '调整时限') => ok(admin().POST('/api/profile/drafts', { body: { name } }), 201)
  const path = (draft) => ({ params: { path: { id: draft.item.id } } })
  const textOf = async (kind, name = kind) => (await ok(admin().GET('/api/profile/text', { params: { query: { kind, name } } }))).content
  const putAsked = (draft, kind, content, name = kind, more = {}) => admin().PUT('/api/profile/drafts/{id}/text', { ...path(draft), body: { version: draft.item.version, kind, name, content, ...more } })
  const put = async (...args) => ok(putAsked(...args))
  const check = async (draft) => ok(admin().POST('/api/profile/drafts/{id}/check', { ...path(draft), body: { version: draft.item.version } }))
  const publishAsked = (draft, body = {}) => admin().POST('/api/profile/drafts/{id}/publication', { ...path(draft), body: { version: draft.item.version, move_open: false, ...body } })
  const get = async (draft) => ok(admin().GET('/api/profile/drafts/{id}', path(draft)))
  const tryOut = (draft) => admin().GET('/api/profile/drafts/{id}/dry-run', path(draft))
  const act = async (login, id, action, body = {}) => {
    const { version } = await ok(world.as(login).GET('/api/cases/{id}/actions', { params: { path: { id } } }))
    return ok(world.as(login).POST('/api/cases/{id}/actions', { params: { path: { id } }, body: { action, version, ...body } }))
  }
  /** Reported and dispatched to the department: its clock runs. */
  const dispatched = async (department = world.facts.department) => {
    const made = await ok(world.as('center').POST('/api/cases', { body: world.report({ channel: 'hotline' }) }), 201)
    return act('center', made.id, 'accept_dispatch', { target: { department } })
  }
  const see = async (id) => ok(world.as('center').GET('/api/cases/{id}', { params: { path: { id } } }))
  const edited = (text, change) => {
    const json = JSON.parse(text)
    change(json)
    return JSON.stringify(json, null, 2)
  }
  const limitDays = (days) => (c) => { for (const k of c.classes) for (const i of k.items) if (i.code === '06010') i.limit_days = days }

  test('a limit is changed, checked, tried and published: new cases get it, old ones keep theirs', async () => {
    const old = await dispatched()
    let draft = await create()
    const before = JSON.parse(await textOf('catalogue'))
    const days = before.classes.flatMap((c) => c.items).find((i) => i.code === '06010').limit_days
    draft = await put(draft, 'catalogue', edited(JSON.stringify(before), limitDays(days + 7)))
    assert.equal(draft.item.checked, false)
    await refused(publishAsked(draft), 'profile.not-checked')
    const checked = await check(draft)
    assert.deepEqual([checked.ok, checked.faults, checked.draft.checked], [true, [], true])
    const dry = await ok(tryOut(draft))
    const row = dry.rows.find((r) => r.id === old.item.id)
    assert.ok(row.other_due && Date.parse(row.due_then) > Date.parse(row.due) && !row.stays, JSON.stringify(row))
    assert.equal(row.due, old.item.due)
    assert.deepEqual([dry.unit_gone, dry.stay], [0, 0])
    draft = await ok(publishAsked(draft))
    assert.deepEqual([draft.item.state, draft.item.moving], ['active', false])
    const fresh = await dispatched()
    assert.ok(Date.parse(fresh.item.due) - Date.parse(old.item.due) >= 7 * 86_400_000)
    assert.equal((await see(old.item.id)).item.due, old.item.due, 'the old case keeps its deadline')
    assert.equal((await ok(admin().GET('/api/profile/text', { params: { query: { kind: 'catalogue', name: 'catalogue' } } }))).editions.length, 2)
    assert.equal((await ok(admin().GET('/api/profile/text', { params: { query: { kind: 'catalogue', name: 'catalogue', edition: 1 } } }))).content.length > 0, true)
    await refused(putAsked(draft, 'catalogue', '{}'), 'profile.draft-closed')
    await refused(admin().POST('/api/profile/drafts/{id}/check', { ...path(draft), body: { version: draft.item.version } }), 'profile.draft-closed')
  })

  test('open cases are moved where that is wanted: a step of the chain, the new deadline; the same with limits.json', async () => {
    const old = await dispatched()
    let draft = await create('时限表')
    draft = await put(draft, 'limits', '{ "limits": [ { "limit": "2天" }, { "class": "06010", "limit": "30天" } ] }')
    assert.ok((await check(draft)).ok)
    assert.ok((await ok(tryOut(draft))).rows.some((r) => r.id === old.item.id && r.other_due))
    draft = await ok(publishAsked(draft, { move_open: true }))
    assert.equal(draft.item.moving, true)
    const done = await until('open cases are moved', () => get(draft), (d) => !d.item.moving)
    assert.ok(done.item.moved >= 1, JSON.stringify(done.item))
    const now = await see(old.item.id)
    assert.equal(now.steps.at(-1).action, 'edition.moved')
    assert.equal(now.item.state, old.item.state)
    assert.ok(Date.parse(now.item.due) > Date.parse(old.item.due) + 20 * 86_400_000)
    const clock = await ok(world.as('center').GET('/api/cases/{id}/clock', { params: { path: { id: old.item.id } } }))
    assert.equal(clock.due, now.item.due, 'what is stored is what the clock derives')
    draft = await create('时限表撤回')
    draft = await put(draft, 'limits', undefined, 'limits', { removed: true })
    assert.ok((await check(draft)).ok)
    await ok(publishAsked(draft))
    assert.equal((await ok(world.as('center').GET('/api/cases/{id}/clock', { params: { path: { id: old.item.id } } }))).due, now.item.due, 'not moved: the table it went on with still holds')
  })

  test('a flow without a state that cases are in: these stay, can still be read and finished', async () => {
    const old = await dispatched()
    let draft = await create('去掉派遣')
    const flow = edited(await textOf('flow', 'six-step'), (f) => {
      for (const s of f.states) if (s.code === 'handling') s.code = 'working'
      for (const a of f.actions) {
        a.from = a.from.map((s) => (s === 'handling' ? 'working' : s))
        if (a.to === 'handling') a.to = 'working'
        for (const w of a.to_when ?? []) if (w.to === 'handling') w.to = 'working'
      }
    })
    draft = await put(draft, 'flow', flow, 'six-step')
    const checked = await check(draft)
    assert.deepEqual(checked.faults, [])
    const dry = await ok(tryOut(draft))
    assert.equal(dry.rows.find((r) => r.id === old.item.id).stays, 'state-gone')
    assert.ok(dry.other_state >= 1 && dry.stay >= dry.other_state)
    draft = await ok(publishAsked(draft, { move_open: true }))
    const done = await until('the move is through', () => get(draft), (d) => !d.item.moving)
    assert.ok(done.item.stayed >= 1)
    const now = await see(old.item.id)
    assert.deepEqual([now.item.state, now.flow_edition], ['handling', old.flow_edition])
    assert.equal((await ok(graph('six-step', { edition: old.flow_edition }))).newest, false)
    assert.equal((await dispatched()).item.state, 'working')
    await act('dept1', old.item.id, 'feedback', { note: '清运完毕', photos: [{ sha256: await world.as('dept1').upload(), kind: 'after' }] })
  })

  test('a flow is taken out of use while cases go by it', async () => {
    const { items } = await ok(world.as('center').GET('/api/flows'))
    const gone = items.find((f) => f.code === 'five-step')
    const old = await ok(world.as('center').POST('/api/cases', { body: world.report({ channel: 'hotline', flow: 'five-step' }) }), 201)
    let draft = await create('停用流程')
    draft = await put(draft, 'flow', undefined, 'six-step', { removed: true })
    const faults = (await check(draft)).faults
    assert.ok(faults.some((f) => f.kind === 'catalogue' && f.line > 1 && /six-step/.test(f.zh) && /six-step/.test(f.en)), JSON.stringify(faults))
    const undo = (d) => admin().POST('/api/profile/drafts/{id}/undo', { ...path(d), body: { version: d.item.version, kind: 'flow', name: 'six-step' } })
    draft = await ok(undo(draft))
    assert.deepEqual(draft.files, [])
    await refused(undo(draft), 'not-found')
    draft = await put(draft, 'flow', undefined, 'five-step', { removed: true })
    for (let children; (children = (await check(draft)).faults).length;) {
      assert.ok(children.every((f) => f.kind === 'flow' && f.pointer.endsWith('/child/flow')), `those that open parts in it say so: ${JSON.stringify(children)}`)
      for (const name of new Set(children.map((f) => f.name))) draft = await put(draft, 'flow', undefined, name, { removed: true })
    }
    assert.deepEqual((await check(draft)).faults, [])
    assert.equal((await ok(tryOut(draft))).rows.find((r) => r.id === old.id).stays, 'flow-gone')
    draft = await ok(publishAsked(draft, { move_open: true }))
    await until('the move is through', () => get(draft), (d) => !d.item.moving)
    assert.ok(!(await ok(world.as('center').GET('/api/flows'))).items.some((f) => f.code === 'five-step'))
    await refused(graph('five-step'), 'not-found')
    await ok(graph('five-step', { edition: gone.edition }))
    await refused(world.as('center').POST('/api/cases', { body: world.report({ channel: 'hotline', flow: 'five-step' }) }), 'input.invalid')
    const { actions } = await ok(world.as('center').GET('/api/cases/{id}/actions', { params: { path: { id: old.id } } }))
    assert.ok(actions.length, 'it goes on by the edition it began with')
  })

  test('two editors: the later one learns who was first; the base moves on under a draft', async () => {
    const [a, b] = [await create('甲'), await create('乙')]
    const text = await textOf('departments')
    const first = await put(a, 'departments', edited(text, (d) => { d.departments[0].phone = '0871-12345' }))
    const stale = await refused(putAsked(a, 'departments', text), 'version.stale')
    assert.match(stale.detail, /已由|has changed/)
    let second = await put(b, 'departments', edited(text, (d) => { d.departments[1].phone = '0871-54321' }))
    assert.ok((await check(first)).ok && (await check(second)).ok)
    await ok(publishAsked(first))
    second = await get(second)
    assert.equal(second.base_changed, true)
    await refused(publishAsked(second), 'profile.base-changed')
    const texts = await ok(admin().GET('/api/profile/drafts/{id}/text', { params: { path: { id: second.item.id }, query: { kind: 'departments', name: 'departments' } } }))
    assert.ok(texts.current.includes('0871-12345') && !texts.base.includes('0871-12345') && texts.content.includes('0871-54321'))
    second = await ok(admin().POST('/api/profile/drafts/{id}/rebase', { ...path(second), body: { version: second.item.version } }))
    assert.equal(second.base_changed, false)
    await refused(publishAsked(second), 'profile.not-checked')
    const dropped = await ok(admin().POST('/api/profile/drafts/{id}/drop', { ...path(second), body: { version: second.item.version } }))
    for (const again of ['drop', 'rebase', 'withdrawal']) await refused(admin().POST(`/api/profile/drafts/{id}/${again}`, { ...path(second), body: { version: dropped.item.version } }), 'profile.draft-closed')
    await refused(admin().POST('/api/profile/drafts/{id}/undo', { ...path(second), body: { version: dropped.item.version, kind: 'departments', name: 'departments' } }), 'profile.draft-closed')
  })

  test('a department with open cases does not go, and the refusal names them', async () => {
    const used = world.facts.department
    const text = await textOf('departments')
    let draft = await create('撤并单位')
    const catalogue = await textOf('catalogue')
    const to = JSON.parse(text).departments.find((d) => d.code !== used && d.code !== 'chengguan').code
    draft = await put(draft, 'catalogue', catalogue.replaceAll(`"unit": "${used}"`, `"unit": "${to}"`).replaceAll(`"unit":"${used}"`, `"unit":"${to}"`))
    draft = await put(draft, 'departments', edited(text, (d) => { d.departments = d.departments.filter((x) => x.code !== used) }))
    const checked = await check(draft)
    assert.deepEqual(checked.faults, [])
    const open = await dispatched()
    const dry = await ok(tryOut(draft))
    assert.ok(dry.unit_gone >= 1 && dry.rows.some((r) => r.id === open.item.id && r.unit_gone))
    const why = await refused(publishAsked(draft), 'profile.unit-in-use')
    assert.match(why.detail, /\d{8}-\d{6}/)
  })

  test('a publication waits for its moment; withdrawn it does not come', async () => {
    const soon = new Date(world.server.now() + 3_000).toISOString()
    const far = new Date(world.server.now() + 86_400_000).toISOString()
    const text = await textOf('departments')
    const change = (phone) => edited(text, (d) => { d.departments[0].phone = phone })
    let never = await put(await create('不生效'), 'departments', change('1'))
    assert.ok((await check(never)).ok)
    never = await ok(publishAsked(never, { active_from: far }))
    assert.deepEqual([never.item.state, never.item.published_by !== undefined], ['scheduled', true])
    await refused(putAsked(never, 'departments', text), 'profile.draft-closed')
    await refused(publishAsked(never), 'profile.draft-closed')
    await refused(admin().POST('/api/profile/drafts/{id}/withdrawal', { ...path(never), body: { version: never.item.version + 1 } }), 'version.stale')
    never = await ok(admin().POST('/api/profile/drafts/{id}/withdrawal', { ...path(never), body: { version: never.item.version } }))
    assert.equal(never.item.state, 'open')
    await refused(publishAsked(never, { active_from: new Date(world.server.now() + 400 * 86_400_000).toISOString() }), 'input.invalid')
    let one = await put(await create('预定'), 'departments', change('0871-777'))
    let two = await put(await create('也预定'), 'departments', change('0871-888'))
    assert.ok((await check(one)).ok && (await check(two)).ok)
    one = await ok(publishAsked(one, { active_from: soon }))
    two = await ok(publishAsked(two, { active_from: soon }))
    one = await until('in force', () => get(one), (d) => d.item.state === 'active')
    two = await until('the other is held', () => get(two), (d) => d.item.state === 'held')
    assert.match(two.item.held, /版本|edition/)
    assert.ok((await textOf('departments')).includes('0871-777'))
    assert.ok((await ok(admin().GET('/api/profile/drafts'))).items.some((d) => d.id === one.item.id && d.activated))
  })

  test('texts that are refused, each clearly', async () => {
    let draft = await create('坏文本')
    const catalogue = await textOf('catalogue')
    const faults = async (content, kind = 'catalogue', name = kind) => {
      draft = await put(draft, kind, content, name)
      const checked = await check(draft)
      assert.equal(checked.ok, false)
      await refused(publishAsked(draft), 'profile.not-checked')
      return checked.faults
    }
    const hidden = await faults(catalogue.replace('"zh": "', '"zh": "\u202e'))
    assert.ok(hidden.some((f) => /U\+202E/.test(f.zh) && /U\+202E/.test(f.en) && f.line > 1), JSON.stringify(hidden))
    assert.ok((await faults(catalogue.replace('"zh": "', '"zh": "\\u0007'))).some((f) => /U\+0007/.test(f.zh)))
    assert.ok((await faults(catalogue.replace('"zh": "', `"zh": "${'长'.repeat(5000)}`))).some((f) => /过长/.test(f.zh)))
    assert.equal((await faults('{ "classes": ['))[0].kind, 'catalogue')
    const noLimit = await faults(edited(catalogue, (c) => { delete c.classes[0].items[0].limit_days }))
    assert.ok(noLimit[0].line > 1 && /limit_days/.test(noLimit[0].en), JSON.stringify(noLimit))
    await refused(tryOut(draft), 'profile.faulty')
    const big = edited(catalogue, (c) => { c.note = undefined; c.classes[0].items[0].hint = Array.from({ length: 26 }, () => '长'.repeat(1300)) })
    assert.ok(Buffer.byteLength(big) > 100_000)
    await put(await get(draft), 'catalogue', big)
    await refused(putAsked(await get(draft), 'catalogue', 'x'.repeat(200_001)), 'input.invalid')
    await refused(putAsked(await get(draft), 'flow', '{}', '../etc'), 'input.invalid')
    await refused(putAsked(await get(draft), 'catalogue', ''), 'input.invalid')
    await refused(putAsked(await get(draft), 'catalogue', undefined, 'catalogue', { removed: true }), 'input.invalid')
    await refused(admin().POST('/api/profile/drafts', { body: { name: '名\u202e称' } }), 'input.invalid')
  })

  test('who may: the system administrator edits, the auditor reads, nobody else; all of it is in the log', async () => {
    const draft = await create('权限')
    await refused(world.as('center').GET('/api/profile/drafts'), 'auth.denied')
    await refused(world.as('security').GET('/api/profile'), 'auth.denied')
    await refused(world.as('auditor').POST('/api/profile/drafts', { body: { name: '审计' } }), 'auth.denied')
    const files = await ok(world.as('auditor').GET('/api/profile'))
    assert.ok(files.items.some((f) => f.kind === 'flow' && f.name === 'six-step' && f.title))
    await ok(world.as('auditor').GET('/api/profile/drafts/{id}', path(draft)))
    await refused(world.as('auditor').GET('/api/profile/text', { params: { query: { kind: 'form', name: 'nothing' } } }), 'not-found')
    const log = await ok(world.as('auditor').GET('/api/audit', { params: { query: { subject: `profile/draft/${draft.item.id}` } } }))
    assert.ok(log.items.some((e) => e.action === 'profile.draft'))
    const published = await ok(world.as('auditor').GET('/api/audit', { params: { query: { action: 'profile.published' } } }))
    assert.ok(published.items.length >= 3)
    for (let n = 0; ; n++) {
      const made = await admin().POST('/api/profile/drafts', { body: { name: `第${n}份` } })
      if (made.error) {
        assert.equal(made.error.code, 'profile.too-many')
        break
      }
      assert.ok(n < 60)
    }
    assert.equal((await world.verify()).ok, true)
  })
})
