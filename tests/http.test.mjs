/* What holds for every answer: the contract document, languages, problems, headers, health, hostile requests. Limits of single
 * parsers are tested in C (server/http, server/base); here the whole way through the socket. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { exchange, forEachDatabase, ok, PASSWORD, refused, ROOT } from './harness.mjs'
import { noteProblem, OPERATIONS, PROBLEMS } from './lib/contract.mjs'

/** Sends bytes as they are; gives what comes back until the server closes or has answered `replies` times. */
function raw(server, bytes, { end = false, replies = 1, limit = 15_000 } = {}) {
  return new Promise((done, failed) => {
    const socket = connect(server.port, '127.0.0.1')
    let text = ''
    const finish = () => {
      clearTimeout(late)
      socket.destroy()
      done(text)
    }
    const late = setTimeout(() => failed(new Error(`no answer to ${bytes.toString('latin1').slice(0, 60)}`)), limit)
    socket.on('data', (b) => {
      text += b.toString('latin1')
      const heads = text.match(/HTTP\/1\.1 \d+ [^]*?\r\n\r\n/g) ?? []
      const whole = heads.length >= replies && heads.every((h) => /content-length: \d+/i.test(h))
      if (whole && text.length >= heads.reduce((n, h) => n + h.length + Number(/content-length: (\d+)/i.exec(h)[1]), 0)) finish()
    })
    socket.on('close', finish)
    socket.on('error', finish)
    socket.write(bytes)
    if (end) socket.end()
  })
}

/** Sends the beginning of a request and is gone. */
function cutOff(server, bytes) {
  return new Promise((done) => {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.on('close', done)
    socket.write(bytes, () => socket.destroy())
  })
}

const statusOf = (text) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0)
function codeOf(text) {
  const code = /"code":"([a-z.-]+)"/.exec(text)?.[1]
  if (code) {
    noteProblem(code)
    assert.equal(statusOf(text), PROBLEMS.get(code).status, text)
    assert.match(text, /content-type: application\/problem\+json/i)
  }
  return code
}

/** A refusal: one problem of ours, also where the HTTP library gives up before we see the request. */
function refusedBy(text, what) {
  assert.ok([400, 413, 431].includes(statusOf(text)), `${what}: ${text.slice(0, 300)}`)
  assert.ok(codeOf(text), `${what}: ${text.slice(0, 300)}`)
}

const head = (line, ...headers) => Buffer.from([line, ...headers, '', ''].join('\r\n'), 'latin1')

forEachDatabase('http', (world) => {
  test('the served contract is the committed one', async () => {
    const reply = await world.anyone().send('GET', '/api/openapi.json')
    assert.equal(reply.text, readFileSync(join(ROOT, 'api/openapi.json'), 'utf8'))
  })

  test('alive, ready, figures', async () => {
    assert.equal((await ok(world.anyone().GET('/healthz'))).status, 'alive')
    assert.equal((await ok(world.anyone().GET('/readyz'))).status, 'ready')
    const figures = await exchange(`${world.server.url}/metrics`, { from: null })
    assert.equal(figures.status, 200)
    for (const line of figures.text.trim().split('\n')) assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[^}]*\})? -?[0-9.e+-]+)$/)
    assert.match(figures.text, /http_requests_total|wangge_/)
    assert.equal((await exchange(`${world.server.url}/metrics`, { from: '203.0.113.5' })).status, 404)
  })

  test('problems speak Chinese, and English when asked', async () => {
    const zh = await refused(world.anyone().GET('/api/me'), 'auth.needed')
    assert.equal(zh.title, '请先登录')
    const en = await refused(world.anyone({ headers: { 'Accept-Language': 'en-GB,en;q=0.9' } }).GET('/api/me'), 'auth.needed')
    assert.equal(en.title, 'Sign in first')
    assert.deepEqual(Object.keys(en.texts).sort(), ['en', 'zh'])
    assert.match(en.instance, /^\/requests\/[0-9a-z-]+$/)
    const body = { category: '', text: 'x', lon: 1, lat: 1, channel: 'member' }
    for (const [lang, script] of [['zh-CN', /[\u4e00-\u9fff]/], ['en', /^[\x20-\x7e–]+$/]]) {
      const p = await refused(world.as('member1').with({ 'Accept-Language': lang }).POST('/api/cases', { body }), 'input.invalid')
      assert.match(p.errors[0].detail, script)
      assert.equal(p.errors[0].pointer, '/category')
    }
  })

  test('unknown addresses and methods', async () => {
    await refused(world.anyone().GET('/api/nothing'), 'not-found')
    const reply = await world.anyone().send('DELETE', '/api/cases')
    assert.equal(codeOf(`HTTP/1.1 ${reply.status}\r\ncontent-type: application/problem+json\r\n${reply.text}`), 'method.not-allowed')
    assert.deepEqual(reply.headers.get('allow').split(', ').sort(), ['GET', 'HEAD', 'OPTIONS', 'POST'])
    assert.equal((await world.anyone().send('GET', '/no/such/page.html')).status, 404)
    assert.equal((await world.anyone().send('HEAD', '/healthz')).status, 200)
  })

  test('bodies that are no JSON, of another type, too large, too deep', async () => {
    const send = (body, type = 'application/json') =>
      world.as('member1').send('POST', '/api/cases', { headers: type ? { 'Content-Type': type } : {}, body }).then((r) => JSON.parse(r.text).code)
    for (const body of ['{', '{"a":1,}', '[1,2', 'nul', '{"a":1}{"b":2}', '{"text":"\\ud800"}', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), ''])
      assert.equal(await send(body), 'input.syntax', String(body))
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/json; charset=gbk'])
      assert.equal(await send('{}', type), 'input.type', type)
    assert.equal(await send(`{"text":"${'x'.repeat(300_000)}"}`), 'body.too-big')
    const deep = '['.repeat(10_000) + ']'.repeat(10_000)
    assert.ok(['input.syntax', 'input.invalid'].includes(await send(deep)))
    assert.ok(['input.syntax', 'input.invalid'].includes(await send(`{"photos":${deep}}`)))
    assert.equal(await send('null'), 'input.invalid')
    assert.equal(await send('{"text":"a","text":"b"}').then((c) => /^input/.test(c)), true)
    for (const n of ['1e400', '-1e400', '123456789012345678901234567890', '1.7976931348623157e309'])
      assert.match(await send(`{"category":"06010","text":"x","lon":${n},"lat":25,"channel":"member"}`), /^input\./)
  })

  test('hostile request heads are refused', async () => {
    const host = 'Host: localhost'
    const cases = {
      'two lengths': head('POST /api/session HTTP/1.1', host, 'Content-Length: 2', 'Content-Length: 3', 'Content-Type: application/json'),
      'length and chunks': head('POST /api/session HTTP/1.1', host, 'Content-Length: 2', 'Transfer-Encoding: chunked'),
      'a strange coding': head('POST /api/session HTTP/1.1', host, 'Transfer-Encoding: gzip, chunked'),
      'a length that is none': head('POST /api/session HTTP/1.1', host, 'Content-Length: +5'),
      'no host': head('GET /healthz HTTP/1.1'),
      'two hosts': head('GET /healthz HTTP/1.1', host, host),
      'a folded line': head('GET /healthz HTTP/1.1', host, 'X-A: 1', ' 2'),
      'a blank before the colon': head('GET /healthz HTTP/1.1', host, 'X-A : 1'),
      'a NUL': head('GET /healthz HTTP/1.1', host, 'X-A: a\0b'),
      'no HTTP': head('GET /healthz SPDY/3', host),
      'dots': head('GET /api/../etc/passwd HTTP/1.1', host),
      'hidden dots': head('GET /assets/%2e%2e/%2e%2e/etc/passwd HTTP/1.1', host),
      'broken percent': head('GET /api/%zz HTTP/1.1', host),
      'no UTF-8': head('GET /api/%ff%fe HTTP/1.1', host),
    }
    for (const [what, bytes] of Object.entries(cases)) {
      const text = await raw(world.server, bytes, { end: true })
      if (text) refusedBy(text, what)
      assert.ok(!text.includes('root:'), what)
    }
    assert.equal((await ok(world.anyone().GET('/healthz'))).status, 'alive')
  })

  test('garbage, giants and stumps on the socket', async () => {
    const host = 'Host: localhost'
    refusedBy(await raw(world.server, head('GET /healthz HTTP/1.1', host, `X-A: ${'a'.repeat(40_000)}`)), 'a giant header')
    refusedBy(await raw(world.server, head('GET /healthz HTTP/1.1', host, ...Array.from({ length: 2000 }, (_, i) => `X-${i}: y`))), 'many headers')
    refusedBy(await raw(world.server, head(`GET /api/cases?q=${'%41'.repeat(20_000)} HTTP/1.1`, host)), 'a giant target')
    const medium = await raw(world.server, head('GET /healthz HTTP/1.1', host, `X-A: ${'a'.repeat(13_000)}`))
    assert.equal(codeOf(medium), 'header.too-big', medium.slice(0, 300))
    for (const bytes of [Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1'), Buffer.alloc(5000, 0), Buffer.alloc(5000, 0xff),
      Buffer.from('GET'), Buffer.from('\r\n\r\n\r\n')])
      await cutOff(world.server, bytes)
    const stump = head('POST /api/session HTTP/1.1', host, 'Content-Type: application/json', 'Content-Length: 1000')
    for (let i = 0; i < 20; i++) await cutOff(world.server, Buffer.concat([stump, Buffer.from('{"login":')]))
    const huge = await raw(world.server, head('POST /api/session HTTP/1.1', host, 'Content-Type: application/json', 'Content-Length: 99999999999'))
    assert.equal(codeOf(huge), 'body.too-big', huge)
    const chunks = Buffer.concat([head('POST /api/session HTTP/1.1', host, 'Content-Type: application/json', 'Transfer-Encoding: chunked'),
      Buffer.from('ffffffffffffffff\r\n')])
    assert.ok([0, 400, 408, 413].includes(statusOf(await raw(world.server, chunks, { end: true }))))
    assert.equal((await ok(world.anyone().GET('/healthz'))).status, 'alive')
  })

  test('requests one behind the other on one connection are answered in order', async () => {
    const one = head('GET /healthz HTTP/1.1', 'Host: localhost')
    const two = head('GET /api/me HTTP/1.1', 'Host: localhost')
    const text = await raw(world.server, Buffer.concat([one, two, one]), { replies: 3 })
    assert.deepEqual(text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 401', 'HTTP/1.1 200'])
  })

  test('pages carry a strict policy and never another site\'s frame', async () => {
    for (const path of ['/', '/app/', '/console/', `/b/${world.facts.home}0001`]) {
      const reply = await world.anyone().send('GET', path)
      assert.equal(reply.status, 200, path)
      const policy = reply.headers.get('content-security-policy')
      assert.match(policy, /default-src 'self'|default-src 'none'/)
      assert.doesNotMatch(policy, /script-src[^;]*unsafe-(inline|eval)/)
      assert.match(reply.headers.get('content-type'), /^text\/html; charset=utf-8$/i)
      const asset = /(?:src|href)="(\/(?:[a-z]+\/)?assets\/[^"]+)"/.exec(reply.text)?.[1]
      if (!asset) continue
      const file = await world.anyone().send('GET', asset, { headers: { 'Accept-Encoding': 'gzip' } })
      assert.equal(file.status, 200)
      assert.match(file.headers.get('cache-control'), /immutable/)
    }
  })

  test('an address that does not exist is a page for people and a problem for programs', async () => {
    const people = { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }
    const home = await world.anyone().send('GET', '/', people)
    for (const path of ['/nothing/here', '/wp-login.php', '/assets/none-Abcd1234.js', '/app/none.js']) {
      const page = await world.anyone().send('GET', path, people)
      assert.equal(page.status, 404, path)
      assert.match(page.headers.get('content-type'), /^text\/html/)
      assert.equal(page.text, home.text)
      const problem = await world.anyone().send('GET', path)
      assert.equal(problem.status, 404, path)
      assert.match(problem.headers.get('content-type'), /^application\/problem\+json/)
    }
    const api = await world.anyone().send('GET', '/api/nothing', people)
    assert.deepEqual([api.status, api.headers.get('content-type')], [404, 'application/problem+json'])
  })

  test('long answers are compressed for whoever takes that, and only answers to reading', async () => {
    const asked = (path, coding, more = {}) => world.as('center').send('GET', path, { headers: { 'Accept-Encoding': coding, ...more } })
    const plain = await asked('/api/catalogue', 'identity')
    const packed = await asked('/api/catalogue', 'gzip')
    assert.equal(packed.headers.get('content-encoding'), 'gzip')
    assert.match(packed.headers.get('vary'), /Accept-Encoding/)
    assert.match(plain.headers.get('vary'), /Accept-Encoding/)
    assert.equal(packed.text, plain.text) // the client has unpacked it
    assert.ok(Number(packed.headers.get('content-length')) < plain.bytes.length / 2)
    assert.equal((await asked('/api/catalogue', 'gzip;q=0, identity')).headers.get('content-encoding'), null)
    assert.equal((await asked('/api/me', 'gzip')).headers.get('content-encoding'), null) // short
    const session = await world.anyone().send('POST', '/api/session', { headers: { 'Content-Type': 'application/json', 'Accept-Encoding': 'gzip' },
      body: JSON.stringify({ login: 'center', password: PASSWORD }) })
    assert.deepEqual([session.status, session.headers.get('content-encoding')], [201, null])
    const [lon, lat] = world.grid().inside
    const n = 2 ** 14, rad = (lat * Math.PI) / 180
    const tile = `/api/tiles/grids/14/${Math.floor(((lon + 180) / 360) * n)}/${Math.floor(((1 - Math.asinh(Math.tan(rad)) / Math.PI) / 2) * n)}.mvt`
    const [one, other] = [await asked(tile, 'identity'), await asked(tile, 'gzip')]
    assert.equal(other.headers.get('content-encoding'), 'gzip')
    assert.match(other.headers.get('vary'), /Authorization.*Accept-Encoding/)
    assert.deepEqual(other.bytes, one.bytes)
    for (const coding of ['identity', 'gzip']) // one weak tag for both
      assert.equal((await asked(tile, coding, { 'If-None-Match': one.headers.get('etag') })).status, 304)
  })

  test('tokens that are no session\'s are answered only so often, and others behind the address go on working', async () => {
    const from = '10.99.0.1'
    const wrong = () => exchange(`${world.server.url}/api/me`, { from, headers: { Authorization: `Bearer ${'x'.repeat(43)}` } })
    let limited
    for (let round = 0; round < 20 && !limited; round++)
      limited = (await Promise.all(Array.from({ length: 30 }, wrong))).find((r) => r.status === 429)
    assert.equal(codeOf(`HTTP/1.1 429\r\ncontent-type: ${limited.headers.get('content-type')}\r\n${limited.text}`), 'rate.limited')
    const right = await exchange(`${world.server.url}/api/me`, { from, headers: world.as('street').headers })
    assert.equal(right.status, 200)
    assert.equal((await exchange(`${world.server.url}/api/me`, { from: '10.99.0.2', headers: { Authorization: 'Bearer nobody' } })).status, 401)
  })

  test('an account has a limit of its own', async () => {
    const center = world.as('center')
    let limited
    for (let round = 0; round < 40 && !limited; round++) {
      const answers = await Promise.all(Array.from({ length: 40 }, () => center.GET('/api/me')))
      limited = answers.find((a) => a.response.status === 429)
    }
    await refused(Promise.resolve(limited), 'rate.limited')
    await ok(world.as('street').GET('/api/me'))
  })

  test('every route of the contract refuses what nobody signed in may do', async () => {
    for (const op of OPERATIONS.filter((o) => o.spec['x-permission'] !== 'PUBLIC')) {
      const parts = { sha256: '0'.repeat(64), y: '0.mvt', layer: 'grids', code: world.facts.home }
      const path = op.path.replace(/\{(\w+)\}/g, (_, name) => parts[name] ?? '1')
      const reply = await world.anyone().send(op.method, path, { headers: { 'Content-Type': 'application/json' },
        body: ['POST', 'PUT', 'PATCH'].includes(op.method) ? '{}' : undefined })
      assert.equal(reply.status, 401, op.name)
    }
  })
})
