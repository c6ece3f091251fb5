/* Cases over HTTP: reporting, what may be done, what is refused, who sees what, the log and the clock. The journey with residents
 * is in tests/journey.test.mjs, the queue in case_queue_api.test.mjs; rules with a fake clock in case_test.c. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { forEachDatabase, freshPhoto, ok, refused, sha256 } from '../../tests/harness.mjs'
import { sql } from '../../tests/lib/databases.mjs'
import { act, at, attempt, handled, handling, pending, read, verified } from '../../tests/lib/journey.mjs'

/** Width and height of a JPEG, from its frame header. */
function sizeOf(bytes) {
  let at = 2
  while (![0xc0, 0xc1, 0xc2].includes(bytes[at + 1])) at += 2 + bytes.readUInt16BE(at + 2)
  return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)]
}

const stepsOf = async (caller, id) => (await read(caller, id)).steps.map((s) => s.action)

forEachDatabase('reporting', (world) => {
  const report = (more, login = 'member1') =>
    world.as(login).POST('/api/cases', { body: world.report({ channel: 'member', ...more }) })

  test('a report gets number, place and the receipt of its first step', async () => {
    const r = await ok(report(), 201)
    assert.match(r.number, /^20261118-\d{6}$/)
    assert.equal(r.place, world.facts.home)
    assert.equal(r.state, 'pending')
    const log = await ok(world.as('member1').GET('/api/cases/{id}/log', at(r.id)))
    assert.equal(log.items[0].hash, r.hash)
  })

  test('the same key and body give the first answer again, another body is refused', async () => {
    const member = world.as('member1').with({ 'Idempotency-Key': `once-${Date.now()}-a` })
    const body = world.report({ channel: 'member', text: '只应有一件' })
    const first = await member.POST('/api/cases', { body })
    const second = await member.POST('/api/cases', { body })
    assert.equal(first.response.headers.get('idempotent-replay'), null)
    assert.equal(second.response.headers.get('idempotent-replay'), 'true')
    assert.deepEqual(second.data, first.data)
    assert.equal(second.response.status, 201)
    await refused(member.POST('/api/cases', { body: { ...body, text: '另一件' } }), 'idempotency.reused')
    const found = await ok(member.GET('/api/cases', { params: { query: { q: '只应有一件' } } }))
    assert.equal(found.total, 1)
  })

  test('keys belong to who sent them; malformed ones are refused', async () => {
    const key = { 'Idempotency-Key': `shared-${Date.now()}` }
    const one = await ok(world.as('member1').with(key).POST('/api/cases', { body: world.report({ channel: 'member' }) }), 201)
    const two = await ok(world.as('leader1').with(key).POST('/api/cases', { body: world.report({ channel: 'leader' }) }), 201)
    assert.notEqual(one.id, two.id)
    for (const bad of ['short', 'x'.repeat(101), 'with blank in it'])
      await refused(world.as('member1').with({ 'Idempotency-Key': bad }).POST('/api/cases', { body: world.report({ channel: 'member' }) }),
        'idempotency.invalid')
  })

  test('many at once with one key make one case', async () => {
    const member = world.as('member1').with({ 'Idempotency-Key': `race-${Date.now()}` })
    const body = world.report({ channel: 'member', text: '并发只应有一件' })
    const all = await Promise.all(Array.from({ length: 12 }, () => member.POST('/api/cases', { body })))
    const made = all.filter((a) => a.response.status === 201)
    assert.equal(made.length, all.length, JSON.stringify(all.map((a) => [a.response.status, a.error?.code])))
    assert.equal(new Set(made.map((a) => a.data.id)).size, 1)
    assert.equal((await ok(member.GET('/api/cases', { params: { query: { q: '并发只应有一件' } } }))).total, 1)
  })

  test('input errors are named one by one, and nothing is stored', async () => {
    const before = (await ok(world.as('center').GET('/api/cases'))).total
    const body = { category: '', text: 'x'.repeat(2001), lon: 181, lat: 'north', channel: 'pigeon', photos: ['abc'], extra: 1 }
    const problem = await refused(report(body), 'input.invalid')
    assert.deepEqual(problem.errors.map((e) => e.pointer).sort(),
      ['/category', '/channel', '/extra', '/lat', '/lon', '/photos/0', '/text'])
    const blank = await refused(report({ text: ' 　\n ' }), 'input.invalid')
    assert.deepEqual(blank.errors.map((e) => e.pointer), ['/text'])
    assert.equal((await ok(world.as('center').GET('/api/cases'))).total, before)
  })

  test('what does not exist is refused', async () => {
    await refused(report({ category: 'XX00' }), 'case.category-unknown')
    await refused(report({ lon: 100, lat: 20 }), 'place.outside')
    const missing = await refused(report({ photos: [sha256('never sent')] }), 'blob.missing')
    assert.equal(missing.errors[0].pointer, '/photos/0')
    const elsewhere = await refused(report({ place: world.facts.other }), 'input.invalid')
    assert.equal(elsewhere.errors[0].pointer, '/place')
    const { response } = await report({ building: '999999' })
    assert.ok([404, 422].includes(response.status))
  })

  test('a building gives place and address', async () => {
    const { items } = await ok(world.as('member1').GET('/api/buildings', { params: { query: {} } }))
    const b = items[0]
    const r = await ok(report({ building: b.code, lon: b.lon, lat: b.lat }), 201)
    const { item } = await read(world.as('member1'), r.id)
    assert.deepEqual([item.place, item.building, item.address], [b.grid, b.code, b.address])
  })

  test('handled on the spot at once: before and after', async () => {
    const member = world.as('member1')
    const photos = [await member.upload(), await member.upload()]
    const r = await ok(report({ self_handled: true, handled_photos: photos, handled_note: '当场清理' }), 201)
    assert.equal(r.state, 'verified')
    assert.deepEqual(await stepsOf(member, r.id), ['open', 'self_handle'])
    await refused(report({ self_handled: true }), 'case.photo-needed')
  })

  test('photos are served to who may see the case, whole and small, without EXIF', async () => {
    const member = world.as('member1')
    const bytes = freshPhoto({ withExif: true, width: 800, height: 640 })
    const name = await member.upload(bytes)
    const r = await ok(report({ photos: [name] }), 201)
    const whole = await member.send('GET', `/api/cases/${r.id}/photos/${name}`)
    const small = await member.send('GET', `/api/cases/${r.id}/photos/${name}?size=thumb`)
    assert.equal(whole.bytes.subarray(0, 3).toString('hex'), 'ffd8ff')
    assert.ok(!whole.bytes.includes('SECRET-POSITION') && !whole.bytes.includes('Exif'))
    assert.deepEqual([sizeOf(whole.bytes), sizeOf(small.bytes)], [[800, 640], [360, 288]])
    assert.equal(whole.headers.get('cache-control'), 'private, no-cache') // access may be withdrawn
    const again = (who, tag) => who.send('GET', `/api/cases/${r.id}/photos/${name}`, { headers: { 'If-None-Match': tag } })
    assert.equal((await again(member, whole.headers.get('etag'))).status, 304)
    assert.equal((await again(member, small.headers.get('etag'))).status, 200)
    assert.equal((await again(world.as('member-b'), whole.headers.get('etag'))).status, 404)
    const { photos } = await read(member, r.id)
    assert.deepEqual([photos[0].width, photos[0].height, photos[0].kind], [800, 640, 'scene'])
    const { params } = { params: { path: { id: r.id, sha256: sha256('other') } } }
    await refused(member.GET('/api/cases/{id}/photos/{sha256}', { params }), 'not-found')
    await refused(world.as('member-b').GET('/api/cases/{id}/photos/{sha256}', { params: { path: { id: r.id, sha256: name } } }), 'not-found')
  })

  test('the reporter\'s telephone is masked; whole for a reason, on record, for those who have to call', async () => {
    const r = await ok(world.as('center').POST('/api/cases',
      { body: world.report({ channel: 'hotline', reporter_name: '王小明', reporter_phone: '13912345678' }) }), 201)
    const reveal = (login, reason = '回访核实', more = {}) =>
      world.as(login).with(more).POST('/api/cases/{id}/reporter', { ...at(r.id), body: { reason } })
    for (const [login, may] of [['center', true], ['member1', false]]) {
      const view = await read(world.as(login), r.id)
      assert.match(view.reporter_phone, /^139\*+5678$/)
      assert.notEqual(view.reporter_name, '王小明')
      assert.equal(view.may_reveal, may)
    }
    const key = `reveal-${Date.now()}`
    assert.deepEqual(await ok(reveal('center', '回访核实', { 'Idempotency-Key': key })), { name: '王小明', phone: '13912345678' })
    await refused(reveal('member1'), 'case.not-yours')
    await refused(reveal('member-b'), 'not-found')
    await refused(reveal('center', ' '), 'input.invalid')
    await refused(reveal('auditor'), 'auth.denied')
    const { items } = await ok(world.as('auditor').GET('/api/audit', { params: { query: { action: 'case.reporter-seen', subject: `case/${r.id}` } } }))
    assert.equal(items.length, 1)
    assert.equal(items[0].detail.reason, '回访核实')
    const stored = [['case_reporter', 'name'], ['case_reporter', 'phone'], ['app_idempotency', 'answer']]
    for (const [table, column] of stored)
      assert.equal(sql(world.database, `SELECT count(*) FROM ${table} WHERE CAST(${column} AS TEXT) LIKE '%13912345678%'`), '0', table)
    const silent = await pending(world)
    await refused(world.as('center').POST('/api/cases/{id}/reporter', { ...at(silent), body: { reason: '回访核实' } }), 'not-found')
  })

  test('a channel belongs to the posts that use it', async () => {
    for (const [login, channel] of [['member1', 'leader'], ['member1', 'hotline'], ['leader1', 'centre'], ['center', 'member'],
      ['inspector1', 'order'], ['member1', 'qr'], ['center', 'web']]) {
      const problem = await refused(report({ channel }, login), 'input.invalid')
      assert.deepEqual(problem.errors.map((e) => e.pointer), ['/channel'], `${login} ${channel}`)
    }
    for (const [login, channel] of [['leader1', 'leader'], ['leader1', 'member'], ['inspector1', 'member'], ['center', 'centre'],
      ['center', 'department'], ['center', 'order']]) await ok(report({ channel }, login), 201)
  })

  test('the catalogue tells classes, states, steps and departments', async () => {
    const c = await ok(world.anyone().GET('/api/catalogue'))
    assert.deepEqual(c.classes.map((k) => k.name), ['城市管理', '综治维稳', '社会保障'])
    assert.equal(c.steps.length, 6)
    assert.ok(c.states.some((s) => s.code === 'archived' && s.final))
    assert.ok(c.departments.length >= 12)
  })
})

forEachDatabase('acting', (world) => {
  test('what may be done depends on who asks, and says what it needs', async () => {
    const id = await pending(world)
    const actions = async (login) => (await ok(world.as(login).GET('/api/cases/{id}/actions', at(id)))).actions
    const centre = await actions('center')
    assert.deepEqual(centre.map((a) => a.action).sort(), ['accept', 'accept_dispatch', 'recategorise', 'reject', 'void'])
    const dispatch = centre.find((a) => a.action === 'accept_dispatch')
    assert.deepEqual([dispatch.form.target, dispatch.form.target_kinds], [true, ['department', 'member']])
    assert.ok(centre.find((a) => a.action === 'reject').form.reasons.length >= 5)
    assert.deepEqual(await actions('member1'), [])
    const doing = await handling(world)
    const dept = await ok(world.as('dept1').GET('/api/cases/{id}/actions', at(doing)))
    assert.deepEqual(dept.actions.map((a) => a.action), ['feedback', 'return'])
    assert.deepEqual(dept.actions[0].form.photo_kinds, ['after'])
  })

  test('an action that the state or the person forbids leaves nothing', async () => {
    const id = await pending(world)
    const before = await read(world.as('center'), id)
    await refused(attempt(world.as('center'), id, 'archive'), 'case.action-forbidden')
    await refused(attempt(world.as('member1'), id, 'accept_dispatch', { target: { department: world.facts.department } }), 'case.not-yours')
    await refused(attempt(world.as('leader1'), id, 'void', { note: '无' }), 'case.not-yours')
    const unknown = await refused(attempt(world.as('center'), id, 'vanish'), 'input.invalid')
    assert.equal(unknown.errors[0].pointer, '/action')
    assert.deepEqual(await read(world.as('center'), id), before)
  })

  test('an old version is refused with who was faster', async () => {
    const id = await pending(world)
    const post = (login, body) => world.as(login).POST('/api/cases/{id}/actions', { ...at(id), body })
    await ok(post('center', { action: 'accept', version: 1 }), 200)
    const problem = await refused(post('street', { action: 'accept', version: 1 }), 'version.stale')
    assert.match(problem.texts.zh, /受理/)
    assert.match(problem.texts.en, /Accept/)
    await refused(post('street', { action: 'accept', version: 99 }), 'version.stale')
    assert.deepEqual(await stepsOf(world.as('center'), id), ['open', 'accept'])
  })

  test('two dispatchers at once: one wins', async () => {
    const id = await pending(world)
    const target = { department: world.facts.department }
    const post = (login) =>
      world.as(login).POST('/api/cases/{id}/actions', { ...at(id), body: { action: 'accept_dispatch', version: 1, target } })
    const codes = (await Promise.all(['center', 'street', 'center', 'street'].map(post))).map((a) => a.error?.code ?? 'done').sort()
    assert.deepEqual(codes, ['done', 'version.stale', 'version.stale', 'version.stale'])
    assert.deepEqual(await stepsOf(world.as('center'), id), ['open', 'accept_dispatch'])
  })

  test('an action repeated with its key is done once', async () => {
    const id = await pending(world)
    const center = world.as('center').with({ 'Idempotency-Key': `act-${id}-once` })
    const body = { action: 'accept', version: 1 }
    const first = await center.POST('/api/cases/{id}/actions', { ...at(id), body })
    const second = await center.POST('/api/cases/{id}/actions', { ...at(id), body })
    assert.equal(second.response.headers.get('idempotent-replay'), 'true')
    assert.deepEqual(second.data, first.data)
  })

  test('targets: needed, known, one only, within the dispatcher\'s reach', async () => {
    const id = await pending(world)
    const dispatch = (target) => attempt(world.as('center'), id, 'accept_dispatch', target ? { target } : {})
    await refused(dispatch(), 'case.target-needed')
    await refused(dispatch({}), 'case.target-needed')
    await refused(dispatch({ department: 'nothing' }), 'case.target-unknown')
    await refused(dispatch({ account: 999_999 }), 'case.target-unknown')
    const me = await ok(world.as('center').GET('/api/me'))
    await refused(dispatch({ account: me.account.id }), 'case.target-unknown')
    const both = await refused(dispatch({ account: me.account.id, department: world.facts.department }), 'input.invalid')
    assert.equal(both.errors[0].pointer, '/target')
    const member = await ok(world.as('member1').GET('/api/me'))
    const { item } = await act(world.as('center'), id, 'accept_dispatch', { target: { account: member.account.id } })
    assert.deepEqual([item.state, item.holder.kind, item.holder.id], ['handling', 'member', member.account.id])
    const done = await act(world.as('member1'), id, 'feedback',
      { note: '已办', photos: [{ sha256: await world.as('member1').upload(), kind: 'after' }] })
    assert.equal(done.item.state, 'handled')
  })

  test('evidence: the right kind, notes and reasons where they are asked for', async () => {
    const id = await handling(world)
    const dept = world.as('dept1')
    const photo = await dept.upload()
    const before = await read(dept, id)
    await refused(attempt(dept, id, 'feedback', { note: '好了' }), 'case.photo-needed')
    await refused(attempt(dept, id, 'feedback', { note: '好了', photos: [{ sha256: photo, kind: 'before' }] }), 'case.photo-needed')
    const missing = await refused(attempt(dept, id, 'feedback', { note: '好了', photos: [{ sha256: sha256('no'), kind: 'after' }] }), 'blob.missing')
    assert.equal(missing.errors[0].pointer, '/photos/0')
    const note = await refused(attempt(dept, id, 'feedback', { photos: [{ sha256: photo, kind: 'after' }] }), 'input.invalid')
    assert.deepEqual(note.errors.map((e) => [e.pointer, e.code]), [['/note', 'required']])
    const surplus = await refused(attempt(dept, id, 'return', { note: '非本单位', reason: 'duplicate', satisfaction: 'fair',
      target: { department: world.facts.department } }), 'input.invalid')
    assert.deepEqual(surplus.errors.map((e) => e.pointer).sort(), ['/reason', '/satisfaction', '/target'])
    assert.deepEqual(await read(dept, id), before)
    const waiting = await pending(world)
    const reason = await refused(attempt(world.as('center'), waiting, 'reject', {}), 'input.invalid')
    assert.deepEqual(reason.errors.map((e) => e.pointer), ['/reason'])
    const { item } = await act(world.as('center'), waiting, 'reject', { reason: 'duplicate' })
    assert.deepEqual([item.state, item.holder.kind], ['rejected', 'none'])
    assert.ok(item.closed)
  })

  test('return, redispatch, urge, a failed check, void', async () => {
    const center = world.as('center')
    const id = await handling(world)
    const other = world.facts.departments.find((d) => d !== world.facts.department)
    await act(center, id, 'urge', { note: '请尽快' })
    await act(world.as('dept1'), id, 'return', { note: '不属于本单位' })
    const again = await act(center, id, 'dispatch', { target: { department: other } })
    assert.equal(again.item.returned, 1)
    await act(center, id, 'redispatch', { note: '改派', target: { department: world.facts.department } })
    await act(world.as('dept1'), id, 'feedback', { note: '已办', photos: [{ sha256: await world.as('dept1').upload(), kind: 'after' }] })
    const failed = await act(world.as('member1'), id, 'verify_fail', { note: '仍有垃圾' })
    assert.deepEqual([failed.item.state, failed.item.holder.department], ['handling', world.facts.department])
    const voided = await pending(world)
    await act(center, voided, 'void', { note: '重复录入' })
    assert.equal((await read(center, voided)).item.state, 'voided')
  })
})

forEachDatabase('scope', (world) => {
  test('who may not see a case is told that there is none', async () => {
    const id = await pending(world)
    for (const login of ['member-b', 'dept1', 'dept-b']) {
      const caller = world.as(login)
      await refused(caller.GET('/api/cases/{id}', at(id)), 'not-found')
      await refused(caller.GET('/api/cases/{id}/log', at(id)), 'not-found')
      await refused(caller.GET('/api/cases/{id}/clock', at(id)), 'not-found')
      await refused(caller.GET('/api/cases/{id}/actions', at(id)), 'not-found')
      await refused(caller.POST('/api/cases/{id}/actions', { ...at(id), body: { action: 'void', version: 1, note: '无' } }), 'not-found')
    }
    for (const login of ['member1', 'leader1', 'center', 'street', 'inspector1']) await read(world.as(login), id)
    await refused(world.as('center').GET('/api/cases/{id}', at(999_999)), 'not-found')
  })

  test('a department sees what was dispatched to it, also afterwards', async () => {
    const id = await handled(world)
    await read(world.as('dept1'), id)
    await refused(world.as('dept-b').GET('/api/cases/{id}', at(id)), 'not-found')
    const ids = (await ok(world.as('dept1').GET('/api/cases'))).items.map((i) => i.id)
    assert.ok(ids.includes(id))
    assert.deepEqual((await ok(world.as('dept-b').GET('/api/cases'))).items, [])
  })

  test('who reported sees the case wherever it is', async () => {
    const [lon, lat] = world.grid(world.facts.other).inside
    const r = await ok(world.as('member1').POST('/api/cases', { body: world.report({ channel: 'member', lon, lat }) }), 201)
    assert.equal((await read(world.as('member1'), r.id)).item.place, world.facts.other)
    await read(world.as('member-b'), r.id)
    await refused(world.as('leader1').GET('/api/cases/{id}', at(r.id)), 'not-found')
  })

  test('a case shared is a case seen, not one to act on', async () => {
    const id = await pending(world)
    const me = await ok(world.as('member-b').GET('/api/me'))
    const share = (login, account) => world.as(login).POST('/api/cases/{id}/readers', { ...at(id), body: { account } })
    const far = await refused(share('leader1', me.account.id), 'input.invalid')
    assert.deepEqual(far.errors.map((e) => [e.pointer, e.code]), [['/account', 'out-of-reach']])
    const view = await ok(share('center', me.account.id))
    assert.deepEqual(view.readers.map((r) => r.id), [me.account.id])
    assert.equal((await ok(share('center', me.account.id))).readers.length, 1)
    await read(world.as('member-b'), id)
    await refused(attempt(world.as('member-b'), id, 'accept'), 'case.not-yours')
    const unknown = await refused(share('center', 999_999), 'input.invalid')
    assert.equal(unknown.errors[0].pointer, '/account')
    const admin = await ok(world.as('auditor').GET('/api/me'))
    assert.equal((await refused(share('center', admin.account.id), 'input.invalid')).errors[0].code, 'no-post')
    const dept = await ok(world.as('dept1').GET('/api/me'))
    await ok(share('leader1', dept.account.id))
    await read(world.as('dept1'), id)
    const foreign = await ok(world.as('member-b').POST('/api/cases', { body: world.report({ channel: 'member' }, world.facts.other) }), 201)
    const leader = await ok(world.as('leader1').GET('/api/me'))
    const further = (login, account) => world.as(login).POST('/api/cases/{id}/readers', { ...at(foreign.id), body: { account } })
    await ok(further('center', leader.account.id))
    await refused(further('leader1', dept.account.id), 'case.not-yours')
  })

  test('fifty read along and no more', async () => {
    const id = await pending(world)
    const found = []
    const share = (account) => world.as('center').POST('/api/cases/{id}/readers', { ...at(id), body: { account } })
    while (found.length < 51) {
      const a = await ok(world.as('admin').POST('/api/accounts', { body: { login: `reader${found.length}`, name: '协阅人', password: 'Lesen-2026-mit' } }), 201)
      await ok(world.as('security').POST('/api/accounts/{id}/posts', { ...at(a.id), body: { role: 'member', place: world.facts.home } }), 201)
      found.push(a.id)
    }
    for (const account of found.slice(0, 50)) await ok(share(account))
    await refused(share(found[50]), 'case.readers-full')
    await ok(share(found[0]))
  })
})

/** SM3 over fields with their length in front, as server/core/audit/audit.h says. */
function sm3Fields(fields) {
  const h = createHash('sm3')
  for (const f of fields) {
    const length = Buffer.alloc(8)
    length.writeBigUInt64BE(f === null ? 0xffffffffffffffffn : BigInt(f.length))
    h.update(length)
    if (f !== null) h.update(f)
  }
  return h.digest('hex')
}

const COLUMNS = ['case_id', 'seq', 'at_ms', 'action', 'actor', 'actor_name', 'actor_role', 'actor_department', 'from_state', 'to_state',
  'note', 'reason', 'target_account', 'target_department', 'target_name', 'satisfaction', 'photos', 'detail', 'holder_kind',
  'holder_account', 'holder_department', 'holder_name', 'held_ms', 'previous']

forEachDatabase('log and clock', (world) => {
  test('the log is a chain that anybody can compute again', async () => {
    const id = await verified(world)
    const log = await ok(world.as('center').GET('/api/cases/{id}/log', at(id)))
    assert.deepEqual(log.items.map((s) => s.seq), log.items.map((_, i) => i + 1))
    assert.equal(log.items[0].previous, '0'.repeat(64))
    for (let i = 1; i < log.items.length; i++) assert.equal(log.items[i].previous, log.items[i - 1].hash)
    assert.equal(log.head, log.items.at(-1).hash)
    const lite = world.engine === 'sqlite'
    const hex = (c) => (c === 'previous' ? (lite ? 'hex(previous)' : "encode(previous, 'hex')")
      : lite ? `hex(CAST(${c} AS TEXT))` : `encode(convert_to(${c}::text, 'UTF8'), 'hex')`)
    const list = COLUMNS.map((c) => `CASE WHEN ${c} IS NULL THEN '-' ELSE ${hex(c)} END`).join(` || ',' || `)
    const rows = sql(world.database, `SELECT ${list} FROM case_step WHERE case_id = ${id} ORDER BY seq`).split('\n')
    rows.forEach((row, i) => {
      const fields = row.split(',').map((f) => (f === '-' ? null : Buffer.from(f, 'hex')))
      assert.equal(sm3Fields(fields), log.items[i].hash, `step ${i + 1}`)
    })
  })

  test('the deadline is derived day by day and stops with the feedback', async () => {
    const id = await handling(world)
    const clock = await ok(world.as('center').GET('/api/cases/{id}/clock', at(id)))
    assert.equal(clock.running, true)
    assert.equal(clock.late, false)
    assert.ok(clock.days.length >= 1 && clock.days.filter((d) => d.counted).at(-1).number >= 1)
    assert.ok(Date.parse(clock.due) > Date.parse(clock.start))
    assert.equal(clock.due, (await read(world.as('center'), id)).item.due)
    const held = clock.holdings.reduce((n, h) => n + h.held_ms, 0)
    assert.ok(held >= 0 && clock.holdings.length >= 2)
    assert.equal(clock.status, 'running')
    assert.equal(clock.holdings.reduce((n, h) => n + h.counted_ms, 0), clock.elapsed_ms)
    assert.equal(clock.holders.reduce((n, h) => n + h.counted_ms, 0), clock.elapsed_ms)
    clock.spans.forEach((s, i) => {
      assert.equal(s.from, i ? clock.spans[i - 1].to : clock.start)
      assert.equal(s.counted_ms, s.counted ? Date.parse(s.to) - Date.parse(s.from) : 0)
      assert.equal(s.cumulative_ms, (i ? clock.spans[i - 1].cumulative_ms : 0) + s.counted_ms)
    })
    assert.equal(clock.spans.at(-1).to, clock.due)
    await act(world.as('dept1'), id, 'feedback', { note: '已办', photos: [{ sha256: await world.as('dept1').upload(), kind: 'after' }] })
    assert.equal((await ok(world.as('center').GET('/api/cases/{id}/clock', at(id)))).running, false)
  })
})

forEachDatabase('clock over time', (world) => {
  test('a weekend does not count; a late case says so', async () => {
    const friday = Date.parse('2026-11-20T16:00:00+08:00')
    await world.server.restart({ at: friday })
    const id = await (async () => {
      const member = await world.signIn('member1')
      const center = await world.signIn('center')
      const r = await ok(member.POST('/api/cases', { body: world.report({ channel: 'member', category: '06036' }) }), 201)
      await act(center, r.id, 'accept_dispatch', { target: { department: world.facts.department } })
      return r.id
    })()
    const center = await world.signIn('center')
    const clock = await ok(center.GET('/api/cases/{id}/clock', at(id)))
    assert.match(clock.limit, /^3 /)
    const days = Object.fromEntries(clock.days.map((d) => [d.date, d.counted]))
    assert.equal(days['2026-11-21'], false)
    assert.equal(days['2026-11-22'], false)
    assert.equal(days['2026-11-23'], true)
    assert.ok(clock.due === '2026-11-26T00:00:00+08:00', clock.due)
    await world.server.restart({ at: Date.parse('2026-11-26T09:00:00+08:00') })
    const later = await world.signIn('center')
    assert.equal((await read(later, id)).item.late, true)
    const late = await ok(later.GET('/api/cases', { params: { query: { late: true } } }))
    assert.ok(late.items.some((i) => i.id === id))
  })

  test('without a calendar for the year the deadline is provisional, and says so', async () => {
    await world.server.restart({ at: Date.parse('2027-03-01T10:00:00+08:00') })
    const member = await world.signIn('member1')
    const center = await world.signIn('center')
    const r = await ok(member.POST('/api/cases', { body: world.report({ channel: 'member' }) }), 201)
    await act(center, r.id, 'accept_dispatch', { target: { department: world.facts.department } })
    const { item } = await read(center, r.id)
    const clock = await ok(center.GET('/api/cases/{id}/clock', at(r.id)))
    assert.equal(item.provisional, true)
    assert.ok(item.due)
    assert.deepEqual([clock.provisional, clock.missing_year, clock.due, clock.status], [true, 2027, item.due, 'running'])
    assert.match(clock.rule, /2027/)
  })
})
