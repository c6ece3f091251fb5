/* Server-sent events: a change reaches the listeners that may see it, and nobody else. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { request } from 'node:http'
import { after, test } from 'node:test'
import { ENGINES, forEachDatabase, ok, refused, Server, until } from './harness.mjs'
import { noteRoute } from './lib/contract.mjs'
import { splitGrid } from './lib/mesh.mjs'
import { act, handling, pending, verified } from './lib/journey.mjs'

const open = new Set()
after(() => open.forEach((l) => l.close()))

/** A listener: what it heard, and whether it was sent away. */
class Listener {
  constructor(caller, headers = {}) {
    this.heard = []
    this.ended = false
    this.ready = new Promise((ready, failed) => {
      this.request = request(`${caller.server.url}/api/stream`, { headers: { ...caller.headers, ...headers } }, (response) => {
        this.status = response.statusCode
        this.headers = response.headers
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (b) => {
          text += b
          for (let at; (at = text.indexOf('\n\n')) >= 0; text = text.slice(at + 2)) this.take(text.slice(0, at))
        })
        response.on('error', () => {})
        response.on('close', () => (this.ended = true))
        ready(this)
      })
      this.request.on('error', failed)
      this.request.end()
    })
    open.add(this)
  }

  take(block) {
    const data = block.split('\n').filter((l) => l.startsWith('data:')).map((l) => l.slice(5).trim()).join('\n')
    this.last = /^id: *(.+)$/m.exec(block)?.[1] ?? this.last
    if (data) this.heard.push(JSON.parse(data))
  }

  close() {
    this.request.destroy()
  }
}

const listen = (world, login) => new Listener(world.as(login)).ready
const about = (listener, id) => listener.heard.filter((e) => e.topic === 'case' && e.id === id).map((e) => e.action)

forEachDatabase('stream', (world) => {
  test('a case is heard of by whoever covers its place, and by nobody else', async () => {
    const logins = ['center', 'street', 'leader1', 'member1', 'inspector1', 'member-b', 'dept1', 'dept-b', 'admin', 'auditor']
    const ears = Object.fromEntries(await Promise.all(logins.map(async (l) => [l, await listen(world, l)])))
    assert.match(ears.center.headers['content-type'], /^text\/event-stream/)
    noteRoute('stream_open')
    const id = await pending(world)
    for (const login of ['center', 'street', 'leader1', 'member1', 'inspector1'])
      await until(`${login} hears of the report`, () => about(ears[login], id).includes('case.opened'))
    await act(world.as('center'), id, 'accept_dispatch', { target: { department: world.facts.department } })
    await until('the department hears of the dispatch', () => about(ears.dept1, id).includes('case.accept_dispatch'))
    // What others would have heard by now has arrived: the same hub sends to all of them in order.
    const marker = await ok(world.as('member-b').POST('/api/cases', { body: world.report({ channel: 'member' }, world.facts.other) }), 201)
    await until('member-b hears of the marker', () => about(ears['member-b'], marker.id).length === 1)
    assert.deepEqual(about(ears['member-b'], id), [])
    for (const login of ['dept-b', 'admin', 'auditor']) assert.deepEqual(about(ears[login], id), [], login)
    assert.deepEqual(about(ears.dept1, id), ['case.accept_dispatch'])
    assert.deepEqual(about(ears.member1, marker.id), [])
    const event = ears.center.heard.find((e) => e.id === id)
    assert.deepEqual(Object.keys(event).sort(), ['action', 'id', 'number', 'place', 'state', 'topic', 'version'])
    assert.ok(!JSON.stringify(ears.center.heard).includes('垃圾'), 'no content travels')
  })

  test('a draft of grids that changes is heard of by those who may read drafts, wherever they work, and by nobody else', async () => {
    const readers = ['center', 'street', 'leader1', 'admin', 'auditor'], others = ['member1', 'inspector1', 'dept1', 'security']
    const ears = Object.fromEntries(await Promise.all([...readers, ...others].map(async (l) => [l, await listen(world, l)])))
    const center = world.as('center')
    const at = (d, more) => ({ params: { path: { id: d.id } }, body: { version: d.version, ...more } })
    const told = (login, id) => ears[login].heard.filter((e) => e.topic === 'mesh' && e.id === id).map((e) => `${e.action} ${e.version} ${e.state}`)
    const draft = await ok(center.POST('/api/mesh/drafts', { body: { name: '谁听得到' } }), 201)
    const { draft: split } = await splitGrid(world, draft, world.facts.home)
    const back = await ok(center.POST('/api/mesh/drafts/{id}/undo', at(split)))
    const again = await ok(center.POST('/api/mesh/drafts/{id}/redo', at(back)))
    await refused(center.POST('/api/mesh/drafts/{id}/redo', at(again)), 'mesh.nothing') // what is refused is not told
    const day = new Date(world.server.now() + 5 * 86_400_000).toISOString().slice(0, 10)
    const edition = await ok(center.POST('/api/mesh/drafts/{id}/publication', at(again, { valid_from: day })), 201)
    const second = await ok(center.POST('/api/mesh/drafts', { body: { name: '作废的' } }), 201)
    await ok(center.POST('/api/mesh/drafts/{id}/drop', at(second)))
    for (const login of readers) {
      await until(`${login} hears of the end`, () => told(login, second.id).length === 2)
      assert.deepEqual(told(login, draft.id), ['mesh.draft 1 open', 'mesh.edited 2 open', 'mesh.undone 3 open', 'mesh.redone 4 open', 'mesh.published 5 published'], login)
      assert.deepEqual(told(login, second.id), ['mesh.draft 1 open', 'mesh.draft-dropped 2 dropped'], login)
    }
    // What everybody hears comes after: by then the others would have heard.
    await ok(center.POST('/api/mesh/editions/{number}/withdrawal', { params: { path: { number: edition.number } } }))
    for (const login of others) {
      await until(`${login} hears of places`, () => ears[login].heard.filter((e) => e.topic === 'territory').length > 1)
      assert.deepEqual(ears[login].heard.filter((e) => e.topic === 'mesh'), [], login)
    }
    assert.ok(!JSON.stringify(ears.center.heard).includes('谁听得到'), 'no content travels')
  })

  test('the centre\'s rating is heard of by whoever has the case before them', async () => {
    const ears = Object.fromEntries(await Promise.all(['member1', 'member-b'].map(async (l) => [l, await listen(world, l)])))
    const id = await verified(world)
    await ok(world.as('center').PUT('/api/cases/{id}/evaluation', { params: { path: { id } }, body: { version: 0, satisfaction: 'fair' } }))
    await until('the member hears of the rating', () => about(ears.member1, id).includes('case.evaluated'))
    assert.deepEqual(about(ears['member-b'], id), [])
  })

  test('a department that loses a case hears that too', async () => {
    const id = await handling(world)
    const other = world.facts.departments.find((d) => d !== world.facts.department)
    const [before, next] = [await listen(world, 'dept1'), await listen(world, 'dept-b')]
    await act(world.as('center'), id, 'redispatch', { note: '改派', target: { department: other } })
    await until('the one before', () => about(before, id).includes('case.redispatch'))
    await until('the next', () => about(next, id).includes('case.redispatch'))
  })

  test('every unit that is called hears of it, and so of what the others do', async () => {
    const form = { whistle: 'daily', arrive_by: '2026-11-23T10:00:00+08:00', meeting_point: '东门', task: '清理' }
    const [lead, other, street] = [await listen(world, 'dept1'), await listen(world, 'dept-b'), world.as('street')]
    const { id } = await ok(street.POST('/api/cases', { body: world.report({ channel: 'order', flow: 'whistle', form }) }), 201)
    const second = (await ok(world.as('dept-b').GET('/api/me'))).scope.departments[0]
    await act(street, id, 'blow', { units: [{ department: world.facts.department, lead: true }, { department: second }] })
    await until('the lead', () => about(lead, id).includes('case.blow'))
    await until('the other', () => about(other, id).includes('case.blow'))
    const dept = world.as('dept1')
    await act(dept, id, 'arrive', { photos: [{ sha256: await dept.upload(), kind: 'scene' }] })
    await until('the other hears that the lead is there', () => about(other, id).includes('case.arrive'))
  })

  test('whoever has the whole hears of the end of a part', async () => {
    const ear = await listen(world, 'center')
    const center = world.as('center')
    const form = { theme: 'fire-lane', until: '2026-12-01', method: '巡查' }
    const { id } = await ok(center.POST('/api/cases', { body: world.report({ channel: 'order', flow: 'campaign', form }) }), 201)
    const { children } = await act(center, id, 'launch', { children: [{ text: '消防通道', place: world.facts.home }] })
    const member = world.as('member1')
    await act(member, children[0].id, 'check', { form: { result: 'fine' }, photos: [{ sha256: await member.upload(), kind: 'check' }] })
    await until('the end of the part', () => about(ear, id).includes('case.part-closed'))
  })

  test('without a session there is nothing to hear; a session that ends is sent away', async () => {
    await refused(world.anyone().GET('/api/stream'), 'auth.needed')
    const someone = await world.signIn('inspector1')
    const ear = await new Listener(someone).ready
    const [me] = (await ok(world.as('security').GET('/api/accounts', { params: { query: { q: 'inspector1' } } }))).items
    await ok(world.as('security').DELETE('/api/accounts/{id}/sessions', { params: { path: { id: me.id } } }), 204)
    await until('the listener is sent away', () => ear.ended)
  })

  test('a graceful stop sends listeners away', async () => {
    const ear = await listen(world, 'center')
    await world.server.restart()
    assert.equal(ear.ended, true)
  })
})

forEachDatabase('a gap', (world) => {
  test('when the connection that hears notices breaks, listeners are told to read again and sent away', async () => {
    const kill = () => Number(execFileSync('psql', [world.database.url, '-XqAt', '-c', `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
      WHERE query ~* '^(LISTEN|SELECT pg_notify)' AND pid <> pg_backend_pid() AND datname = current_database()`], { env: { ...process.env, ...world.database.env } }))
    const first = await listen(world, 'center')
    const before = await pending(world)
    await until('the report has been told', () => about(first, before).includes('case.opened'))
    const ear = await listen(world, 'center')
    assert.ok(kill() >= 1)
    await until('sent away', () => ear.ended)
    assert.ok(ear.heard.every((e) => e.topic !== 'case' || e.id !== before))
    const back = await new Listener(world.as('center').with(ear.last ? { 'Last-Event-ID': ear.last } : {})).ready
    await until('told to read again', () => [...ear.heard, ...back.heard].some((e) => e.topic === '*'))
    const id = await pending(world)
    await until('hears again', () => about(back, id).includes('case.opened'))
  })
}, { engines: ENGINES.filter((e) => e === 'postgres') })

forEachDatabase('two processes', (world) => {
  test('on one PostgreSQL database they tell each other', async () => {
    const second = await new Server(world.database, `stream-second-${world.engine}`).start({ at: world.server.now() })
    try {
      const ear = await new Listener({ ...world.as('center'), server: second, headers: world.as('center').headers }).ready
      const id = await pending(world)
      await until('the other process tells', () => about(ear, id).includes('case.opened'))
    } finally {
      await second.stop()
    }
  })
}, { engines: ENGINES.filter((e) => e === 'postgres') })
