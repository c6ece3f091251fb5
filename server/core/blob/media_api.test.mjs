/* Voice notes and videos over HTTP: taken by what they are, kept as sent, handed out in parts. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { exchange, forEachDatabase, freshPhoto, ok, refused, sha256 } from '../../../tests/harness.mjs'
import { attempt, handling, read } from '../../../tests/lib/journey.mjs'
import { amr, mp3, mp4, ogg, wav, webm } from '../../../tests/lib/media.mjs'
import { sql } from '../../../tests/lib/databases.mjs'

const MB = 1024 * 1024

forEachDatabase('recordings', (world) => {
  async function put(bytes, headers = {}, name = sha256(bytes)) {
    const reply = await world.anyone().send('PUT', `/api/blobs/${name}`,
      { headers: { 'Content-Type': 'application/octet-stream', ...headers }, body: bytes })
    return JSON.parse(reply.text)
  }
  async function pieces(bytes, size, name = sha256(bytes)) {
    let last
    for (let at = 0; at < bytes.length; at += size) {
      const end = Math.min(at + size, bytes.length)
      last = await put(bytes.subarray(at, end), { 'Content-Range': `bytes ${at}-${end - 1}/${bytes.length}` }, name)
      if (last.code) return last
    }
    return last
  }
  const state = (name) => ok(world.anyone().GET('/api/blobs/{sha256}/state', { params: { path: { sha256: name } } }))
  const report = (more) => world.as('member1').POST('/api/cases', { body: world.report({ channel: 'member', ...more }) })
  const fetchPart = (id, name, headers = {}, login = 'member1') =>
    exchange(`${world.server.url}/api/cases/${id}/photos/${name}`, { headers: { Authorization: `Bearer ${world.facts.tokens[login]}`, ...headers } })

  for (const [what, make, type] of [
    ['an MP4 video', () => mp4(), 'video/mp4'], ['an M4A note', () => mp4({ video: false }), 'audio/mp4'],
    ['a QuickTime video', () => mp4({ brand: 'qt  ' }), 'video/quicktime'], ['a 3GP note', () => mp4({ video: false, brand: '3gp5' }), 'audio/3gpp'],
    ['a browser\'s voice note', () => webm(), 'audio/webm'], ['a browser\'s video', () => webm({ video: true }), 'video/webm'],
    ['AMR', () => amr(), 'audio/amr'], ['Ogg Opus', () => ogg(), 'audio/ogg'], ['MP3', () => mp3(), 'audio/mpeg'], ['WAV', () => wav(), 'audio/wav'],
  ])
    test(`${what} is taken whole and in pieces, and told by its bytes`, async () => {
      const one = make()
      const view = await put(one)
      assert.deepEqual([view.complete, view.type, view.received], [true, type, one.length], JSON.stringify(view))
      if (type.startsWith('video/')) assert.deepEqual([view.width, view.height], [640, 480])
      assert.deepEqual(await put(one), view)
      const other = make()
      assert.deepEqual((({ complete, type: t }) => [complete, t])(await pieces(other, 333)), [true, type])
    })

  for (const [what, bytes] of [
    ['an MP4 cut short', mp4().subarray(0, -10)], ['a WebM cut short', webm().subarray(0, -10)], ['a WAV cut short', wav().subarray(0, -10)],
    ['an AMR cut short', amr().subarray(0, -10)], ['an MP4 with an archive behind it', Buffer.concat([mp4(), Buffer.from('PK\x03\x04 and so on')])],
    ['a page with a video\'s name', Buffer.from('<!doctype html><script>alert(1)</script>'.padEnd(200))],
    ['a page inside a voice note', Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\x20', 'latin1'), Buffer.from('<html><script>1</script>'.padEnd(32)), mp3()])],
    ['SVG with a type of its own', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'.padEnd(100))],
  ])
    test(`${what} is refused, whole and in pieces, and leaves nothing`, async () => {
      assert.equal((await put(bytes, { 'Content-Type': 'application/octet-stream' })).code, 'blob.type')
      assert.equal((await pieces(bytes, 70)).code, 'blob.type')
      assert.deepEqual(await state(sha256(bytes)), { sha256: sha256(bytes), received: 0, complete: false })
      assert.equal(sql(world.database, `SELECT count(*) FROM blob_piece WHERE sha256 = '${sha256(bytes)}'`), '0')
    })

  test('each kind has its own limit, and the refusal names it', async () => {
    const start = (bytes, total) => put(bytes.subarray(0, 512), { 'Content-Range': `bytes 0-511/${total}` }, sha256(`${total} ${bytes.length}`))
    for (const [bytes, most, words] of [[freshPhoto({ width: 320, height: 200 }), 20, '照片'], [amr({ seconds: 2 }), 10, '录音'], [mp4(), 50, '视频']]) {
      const problem = await start(bytes, most * MB + 1)
      assert.deepEqual([problem.code, problem.status], ['blob.too-large', 413])
      assert.match(problem.detail, new RegExp(`${words}最大 ${most} MB`))
      assert.equal((await start(bytes, most * MB)).received, 512)
    }
    const long = mp4({ video: false, bytes: 10 * MB })
    assert.equal((await pieces(long, 4 * MB)).code, 'blob.too-large') /* told to be sound only when it is whole */
    assert.equal((await state(sha256(long))).received, 0)
  })

  test('a video of 50 MB comes in pieces, goes out in parts, and no more memory is taken than for a photo', async () => {
    const bytes = mp4({ bytes: 50 * MB - 2000 })
    const name = sha256(bytes)
    assert.equal((await pieces(bytes, 5 * MB)).complete, true)
    const { id } = await ok(report({ photos: [name] }), 201)
    const got = []
    for (let at = 0; at < bytes.length;) {
      const part = await fetchPart(id, name, { Range: `bytes=${at}-` })
      assert.equal(part.status, 206)
      assert.ok(part.bytes.length <= 4 * MB)
      assert.equal(part.headers.get('content-range'), `bytes ${at}-${at + part.bytes.length - 1}/${bytes.length}`)
      got.push(part.bytes)
      at += part.bytes.length
    }
    assert.equal(sha256(Buffer.concat(got)), name)
    const whole = await fetchPart(id, name)
    assert.equal(whole.status, 200)
    assert.equal(sha256(whole.bytes), name)
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${world.server.pid}/status`, 'utf8'))[1])
    assert.ok(peak < 700_000 || /asan/.test(process.env.WANGGE_BIN ?? ''), `${peak} kB`)
  })

  test('parts: what a player asks for, and what is not there', async () => {
    const bytes = webm({ bytes: 700_000 })
    const name = sha256(bytes)
    await put(bytes)
    const { id } = await ok(report({ photos: [name] }), 201)
    const whole = await fetchPart(id, name)
    assert.deepEqual(whole.bytes, bytes)
    assert.deepEqual(['content-type', 'accept-ranges', 'content-disposition', 'cache-control'].map((h) => whole.headers.get(h)),
      ['audio/webm', 'bytes', `inline; filename="${name.slice(0, 12)}.webm"`, 'private, no-cache'])
    assert.match(whole.headers.get('content-security-policy'), /default-src 'none'.*sandbox/)
    const etag = whole.headers.get('etag')
    assert.equal((await fetchPart(id, name, { 'If-None-Match': etag })).status, 304)
    for (const [range, from, to] of [['bytes=0-1', 0, 1], ['bytes=262140-262150', 262140, 262150], ['bytes=500000-', 500000, bytes.length - 1],
      ['bytes=-5', bytes.length - 5, bytes.length - 1], ['bytes=699000-99999999', 699000, bytes.length - 1]]) {
      const part = await fetchPart(id, name, { Range: range, 'If-Range': etag })
      assert.equal(part.status, 206, range)
      assert.deepEqual(part.bytes, bytes.subarray(from, to + 1), range)
      assert.equal(part.headers.get('content-range'), `bytes ${from}-${to}/${bytes.length}`)
    }
    assert.equal((await fetchPart(id, name, { Range: 'bytes=0-1', 'If-Range': '"another"' })).bytes.length, bytes.length)
    for (const odd of ['bytes=0-1,4-5', 'lines=0-1', 'bytes=x-y']) assert.equal((await fetchPart(id, name, { Range: odd })).status, 200, odd)
    const beyond = await fetchPart(id, name, { Range: `bytes=${bytes.length}-` })
    assert.equal(JSON.parse(beyond.text).code, 'range.unsatisfiable')
    assert.equal(beyond.status, 416)
    assert.equal(JSON.parse((await fetchPart(id, name, {}, 'member-b')).text).code, 'not-found')
    assert.equal(JSON.parse((await exchange(`${world.server.url}/api/cases/${id}/photos/${name}?size=thumb`,
      { headers: { Authorization: `Bearer ${world.facts.tokens.member1}` } })).text).code, 'not-found')
  })

  test('what one address may send without an account has a limit in bytes', async () => {
    const from = '203.0.113.77'
    const send = (caller) => caller.send('PUT', `/api/blobs/${sha256('no photo')}`,
      { headers: { 'Content-Type': 'application/octet-stream' }, body: Buffer.alloc(19 * MB) })
    const statuses = []
    while (statuses.length < 12 && !statuses.includes(429)) statuses.push((await send(world.anyone({ from }))).status)
    assert.equal(statuses.at(-1), 429)
    assert.ok(statuses.length >= 7, statuses.join())
    assert.equal((await send(world.anyone({ from: '203.0.113.78' }))).status, 422)
    assert.equal((await send(world.as('member1'))).status, 422)
  })

  test('where photos are asked for only photos count; recordings come beside them', async () => {
    const member = world.as('member1')
    const [note, video, photo] = [amr(), mp4(), freshPhoto()]
    for (const b of [note, video, photo]) await put(b)
    await refused(report({ self_handled: true, handled_photos: [sha256(note), sha256(video)] }), 'case.photo-needed')
    const { id } = await ok(report({ photos: [sha256(note), sha256(photo), sha256(video)] }), 201)
    const view = await read(member, id)
    assert.equal(view.item.photos, 1)
    assert.match(view.item.thumb, new RegExp(sha256(photo)))
    assert.deepEqual(view.photos.map((p) => [p.type, 'thumb' in p]), [['audio/amr', false], ['image/jpeg', true], ['video/mp4', false]])
    const spoken = await ok(report({ photos: [sha256(note)] }), 201)
    assert.equal((await read(member, spoken.id)).item.photos, 0)
    assert.equal((await read(member, spoken.id)).photos.length, 1)
    const more = amr()
    await put(more)
    const third = await handling(world)
    const feedback = (photos) => attempt(world.as('dept1'), third, 'feedback', { note: '已办', photos: photos.map((b) => ({ sha256: sha256(b), kind: 'after' })) })
    await refused(feedback([more]), 'case.photo-needed')
    const done = await ok(feedback([more, photo]))
    assert.deepEqual(done.steps.at(-1).photos.map((p) => p.type), ['audio/amr', 'image/jpeg'])
  })

  test('a resident\'s recording is in the timeline, by a link that answers parts', async () => {
    const bytes = webm({ bytes: 3000 })
    await put(bytes)
    const [lon, lat] = world.grid().inside
    const { code } = await ok(world.anyone().POST('/api/public/reports',
      { body: { lon, lat, text: '楼道灯坏了', phone: '13912345678', photos: [sha256(bytes)] } }), 201)
    const shown = await ok(world.anyone().GET('/api/public/reports/{code}', { params: { path: { code }, query: { phone: '13912345678' } } }))
    const [piece] = shown.timeline[0].photos
    assert.deepEqual([piece.type, 'thumb' in piece], ['audio/webm', false])
    const part = await exchange(world.server.url + piece.url, { headers: { Range: 'bytes=5-9' } })
    assert.equal(part.status, 206)
    assert.deepEqual(part.bytes, bytes.subarray(5, 10))
  })

  test('verify finds a recording whose bytes were altered', async () => {
    const bytes = amr()
    await put(bytes)
    await ok(report({ photos: [sha256(bytes)] }), 201)
    assert.equal((await world.verify()).ok, true)
    sql(world.database, `DELETE FROM blob_piece WHERE sha256 = '${sha256(bytes)}'`)
    const found = await world.verify()
    assert.deepEqual(found.findings.map((f) => [f.kind, f.where.startsWith('blob_file ')]), [['content', true]])
  })
}, { timeout: 420_000 })
