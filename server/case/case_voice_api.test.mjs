/* One matter, many voices, over HTTP: similar cases, joining one, merging, questions, links, alarms, callers. Rules with a fake clock are
 * in case_voice_test.c. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'
import { act, at, attempt, handling, pending, read, residentReport } from '../../tests/lib/journey.mjs'

const coded = (code, query = {}) => ({ params: { path: { code }, query } })
const tokened = (token) => ({ params: { path: { token } } })

forEachDatabase('many voices', (world) => {
  const anyone = () => world.anyone()
  const follow = (code, phone) => anyone().GET('/api/public/reports/{code}', coded(code, { phone }))

  /** A five-step case that waits for the township. */
  async function atTownship() {
    const { id } = await ok(world.as('member1').POST('/api/cases', { body: world.report({ channel: 'member', flow: 'five-step' }) }), 201)
    await act(world.as('member1'), id, 'report_up')
    await act(world.as('leader1'), id, 'leader_up')
    return id
  }

  /** Where nobody else's test reports: the words decide. */
  const here = () => {
    const { lon, lat, category } = world.report()
    return { lon, lat, category }
  }

  test('similar cases are shown to staff with photo and words, to strangers without', async () => {
    const member = world.as('member1')
    const text = '喷泉池漏水，周围结冰很滑'
    const { id } = await ok(member.POST('/api/cases', { body: world.report({ channel: 'member', text, photos: [await member.upload()] }) }), 201)
    const query = { ...here(), text: '喷泉池漏水结冰' }
    const seen = (await ok(member.GET('/api/similar-cases', { params: { query } }))).items
    assert.ok(seen.length <= 3)
    assert.equal(seen[0].id, id)
    assert.equal(seen[0].text, text)
    assert.equal((await member.send('GET', seen[0].photo)).status, 200)
    const shown = (await ok(anyone().GET('/api/public/similar', { params: { query } }))).items
    assert.equal(JSON.stringify(shown).includes('喷泉'), false)
    assert.deepEqual(Object.keys(shown[0]).sort(), ['category_name', 'created', 'distance', 'photo', 'place_name', 'ref', 'state_name', 'voices'])
    assert.equal((await anyone().send('GET', shown[0].photo.url)).status, 200)
    await refused(member.GET('/api/similar-cases', { params: { query: { text } } }), 'input.invalid')
    const nowhere = await refused(member.GET('/api/similar-cases', { params: { query: { building: 'nothing' } } }), 'input.invalid')
    assert.equal(nowhere.errors[0].pointer, '?building')
  })

  test('a resident joins a matter, follows it with a receipt of their own, and learns nothing of the first', async () => {
    const text = '健身角的单杠松动，我家孩子摔了'
    const report = await residentReport(world, { text })
    const query = { ...here(), text: '健身角的单杠松动' }
    const [found] = (await ok(anyone().GET('/api/public/similar', { params: { query } }))).items
    const phone = '13611112222'
    const mine = '单杠确实松了😀，\u202e危险'
    const body = { ref: found.ref, text: mine, phone, photos: [await anyone().upload()] }
    const r = await ok(anyone().POST('/api/public/voices', { body }), 201)
    assert.equal(r.number, report.number)
    const t = await ok(follow(r.code, phone))
    assert.deepEqual([t.joined, t.voices, t.text, t.may_rate], [true, 2, mine, false])
    assert.equal(JSON.stringify(t).includes('我家孩子'), false)
    assert.equal((await anyone().send('GET', t.timeline.find((s) => s.photos.length).photos[0].url)).status, 200)
    await refused(follow(r.code, report.phone), 'report.unknown')
    assert.equal((await ok(follow(report.code, report.phone))).voices, 2)
    await refused(anyone().POST('/api/public/voices', { body: { ...body, ref: `${report.id}-9999999999-${'0'.repeat(32)}` } }), 'similar.unknown')
    await refused(anyone().POST('/api/public/voices', { body: { ref: found.ref, photos: ['a'.repeat(64)] } }), 'blob.missing')
    for (const bad of ['长'.repeat(33_000), 'a\u0007b'])
      assert.equal((await refused(anyone().POST('/api/public/voices', { body: { ref: found.ref, text: bad } }), 'input.invalid')).errors[0].pointer, '/text')
    await refused(anyone().POST('/api/public/reports/{code}/reopening', { ...coded(r.code), body: { phone, note: '没好' } }), 'case.action-forbidden')
    await refused(anyone().POST('/api/public/reports/{code}/answer', { ...coded(r.code), body: { phone, note: '答' } }), 'report.no-question')
    await act(world.as('member1'), report.id, 'escalate')
    await act(world.as('street'), report.id, 'reject', { reason: 'duplicate' })
    await refused(anyone().POST('/api/public/voices', { body: { ref: found.ref } }), 'similar.unknown')
  })

  test('who telephoned is called back when it has ended, on record', async () => {
    const street = world.as('street')
    const id = await pending(world)
    const body = { channel: 'hotline', text: '我也要反映', reporter_name: '周大姐', reporter_phone: '13599998888' }
    const joined = await ok(street.POST('/api/cases/{id}/voices', { ...at(id), body }), 201)
    assert.deepEqual([joined.id, joined.n, joined.voices], [id, 2, 2])
    await refused(world.as('member1').POST('/api/cases/{id}/voices', { ...at(id), body }), 'input.invalid') // not their channel
    const list = () => ok(street.GET('/api/cases/{id}/voices', at(id)))
    assert.equal((await list()).to_call, 0)
    const second = { params: { path: { id, n: 2 } } }
    await refused(street.POST('/api/cases/{id}/voices/{n}/told', second), 'case.action-forbidden')
    await act(street, id, 'reject', { reason: 'unclear' })
    const waiting = await list()
    assert.equal(waiting.to_call, 1)
    assert.deepEqual([waiting.items[1].name, waiting.items[1].phone, waiting.items[1].may_tell], ['周**', '135****8888', true])
    await refused(world.as('member1').POST('/api/cases/{id}/voices/{n}/told', second), 'case.not-yours')
    const contact = await ok(street.POST('/api/cases/{id}/voices/{n}/reporter', { ...second, body: { reason: '回电' } }))
    assert.deepEqual([contact.name, contact.phone], ['周大姐', '13599998888'])
    await refused(world.as('member1').POST('/api/cases/{id}/voices/{n}/reporter', { ...second, body: { reason: '看看' } }), 'case.not-yours')
    const told = await ok(street.POST('/api/cases/{id}/voices/{n}/told', second))
    assert.deepEqual([told.to_call, Boolean(told.items[1].told)], [0, true])
    await refused(street.POST('/api/cases/{id}/voices', { ...at(id), body }), 'case.action-forbidden')
    const caller = await ok(street.POST('/api/callers', { body: { phone: '13599998888' } }))
    assert.deepEqual([caller.name, caller.cases.map((c) => c.id)], ['周大姐', [id]])
    assert.deepEqual((await ok(street.POST('/api/callers', { body: { phone: '13500000000' } }))).cases, [])
    await refused(world.as('member1').POST('/api/callers', { body: { phone: '13599998888' } }), 'auth.denied')
  })

  test('who telephones gets a code that is read out to them, with which they follow their case', async () => {
    const street = world.as('street')
    const phone = '13688880001'
    const call = (more) => street.POST('/api/cases', { body: world.report({ channel: 'hotline', text: '楼道灯坏了，来电反映', ...more }) })
    const made = await ok(call({ reporter_name: '孙师傅', reporter_phone: phone }), 201)
    assert.match(made.code, /^[0-9A-Z]{5}-[0-9A-Z]{5}$/)
    const told = await ok(follow(made.code, '136 8888 0001'))
    assert.deepEqual([told.number, told.text], [made.number, '楼道灯坏了，来电反映'])
    await refused(follow(made.code, '13688880002'), 'report.unknown')
    await refused(follow(made.code), 'report.unknown')
    const key = { 'Idempotency-Key': `call-${Date.now()}` }
    const body = world.report({ channel: 'hotline', reporter_phone: phone })
    const first = await ok(street.with(key).POST('/api/cases', { body }), 201)
    assert.equal((await ok(street.with(key).POST('/api/cases', { body }), 201)).code, first.code) // one call, one code
    const nameless = await ok(call(), 201)
    assert.equal((await ok(follow(nameless.code))).number, nameless.number)
    const more = { channel: 'hotline', text: '我也要反映灯坏了', reporter_phone: '13688880003' }
    const joined = await ok(street.POST('/api/cases/{id}/voices', { ...at(made.id), body: more }), 201)
    const theirs = await ok(follow(joined.code, more.reporter_phone))
    assert.deepEqual([theirs.text, theirs.number, theirs.joined], [more.text, made.number, true])
    assert.equal((await ok(street.POST('/api/cases', { body: world.report({ channel: 'centre' }) }), 201)).code, undefined) // nobody called
  })

  test('of two mergers at once neither makes a circle, and every receipt works on', async () => {
    const street = world.as('street')
    const [a, b] = [await atTownship(), await atTownship()]
    const both = await Promise.all([
      attempt(street, a, 'township_merge', { into: `${b}` }), attempt(street, b, 'township_merge', { into: `${a}` }),
    ])
    assert.deepEqual(both.map((r) => r.response.status).filter((s) => s === 200).length, 1, JSON.stringify(both.map((r) => r.error)))
    const [merged, main] = both[0].response.status === 200 ? [a, b] : [b, a]
    const view = await read(street, main)
    assert.deepEqual([view.voices, view.merged.map((m) => m.id), view.steps.at(-1).ref], [2, [merged], merged])
    assert.equal((await read(street, merged)).merged_into.id, main)
    for (const into of [`${main}`, `${merged}`, '0', 'abc', '20200101-000001', '1e9', '−1', ''])
      assert.equal((await refused(attempt(street, main, 'township_merge', { into }), 'input.invalid')).errors[0].pointer, '/into')
    const three = await Promise.all([atTownship(), atTownship(), atTownship()])
    const all = await Promise.all(three.map((id) => attempt(street, id, 'township_merge', { into: view.item.number })))
    assert.deepEqual(all.map((r) => r.response.status), [200, 200, 200])
    assert.equal((await read(street, main)).voices, 5)
  })

  test('a question waits for its answer by the reporter', async () => {
    const street = world.as('street')
    const text = '水表井里有异响'
    const call = world.report({ channel: 'hotline', flow: 'five-step', text, reporter_phone: '13577776666' })
    const { id } = await ok(street.POST('/api/cases', { body: call }), 201)
    const phone = '13622223333'
    const [found] = (await ok(anyone().GET('/api/public/similar', { params: { query: { ...here(), text } } }))).items
    const report = { ...await ok(anyone().POST('/api/public/voices', { body: { ref: found.ref, phone } }), 201), phone, id }
    await act(street, id, 'township_ask', { note: '是哪个单元？' })
    const asked = await ok(follow(report.code, report.phone))
    assert.equal(asked.question, '是哪个单元？')
    const answer = (body) => anyone().POST('/api/public/reports/{code}/answer', { ...coded(report.code), body: { phone: report.phone, ...body } })
    const photo = await anyone().upload()
    const told = await ok(answer({ note: '二单元', photos: [photo] }))
    assert.equal(told.question, undefined)
    const step = (await read(street, report.id)).steps.at(-1)
    assert.deepEqual([step.note, step.photos.length, step.actor], ['二单元', 1, '居民'])
    await refused(answer({ note: '再答一次' }), 'report.no-question')
    await refused(anyone().POST('/api/public/reports/{code}/answer', { ...coded(report.code), body: { phone: '1', note: 'x' } }), 'report.unknown')
  })

  test('somebody outside handles a case by a link, once', async () => {
    const street = world.as('street')
    const id = await atTownship()
    const more = { note: '请修好门禁', outside: { name: '安居物业', phone: '13812345678' } }
    await refused(attempt(street, id, 'township_outside', { note: '请修好门禁' }), 'input.invalid')
    const { links: [link] } = await act(street, id, 'township_outside', more)
    assert.deepEqual([link.name, link.open, link.may_manage], ['安居物业', true, true])
    const one = { params: { path: { id, link: link.id } } }
    await refused(world.as('leader1').GET('/api/cases/{id}/links/{link}', one), 'case.not-yours')
    const { path } = await ok(street.GET('/api/cases/{id}/links/{link}', one))
    const token = path.slice(3)
    const page = await anyone().send('GET', path)
    const boot = JSON.parse(/id="boot">([^]*?)<\/script>/.exec(page.text)[1])
    const seen = await ok(anyone().GET('/api/public/links/{token}', tokened(token)))
    assert.deepEqual(boot.outside, seen)
    assert.deepEqual([seen.note, seen.actions.map((a) => a.action)], ['请修好门禁', ['outside_feedback']])
    for (const wrong of [`${token}x`, token.slice(0, -1), `${link.id + 1}-${token.split('-')[1]}`, 'x', `-${token}`])
      await refused(anyone().GET('/api/public/links/{token}', tokened(wrong)), 'link.unknown')
    const use = (body) => anyone().POST('/api/public/links/{token}/actions', { ...tokened(token), body })
    await refused(use({ action: 'outside_feedback', note: '好了' }), 'case.photo-needed')
    await refused(use({ action: 'outside_feedback', note: '好了', photos: [{ sha256: 'b'.repeat(64) }] }), 'blob.missing')
    const body = { action: 'outside_feedback', note: '门禁已修好', photos: [{ sha256: await anyone().upload(), kind: 'after' }] }
    const used = await Promise.all([use(body), use(body)])
    assert.deepEqual(used.map((r) => r.response.status).sort(), [200, 409])
    await refused(use(body), 'link.over')
    const after = await ok(anyone().GET('/api/public/links/{token}', tokened(token)))
    assert.deepEqual([Boolean(after.used), after.text, after.actions], [true, undefined, []])
    assert.equal((await read(street, id)).item.state, 'handled')
    await refused(street.GET('/api/cases/{id}/links/{link}', one), 'link.over')
    const again = await atTownship()
    const { links: [other] } = await act(street, again, 'township_outside', more)
    const back = { params: { path: { id: again, link: other.id } } }
    const { path: gone } = await ok(street.GET('/api/cases/{id}/links/{link}', back))
    assert.ok((await ok(street.POST('/api/cases/{id}/links/{link}/withdrawal', back))).links[0].withdrawn)
    await refused(anyone().GET('/api/public/links/{token}', tokened(gone.slice(3))), 'link.over')
    await refused(street.POST('/api/cases/{id}/links/{link}/withdrawal', back), 'link.over')
    await refused(world.as('leader1').POST('/api/cases/{id}/links/{link}/withdrawal', back), 'case.not-yours')
  })

  test('five hundred identical alarms at once are one case that counts them', async () => {
    const admin = world.as('admin')
    const { lon, lat, category } = world.report()
    const source = { name: '井盖传感器', channel: 'alarm', place: '530103003', category, again_minutes: 30 }
    await refused(admin.POST('/api/alarm-sources', { body: { ...source, category: 'nothing' } }), 'case.category-unknown')
    await refused(admin.POST('/api/alarm-sources', { body: { ...source, channel: 'member' } }), 'input.invalid')
    const { id, key } = await ok(admin.POST('/api/alarm-sources', { body: source }), 201)
    const alarm = (body, secret = key) => anyone().POST('/api/alarms', {
      headers: { 'X-Alarm-Key': secret }, body: { key: 'manhole-7', text: '井盖移位', lon, lat, ...body } })
    /* As machines do: what the server is too busy for is sent again; it was not counted. */
    const stubborn = async () => {
      for (;;) {
        const answer = await alarm({})
        if (answer.response.status !== 503) return answer
      }
    }
    const all = await Promise.all(Array.from({ length: 500 }, stubborn))
    assert.deepEqual([...new Set(all.map((r) => r.response.status))], [200])
    assert.equal(all.filter((r) => r.data.fresh).length, 1)
    assert.deepEqual([...new Set(all.map((r) => r.data.number))].length, 1)
    assert.equal(Math.max(...all.map((r) => r.data.hits)), 500)
    const view = await read(world.as('street'), Number(all[0].data.number.split('-')[1]))
    assert.deepEqual([view.alarm.hits, view.alarm.key, view.item.channel], [500, 'manhole-7', 'alarm'])
    assert.equal((await ok(alarm({ cleared: true }))).hits, 500)
    assert.equal((await ok(alarm({}))).hits, 501)
    await refused(alarm({ key: 'manhole-8', cleared: true }), 'not-found')
    await refused(alarm({ key: 'manhole-9', lon: 0, lat: 0 }), 'place.outside')
    for (const wrong of ['', 'x', `${id}.x`, `${id + 1}.${key.split('.')[1]}`]) await refused(alarm({}, wrong), 'alarm.key-unknown')
    assert.ok((await ok(admin.GET('/api/alarm-sources'))).items.some((s) => s.id === id && s.name === source.name))
    await ok(admin.POST('/api/alarm-sources/{id}/end', at(id)))
    await refused(alarm({}), 'alarm.key-unknown')
  })

  test('a voice that comes while somebody acts does not make their page stale', async () => {
    const id = await handling(world)
    const { item } = await read(world.as('dept1'), id)
    await ok(world.as('street').POST('/api/cases/{id}/voices', { ...at(id), body: { channel: 'hotline', text: '又一个' } }), 201)
    const dept = world.as('dept1')
    const body = { action: 'feedback', version: item.version, note: '已处理', photos: [{ sha256: await dept.upload(), kind: 'after' }] }
    const after = await ok(dept.POST('/api/cases/{id}/actions', { ...at(id), body }))
    assert.equal(after.voices, 2)
  })
})
