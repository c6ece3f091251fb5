/* Cases kept in memory: whoever changed one reads what they wrote, at once here and soon in another process. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { Caller, ENGINES, exchange, forEachDatabase, ok, refused, Server, until } from '../../tests/harness.mjs'
import { act, pending, read } from '../../tests/lib/journey.mjs'

async function figure(server, found) {
  const { text } = await exchange(`${server.url}/metrics`, { from: null })
  return Number(new RegExp(`cache_reads_total\\{cache="case",found="${found}"\\} (\\d+)`).exec(text)[1])
}

forEachDatabase('a case in memory', (world) => {
  test('is read from there, and never older than one\'s own change', async () => {
    const center = world.as('center')
    const id = await pending(world)
    const first = await read(center, id)
    const found = await figure(world.server, 'yes')
    await until('an answer from memory', async () => { // the notice of the report may still be on its way, and drops what it is about
      assert.deepEqual(await read(center, id), first)
      return await figure(world.server, 'yes') > found
    })
    for (let i = 0; i < 5; i++) { // each time read before, so that there is something old to be found
      const other = await pending(world)
      const before = await read(center, other)
      const done = await act(center, other, 'accept_dispatch', { target: { department: world.facts.department } })
      const after = await read(center, other)
      assert.ok(after.item.version > before.item.version)
      assert.deepEqual(after.item, done.item)
      assert.equal(after.steps.length, before.steps.length + 1)
    }
  })

  test('is not found by who may not see it, however often others read it', async () => {
    const id = await pending(world)
    await read(world.as('center'), id)
    await refused(world.as('dept1').GET('/api/cases/{id}', { params: { path: { id } } }), 'not-found')
    await refused(new Caller(world.server).GET('/api/cases/{id}', { params: { path: { id } } }), 'auth.needed')
    await read(world.as('center'), id)
  })
})

forEachDatabase('a case on paper', (world) => {
  const paper = (login, id, headers = {}) => world.as(login).send('GET', `/api/cases/${id}/file.pdf`, { headers })
  const pages = (bytes) => Number(/^Pages: +(\d+)/m.exec(execFileSync('pdfinfo', ['-'], { input: bytes, encoding: 'utf8' }))[1])
  const words = (bytes) => execFileSync('pdftotext', ['-layout', '-enc', 'UTF-8', '-', '-'], { input: bytes, encoding: 'utf8' })

  test('has every step, the masked reporter, photos with their hashes, and the head of the log', async () => {
    const center = world.as('center')
    const photos = []
    for (let i = 0; i < 9; i++) photos.push(await center.upload())
    const body = world.report({ channel: 'hotline', text: '凤凰木倒了😀\n压住非机动车', reporter_name: '李四', reporter_phone: '13700001234', photos })
    const { id } = await ok(center.POST('/api/cases', { body }), 201)
    const done = await act(center, id, 'accept_dispatch', { target: { department: world.facts.department }, note: '请尽快到场' })
    const reply = await paper('center', id)
    assert.deepEqual([reply.status, reply.headers.get('content-type'), reply.headers.get('cache-control')], [200, 'application/pdf', 'private, no-store'])
    assert.equal(reply.headers.get('content-disposition'), `inline; filename="case-${done.item.number}.pdf"`)
    const text = words(reply.bytes)
    const log = await ok(center.GET('/api/cases/{id}/log', { params: { path: { id } } }))
    const heads = await ok(world.as('auditor').GET('/api/audit/heads'))
    for (const what of [done.item.number, '凤凰木倒了', '压住非机动车', '李*', '137****1234', '请尽快到场', done.item.holder.name, done.item.category_name, log.head,
      ...log.items.map((s) => s.hash.slice(0, 32)), ...photos.map((p) => p.slice(0, 32)), done.item.due.slice(0, 10)]) assert.ok(text.includes(what), `${what} in\n${text}`)
    assert.ok(heads.heads.some((h) => text.includes(h.hash)), 'a head of the chained log')
    for (const what of ['李四', '13700001234']) assert.ok(!text.includes(what), what)
    const n = pages(reply.bytes)
    assert.ok(n >= 3)
    for (let i = 1; i <= n; i++) assert.match(text, new RegExp(`\\b${i} ?/ ?${n}\\b`), `page ${i} of ${n}`)
    const { items } = await ok(world.as('auditor').GET('/api/audit', { params: { query: { action: 'case.file-printed', subject: `case/${id}` } } }))
    assert.deepEqual(items.map((e) => e.detail.head), [log.head])
    const english = words((await paper('dept1', id, { 'Accept-Language': 'en' })).bytes)
    for (const what of ['Case file', 'What was done', 'How to check']) assert.ok(english.includes(what), what)
  })

  test('is not found by who may not see the case', async () => {
    const id = await pending(world)
    for (const [login, status] of [['member-b', 404], ['dept-b', 404], ['admin', 403]]) assert.equal((await paper(login, id)).status, status, login)
  })
})

forEachDatabase('a case in the memory of two processes', (world) => {
  let second

  before(async () => {
    second = await new Server(world.database, `case-file-second-${world.engine}`).start({ at: world.server.now() })
  })
  after(() => second?.stop())

  test('is new in the other soon after one has changed it', async () => {
    const center = world.as('center')
    const there = new Caller(second, { token: center.token })
    const id = await pending(world)
    await until('the other keeps it', () => read(there, id).then(() => figure(second, 'yes')))
    const before = await read(there, id)
    const changed = await act(world.as('street'), id, 'accept_dispatch', { target: { department: world.facts.department }, note: '请处理' })
    assert.ok(changed.item.version > before.item.version)
    assert.equal((await read(center, id)).item.version, changed.item.version)
    const began = Date.now()
    await until('the other reads it', () => read(there, id), (v) => v.item.version === changed.item.version)
    assert.ok(Date.now() - began < 4000, 'told, not only forgotten')
  })

  test('what falls due by itself is done once, whoever of the two is first', async () => {
    const cases = []
    for (let i = 0; i < 12; i++) {
      const body = world.report({ channel: 'member', flow: 'five-step', text: `第${i}处` })
      cases.push((await ok(world.as('member1').POST('/api/cases', { body }), 201)).id)
    }
    const later = Date.parse('2026-11-20T00:00:30+08:00') // the member had until Thursday's end
    await Promise.all([world.server.restart({ at: later }), second.restart({ at: later })])
    const center = await world.signIn('center')
    for (const id of cases) {
      const { item, steps } = await until('the system passes it up', () => read(center, id), (v) => v.item.state === 'leader')
      assert.deepEqual(steps.map((s) => s.action), ['open', 'report_up'])
      assert.equal(item.version, 2)
      assert.equal(steps[1].actor, '系统')
    }
    assert.deepEqual((await world.verify()).findings, [])
  })
}, { engines: ENGINES.filter((e) => e === 'postgres') })
