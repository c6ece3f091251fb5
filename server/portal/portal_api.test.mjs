/* What anybody may do without an account, over HTTP. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'
import { act, archivedReport, pending, read, residentReport } from '../../tests/lib/journey.mjs'

const coded = (code, query) => ({ params: { path: { code }, query } })

forEachDatabase('public', (world) => {
  const follow = (code, phone) => world.anyone().GET('/api/public/reports/{code}', coded(code, phone === undefined ? {} : { phone }))

  test('a building\'s page tells address and grid member', async () => {
    const { items } = await ok(world.as('member1').GET('/api/buildings'))
    const b = await ok(world.anyone().GET('/api/public/buildings/{code}', coded(items[0].code)))
    assert.deepEqual([b.code, b.address, b.community_name, b.township_name], [items[0].code, items[0].address, '小龙路社区', '东华街道'])
    assert.ok(b.member.name && b.member.phone && b.leader.name && b.centre_phone)
    await refused(world.anyone().GET('/api/public/buildings/{code}', coded('nothing')), 'building.unknown')
  })

  /** What the page carries. */
  const boot = (page) => JSON.parse(/<script type="application\/json" id="boot">([^]*?)<\/script>/.exec(page.text)[1] || 'null')

  test('a building\'s page carries what its route would give', async () => {
    const { items } = await ok(world.as('member1').GET('/api/buildings'))
    const page = await world.anyone().send('GET', `/b/${items[0].code}?unit=1`)
    const first = boot(page)
    assert.deepEqual([page.status, page.headers.get('cache-control')], [200, 'no-cache'])
    assert.deepEqual(first.building, await ok(world.anyone().GET('/api/public/buildings/{code}', coded(items[0].code))))
    assert.deepEqual(Object.keys(first), ['lang', 'building'])
    const { member } = boot(await world.anyone().send('GET', `/b/${items[0].code}?lang=en`)).building
    assert.deepEqual([member.role_name, member.role_name_en], ['网格员', 'Grid member'])
    const tag = { 'If-None-Match': page.headers.get('etag') }
    assert.equal((await world.anyone().send('GET', `/b/${items[0].code}?unit=1`, { headers: tag })).status, 304)
    const signedIn = await world.as('center').send('GET', `/b/${items[0].code}`)
    assert.deepEqual(boot(signedIn), first) // the same for everybody
  })

  test('hostile names stay text in the page', async () => {
    const [lon, lat] = world.grid().inside
    const name = '</script><script>alert(1)</script><!--<script>"\'\\&'
    const body = { address: '恶意路 1 号 <!--</SCRIPT >', name, lon, lat, units: 1, floors: 1, households: 1 }
    const b = await ok(world.as('leader1').POST('/api/buildings', { body }), 201)
    const page = await world.anyone().send('GET', `/b/${b.code}`)
    const inside = /id="boot">([^]*?)<\/script>/.exec(page.text)[1]
    assert.equal(inside.includes('<'), false)
    assert.equal(boot(page).building.name, name)
    assert.equal(boot(page).building.address, body.address)
    assert.equal(page.text.match(/<script/g).length, (await world.anyone().send('GET', '/')).text.match(/<script/g).length)
  })

  test('an unknown code is a page that says so, with status 404', async () => {
    for (const [path, code] of [['/b/nothing', 'building.unknown'], ['/b/%3Cscript%3E', 'building.unknown'], ['/b/', 'not-found'],
      ['/g/530103003999001', 'grid.unknown'], ['/g/530103003', 'grid.unknown']]) {
      const page = await world.anyone().send('GET', path)
      assert.equal(page.status, 404, path)
      assert.match(page.headers.get('content-type'), /^text\/html/)
      assert.deepEqual([boot(page).problem.code, Object.keys(boot(page))], [code, ['problem']], path)
    }
  })

  test('codes cannot be tried out faster by the page than by the route', async () => {
    const someone = world.anyone({ from: '10.98.0.1' })
    let free = 0
    while (free < 200 && boot(await someone.send('GET', '/b/nothing'))) free++
    assert.ok(free >= 120 && free < 150, `${free}`) // two come back each second; then the page is without data, asks, and is told
    const asked = await Promise.all(Array.from({ length: 30 }, () => someone.GET('/api/public/buildings/{code}', coded('nothing'))))
    await refused(Promise.resolve(asked.find((a) => a.response.status === 429)), 'rate.limited')
  })

  test('a grid\'s page tells who is responsible: where the contact card leads', async () => {
    const code = world.facts.home
    const place = await ok(world.anyone().GET('/api/public/grids/{code}', coded(code)))
    assert.equal(place.grid_name, world.grid().name)
    assert.ok(place.member.name && place.member.phone && place.centre_phone)
    assert.deepEqual(boot(await world.anyone().send('GET', `/g/${code}`)).place, place)
    await refused(world.anyone().GET('/api/public/grids/{code}', coded('530103003999001')), 'grid.unknown')
  })

  test('who is responsible at a position', async () => {
    const [lon, lat] = world.grid().inside
    const found = await ok(world.anyone().GET('/api/public/responsible', { params: { query: { lon, lat } } }))
    assert.equal(found.grid_name, world.grid().name)
    assert.ok(found.member.name)
    await refused(world.anyone().GET('/api/public/responsible', { params: { query: { lon: 0, lat: 0 } } }), 'place.outside')
  })

  test('a report by building goes to its grid member and can be followed with code and telephone', async () => {
    const { items } = await ok(world.as('member1').GET('/api/buildings'))
    const photo = await world.anyone().upload()
    const body = { building: items[0].code, unit: 1, text: '门禁坏了', category: 'ZZ99', phone: '+86 139-0000-1111', name: '张先生', photos: [photo] }
    const r = await ok(world.anyone().POST('/api/public/reports', { body }), 201)
    assert.equal(r.grid_name, world.grid().name)
    assert.ok(r.member && r.next_step && r.next_step_en && r.next_step !== r.next_step_en)
    const t = await ok(follow(r.code, '13900001111'))
    assert.deepEqual([t.state, t.text, t.step, t.timeline.length], ['reported', '门禁坏了', 1, 1])
    assert.deepEqual([t.may_rate, t.may_reopen], [false, false])
    assert.ok(t.address.includes(items[0].address) && t.address.includes('1单元'))
    const [shown] = t.timeline[0].photos
    const picture = await world.anyone().send('GET', shown.url)
    assert.equal(picture.bytes.subarray(0, 3).toString('hex'), 'ffd8ff')
    assert.equal((await world.anyone().send('GET', shown.thumb)).status, 200)
    const forged = shown.url.replace(/.$/, (c) => (c === '0' ? '1' : '0'))
    assert.equal((await world.anyone().send('GET', forged)).status, 404)
    const typed = r.code.toLowerCase().replaceAll('-', ' ')
    assert.equal((await ok(follow(typed, '139 0000 1111'))).number, r.number)
    const mine = await ok(world.as('member1').GET('/api/cases', { params: { query: { mine: true } } }))
    assert.ok(mine.items.some((i) => i.number === r.number))
  })

  test('a photo without a word is enough, nothing at all is not', async () => {
    const [lon, lat] = world.grid().inside
    const r = await ok(world.anyone().POST('/api/public/reports', { body: { lon, lat, photos: [await world.anyone().upload()] } }), 201)
    const t = await ok(follow(r.code))
    assert.ok(t.text.length > 0 && t.category_name)
    const nothing = await refused(world.anyone().POST('/api/public/reports', { body: { lon, lat } }), 'input.invalid')
    assert.deepEqual(nothing.errors.map((e) => e.pointer), ['/text'])
  })

  test('refused reports', async () => {
    const post = (body) => world.anyone().POST('/api/public/reports', { body: { text: '有情况', ...body } })
    const [lon, lat] = world.grid().inside
    await refused(post({}), 'report.place-needed')
    await refused(post({ lon: 100, lat: 20 }), 'place.outside')
    await refused(post({ building: 'nothing' }), 'building.unknown')
    await refused(post({ lon, lat, photos: ['0'.repeat(64)] }), 'blob.missing')
    await refused(post({ lon, lat, category: 'XX' }), 'case.category-unknown')
    const phone = await refused(post({ lon, lat, phone: 'abc' }), 'input.invalid')
    assert.deepEqual(phone.errors.map((e) => e.pointer), ['/phone'])
    const { items } = await ok(world.as('member1').GET('/api/buildings'))
    const unit = await refused(post({ building: items[0].code, unit: 50 }), 'input.invalid')
    assert.deepEqual(unit.errors.map((e) => e.pointer), ['/unit'])
  })

  test('exactly once by key', async () => {
    const [lon, lat] = world.grid().inside
    const caller = world.anyone({ headers: { 'Idempotency-Key': `public-${Date.now()}` } })
    const one = await caller.POST('/api/public/reports', { body: { lon, lat, text: '重复提交' } })
    const two = await caller.POST('/api/public/reports', { body: { lon, lat, text: '重复提交' } })
    assert.equal(two.response.headers.get('idempotent-replay'), 'true')
    assert.deepEqual(two.data, one.data)
    await refused(caller.POST('/api/public/reports', { body: { lon, lat, text: '别的' } }), 'idempotency.reused')
  })

  test('a wrong telephone and a wrong code get the same answer', async () => {
    const r = await residentReport(world)
    const answers = []
    for (const [code, phone] of [[r.code, '13800000000'], [r.code, ''], [r.code, undefined], ['AAAA-AAAA-AAAA', r.phone],
      [r.code.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')), r.phone], ['x', r.phone]]) {
      const reply = await world.anyone().send('GET', `/api/public/reports/${code}${phone === undefined ? '' : `?phone=${phone}`}`)
      assert.equal(reply.status, 404)
      const headers = [...reply.headers].filter(([n]) => !['date', 'x-request-id'].includes(n))
      answers.push(JSON.stringify([reply.text.replace(/"instance":"[^"]*"/, ''), headers]))
    }
    assert.equal(new Set(answers).size, 1, answers.join('\n'))
  })

  test('without a telephone the code alone opens', async () => {
    const r = await residentReport(world, { phone: undefined })
    assert.equal((await ok(follow(r.code))).number, r.number)
    await refused(follow(r.code, '13987654321'), 'report.unknown')
  })

  test('guessing is slowed down, per address and per code', async () => {
    let last
    for (let i = 0; i < 25 && last?.response.status !== 429; i++)
      last = await world.anyone({ from: '198.51.100.9' }).GET('/api/public/reports/{code}', coded('WRONGCODE', { phone: '13900000000' }))
    await refused(Promise.resolve(last), 'rate.limited')
    assert.ok(Number(last.response.headers.get('retry-after')) > 0)
    const r = await residentReport(world)
    for (let i = 0; i < 10 && last?.error?.code !== 'report.unknown'; i++) last = await follow(r.code, '13811112222')
    for (let i = 0; i < 20 && last.response.status !== 429; i++) last = await follow(r.code, '13811112222')
    await refused(Promise.resolve(last), 'rate.limited')
  })

  test('reports from one address are limited', async () => {
    const [lon, lat] = world.grid().inside
    let last
    for (let i = 0; i < 25 && last?.response.status !== 429; i++)
      last = await world.anyone({ from: '198.51.100.10' }).POST('/api/public/reports', { body: { lon, lat, text: `第${i}件` } })
    await refused(Promise.resolve(last), 'rate.limited')
  })

  test('rating and reopening', async () => {
    const r = await archivedReport(world)
    const post = (what, body) => world.anyone().POST(`/api/public/reports/{code}/${what}`, { ...coded(r.code), body: { phone: r.phone, ...body } })
    const t = await ok(follow(r.code, r.phone))
    assert.deepEqual([t.state, t.may_rate, t.may_reopen, t.step], ['archived', true, true, 6])
    assert.ok(!JSON.stringify(t).includes('member1'))
    await refused(post('rating', { satisfaction: 'perfect' }), 'input.invalid')
    await refused(post('rating', { satisfaction: 'satisfied', phone: '13800000000' }), 'report.unknown')
    const rated = await ok(post('rating', { satisfaction: 'dissatisfied', note: '还有垃圾' }), 200)
    assert.equal(rated.satisfaction, 'dissatisfied')
    await refused(post('reopening', { note: '' }), 'input.invalid')
    const reopened = await ok(post('reopening', { note: '并没有解决', photos: [await world.anyone().upload()] }), 200)
    assert.deepEqual([reopened.state, reopened.may_rate], ['pending', false])
    assert.equal((await read(world.as('center'), r.id)).item.reopened, 1)
    await refused(post('rating', { satisfaction: 'fair' }), 'report.not-rateable')
  })

  test('the timeline shows no names of colleagues and no internal notes', async () => {
    const r = await residentReport(world)
    await act(world.as('member1'), r.id, 'escalate', { note: '内部说明甲' })
    const center = world.as('center')
    await act(center, r.id, 'accept_dispatch', { note: '内部说明乙', target: { department: world.facts.department } })
    const text = JSON.stringify(await ok(follow(r.code, r.phone)))
    const me = await ok(center.GET('/api/me'))
    for (const secret of ['内部说明甲', '内部说明乙', me.account.name, r.phone]) assert.ok(!text.includes(secret), secret)
  })

  test('a browser that is signed in reports as the public all the same', async () => {
    const [lon, lat] = world.grid().inside
    const r = await ok(world.as('dept1').POST('/api/public/reports', { body: { lon, lat, text: '登录着也算居民' } }), 201)
    const id = Number(r.number.split('-')[1])
    assert.equal((await read(world.as('center'), id)).steps[0].actor, '居民')
    await refused(world.as('dept1').GET('/api/cases/{id}', { params: { path: { id } } }), 'not-found')
    assert.ok(await pending(world))
  })
})

forEachDatabase('public over time', (world) => {
  test('reopening has a limit, photo links expire', async () => {
    const r = await archivedReport(world)
    const t = await ok(world.anyone().GET('/api/public/reports/{code}', coded(r.code, { phone: r.phone })))
    const photo = t.timeline.flatMap((s) => s.photos)[0]
    await world.server.restart({ at: world.server.now() + 2 * 3_600_000 })
    assert.equal((await world.anyone().send('GET', photo.url)).status, 404)
    await world.server.restart({ at: Date.parse('2026-12-15T10:00:00+08:00') })
    const late = await ok(world.anyone().GET('/api/public/reports/{code}', coded(r.code, { phone: r.phone })))
    assert.equal(late.may_reopen, false)
    await refused(world.anyone().POST('/api/public/reports/{code}/reopening', { ...coded(r.code), body: { phone: r.phone, note: '太晚了' } }),
      'case.reopen-too-late')
  })
})
