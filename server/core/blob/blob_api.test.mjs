/* Uploads over HTTP: whole, in pieces, wrong, hostile. */
import assert from 'node:assert/strict'
import { deflateSync } from 'node:zlib'
import { test } from 'node:test'
import { exchange, forEachDatabase, freshPhoto, jpeg, ok, refused, sha256 } from '../../../tests/harness.mjs'

const named = (name) => ({ params: { path: { sha256: name } } })

/** A PNG of one colour. */
function png(width, height, bytes = [200, 30, 30, 128]) {
  const crcTable = Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1
    return n >>> 0
  })
  const crc = (b) => {
    let c = 0xffffffff
    for (const x of b) c = crcTable[(c ^ x) & 255] ^ (c >>> 8)
    return (c ^ 0xffffffff) >>> 0
  }
  const chunk = (type, data) => {
    const out = Buffer.alloc(12 + data.length)
    out.writeUInt32BE(data.length)
    out.write(type, 4, 'latin1')
    data.copy(out, 8)
    out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length)
    return out
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width)
  head.writeUInt32BE(height, 4)
  head.set([8, 6, 0, 0, 0], 8)
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 4, Buffer.from(bytes))])
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(new Array(height).fill(row)))), chunk('IEND', Buffer.alloc(0))])
}

forEachDatabase('uploads', (world) => {
  /** The reply of sending bytes under a name; a problem's code or the view. */
  async function put(name, bytes, headers = {}) {
    const reply = await world.anyone().send('PUT', `/api/blobs/${name}`,
      { headers: { 'Content-Type': 'application/octet-stream', ...headers }, body: bytes })
    return JSON.parse(reply.text)
  }
  const state = (name) => ok(world.anyone().GET('/api/blobs/{sha256}/state', named(name)))
  const piece = (name, all, from, to) => put(name, all.subarray(from, to), { 'Content-Range': `bytes ${from}-${to - 1}/${all.length}` })

  test('a photo is kept as JPEG of its own size; sending it again changes nothing', async () => {
    const bytes = freshPhoto({ width: 320, height: 200 })
    const name = sha256(bytes)
    assert.deepEqual(await state(name), { sha256: name, received: 0, complete: false })
    const view = await put(name, bytes)
    assert.deepEqual([view.complete, view.type, view.width, view.height], [true, 'image/jpeg', 320, 200])
    assert.deepEqual(await put(name, bytes), view)
    assert.deepEqual(await state(name), view)
  })

  test('a PNG becomes a JPEG, a large photo becomes smaller', async () => {
    const small = png(40, 30)
    assert.deepEqual((({ complete, type, width }) => [complete, type, width])(await put(sha256(small), small)), [true, 'image/jpeg', 40])
    const large = jpeg({ width: 4096, height: 1024, comment: world.engine })
    const view = await put(sha256(large), large)
    assert.deepEqual([view.width, view.height], [2048, 512])
  })

  test('many phones sending one photo at once store it once', async () => {
    const bytes = freshPhoto()
    const views = await Promise.all(Array.from({ length: 8 }, () => put(sha256(bytes), bytes)))
    for (const view of views) assert.equal(view.complete, true, JSON.stringify(view))
    const halves = freshPhoto({ comment: Buffer.alloc(80_000, `${Date.now()} halves`) })
    const sent = await Promise.all(Array.from({ length: 6 }, () => piece(sha256(halves), halves, 0, 40_000)))
    for (const view of sent) assert.equal(view.received, 40_000, JSON.stringify(view))
    const ends = await Promise.all(Array.from({ length: 6 }, () => piece(sha256(halves), halves, 40_000, halves.length)))
    for (const view of ends) assert.equal(view.complete, true, JSON.stringify(view))
  })

  test('pieces in order, one of them twice; then it is whole', async () => {
    const bytes = freshPhoto({ comment: Buffer.alloc(150_000, `${process.pid} ${Date.now()}`) })
    const name = sha256(bytes)
    assert.equal((await piece(name, bytes, 0, 60_000)).received, 60_000)
    assert.equal((await piece(name, bytes, 0, 60_000)).received, 60_000)
    assert.equal((await piece(name, bytes, 120_000, bytes.length)).code, 'blob.offset')
    assert.deepEqual([(await state(name)).received, (await state(name)).complete], [60_000, false])
    assert.equal((await piece(name, bytes, 60_000, 120_000)).received, 120_000)
    assert.equal((await piece(name, bytes, 120_000, bytes.length)).complete, true)
  })

  test('an upload goes on after the server was killed', async () => {
    const bytes = freshPhoto({ comment: Buffer.alloc(90_000, `${process.pid} ${Date.now()} kill`) })
    const name = sha256(bytes)
    await piece(name, bytes, 0, 50_000)
    await world.server.kill()
    await world.server.start()
    assert.equal((await state(name)).received, 50_000)
    assert.equal((await piece(name, bytes, 50_000, bytes.length)).complete, true)
  })

  test('content that is not what its name says is refused, and can be sent again', async () => {
    const bytes = freshPhoto({ comment: Buffer.alloc(70_000, `${Date.now()}`) })
    const name = sha256(bytes)
    assert.equal((await put(name, freshPhoto())).code, 'blob.hash-differs')
    const wrong = Buffer.from(bytes)
    wrong[1000] ^= 1
    await piece(name, wrong, 0, 40_000)
    assert.equal((await piece(name, wrong, 40_000, wrong.length)).code, 'blob.hash-differs')
    assert.equal((await state(name)).received, 0)
    await piece(name, bytes, 0, 40_000)
    assert.equal((await piece(name, bytes, 40_000, bytes.length)).complete, true)
  })

  for (const [what, bytes] of [
    ['a text', Buffer.from('this is no photo, whatever it is called .jpg')],
    ['a truncated JPEG', jpeg({ width: 640, height: 480, comment: 'cut' }).subarray(0, -1200)],
    ['a JPEG that is only a head', jpeg().subarray(0, 60)],
    ['a PNG cut short', png(64, 64, [1, 2, 3, 255]).subarray(0, -30)],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>')],
    ['a GIF', Buffer.from('47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b', 'hex')],
    ['one byte', Buffer.from('x')],
  ])
    test(`${what} is no photo and leaves nothing`, async () => {
      const name = sha256(bytes)
      assert.equal((await put(name, bytes)).code, 'blob.type')
      assert.deepEqual(await state(name), { sha256: name, received: 0, complete: false })
    })

  test('too many pixels, too many bytes', async () => {
    const bomb = jpeg({ width: 9000, height: 7000 })
    assert.equal((await put(sha256(bomb), bomb)).code, 'blob.too-large')
    const name = sha256('huge')
    assert.equal((await put(name, bomb.subarray(0, 1000), { 'Content-Range': `bytes 0-999/${30 * 1024 * 1024}` })).code, 'blob.too-large')
    assert.equal((await put(name, Buffer.alloc(1000), { 'Content-Range': `bytes 0-999/${60 * 1024 * 1024}` })).code, 'blob.too-large')
    assert.equal((await put(name, Buffer.alloc(20 * 1024 * 1024 + 1))).code, 'body.too-big')
  })

  test('ranges that make no sense', async () => {
    const name = sha256('range')
    for (const range of ['bytes 0-10', 'bytes 5-1/10', 'bytes 0-9/5', 'items 0-9/10', 'bytes -1-8/10', 'bytes 0-99/100'])
      assert.equal((await put(name, Buffer.alloc(10), { 'Content-Range': range })).code, 'input.invalid', range)
    assert.equal((await put(name, undefined)).code, 'input.invalid')
    await refused(world.anyone().GET('/api/blobs/{sha256}/state', named('ABC')), 'not-found')
  })

  test('there is no way from a hash to a photo', async () => {
    const bytes = freshPhoto()
    await put(sha256(bytes), bytes)
    const reply = await exchange(`${world.server.url}/api/blobs/${sha256(bytes)}`)
    assert.equal(reply.status, 405)
  })
})
