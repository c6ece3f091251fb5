/* Limits and faults of files of grids: too many features, files and bytes; a reader that dies, hangs, or is one too many; a draft closed while its
 * file is read. Each ends in a problem that says what is wrong, and leaves no row, no process and no temporary file. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { forEachDatabase, ok, refused, until } from '../../tests/harness.mjs'
import { sql } from '../../tests/lib/databases.mjs'
import { checkFile, gridsOf } from '../../tests/lib/mesh.mjs'

const at = (id) => ({ params: { path: { id } } })
const MOST = 2000
const READER_MOST = 200_000
const MB = 1 << 20

/** The server's readers, also those that nobody has waited for: pid and state. */
function readers(server) {
  const found = []
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, , state, parent] = /^(\d+) \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      if (Number(parent) === server.pid) found.push({ pid: Number(pid), state })
    } catch { /* it has just ended */ }
  }
  return found
}

/** Waits for a reader that is not among `known`, and stops it where it is. */
async function caught(server, known = []) {
  for (const deadline = Date.now() + 60_000; ; await turn()) {
    const [one] = readers(server).filter((r) => !known.includes(r.pid) && readFileSync(`/proc/${r.pid}/cmdline`, 'utf8').startsWith('wangge\0repair'))
    if (one) {
      process.kill(one.pid, 'SIGSTOP')
      return one.pid
    }
    assert.ok(Date.now() < deadline, 'no reader was started')
  }
}

/** So many squares of a metre, far enough from each other, in and around a grid. */
const squares = (n, [lon, lat]) => ({ type: 'FeatureCollection', features: Array.from({ length: n }, (_, i) => {
  const [x, y] = [lon + (i % 500) * 2e-5, lat + Math.floor(i / 500) * 2e-5].map((v) => Number(v.toFixed(6)))
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [[[x, y], [x + 1e-5, y], [x + 1e-5, y + 1e-5], [x, y]]] } }
}) })

function helpers(world) {
  const centre = () => world.as('center')
  const own = () => gridsOf(world, world.facts.home.slice(0, 12))
  const rows = () => sql(world.database, 'SELECT (SELECT count(*) FROM mesh_check) || \' \' || (SELECT count(*) FROM mesh_check_file)')
  return {
    centre, own, rows,
    create: (name) => ok(centre().POST('/api/mesh/drafts', { body: { name } }), 201),
    drop: (draft) => ok(centre().POST('/api/mesh/drafts/{id}/drop', { ...at(draft.id), body: { version: draft.version } })),
    /** Refused with the problem, and with nothing left of it. */
    async bad(reply, code, had) {
      const got = await reply
      const problem = JSON.parse(got.text)
      assert.equal(problem.code, code, got.text.slice(0, 600))
      assert.equal(rows(), had)
      assert.deepEqual(readers(world.server), [])
      return { problem, got }
    },
  }
}

forEachDatabase('limits of files of grids', (world) => {
  const { centre, own, rows, create, bad } = helpers(world)
  let draft, had
  before(async () => {
    draft = await create('限度')
    had = rows()
  })

  test('more features than a file may have', async () => {
    const { problem } = await bad(checkFile(centre(), draft, squares(MOST + 1, world.grid().inside)), 'mesh.file', had)
    assert.equal(problem.errors[0].code, 'too-big')
    assert.match(problem.errors[0].detail, /2000/)
  })

  test('more features than the reader takes at all', async () => {
    const text = JSON.stringify(squares(1, [0, 0]).features[0])
    const file = Buffer.from(`{"type":"FeatureCollection","features":[${`${text},`.repeat(READER_MOST)}${text}]}`)
    assert.ok(file.length < 32 * MB)
    const { problem } = await bad(checkFile(centre(), draft, file), 'mesh.file', had)
    assert.equal(problem.errors[0].code, 'too-big')
  })

  test('a file over 32 MiB is not taken in', async () => {
    await bad(checkFile(centre(), draft, Buffer.alloc(32 * MB + 1, 32)), 'body.too-big', had)
    const blank = Buffer.alloc(32 * MB, 32) // the largest that is taken in: it is read, and is none
    assert.equal((await bad(checkFile(centre(), draft, blank), 'mesh.file', had)).problem.errors[0].code, 'not-known')
  })

  test('as many files as a draft may have, and one more', async () => {
    const full = await create('二十份')
    const one = { ...own(), features: own().features.slice(0, 1) }
    for (let i = 0; i < 20; i++) {
      const got = await checkFile(centre(), full, one)
      assert.equal(got.status, 201, got.text.slice(0, 400))
    }
    await bad(checkFile(centre(), full, one), 'mesh.too-many', rows())
    const { items } = await ok(centre().GET('/api/mesh/drafts/{id}/checks', at(full.id)))
    assert.equal(items.length, 20)
    assert.equal((await world.verify()).ok, true)
  })
})

forEachDatabase('readers of files', (world) => {
  const { centre, own, rows, create, drop, bad } = helpers(world)
  let draft, had
  before(async () => {
    draft = await create('读取')
    had = rows()
  })

  test('a reader that dies is told; nothing of the server\'s was within its reach', async () => {
    const asked = checkFile(centre(), draft, own())
    const pid = await caught(world.server)
    const held = readdirSync(`/proc/${pid}/fd`).filter((fd) => fd !== '2').map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
    assert.equal(new Set(held.filter((to) => to.startsWith('socket:'))).size, 1, held.join(' ')) // its end of the pair
    assert.deepEqual(held.filter((to) => /\.db|eventpoll/.test(to)), [])
    assert.ok(!/PASSWORD|WANGGE/.test(readFileSync(`/proc/${pid}/environ`, 'utf8')))
    process.kill(pid, 'SIGKILL')
    const { problem, got } = await bad(asked, 'mesh.file', had)
    assert.deepEqual([got.status, problem.errors[0].code], [422, 'crashed'])
    assert.equal((await checkFile(centre(), draft, own())).status, 201)
  })

  test('two at a time: a third is told to come again, the two end as if it had not come', async () => {
    const two = []
    const stopped = []
    had = rows()
    for (let i = 0; i < 2; i++) {
      two.push(checkFile(centre(), draft, own()))
      stopped.push(await caught(world.server, stopped))
    }
    const third = await checkFile(centre(), draft, own())
    assert.deepEqual([third.status, JSON.parse(third.text).code, rows()], [503, 'server.busy', had])
    assert.ok(Number(third.headers.get('retry-after')) >= 1)
    for (const pid of stopped) process.kill(pid, 'SIGCONT')
    for (const reply of await Promise.all(two)) assert.equal(reply.status, 201, reply.text.slice(0, 400))
    assert.deepEqual(readers(world.server), [])
    assert.equal((await checkFile(centre(), draft, own())).status, 201)
  })

  test('a draft closed while its file is read: no row, no file', async () => {
    const doomed = await create('读取时作废')
    had = rows()
    const asked = checkFile(centre(), doomed, own())
    const pid = await caught(world.server)
    await drop(doomed)
    process.kill(pid, 'SIGCONT')
    await bad(asked, 'mesh.draft-closed', had)
    const other = await create('决定时作废')
    const check = JSON.parse((await checkFile(centre(), other, { ...own(), features: own().features.slice(1) })).text)
    const gap = check.findings.find((f) => f.done === 'open')
    const deciding = centre().POST('/api/mesh/checks/{id}/decisions', { ...at(check.id), body: { version: check.version, decisions: [{ remainder: gap.remainder, feature: 1 }] } })
    const second = await caught(world.server)
    await drop(other)
    process.kill(second, 'SIGCONT')
    await refused(deciding, 'mesh.draft-closed')
    assert.equal(sql(world.database, `SELECT version || ' ' || decisions FROM mesh_check WHERE id = ${check.id}`), `${check.version} []`)
    await refused(centre().GET('/api/mesh/checks/{id}', at(check.id)), 'not-found') // its file went with the draft
  })

  test('whoever asked is gone: the reader ends all the same', async () => {
    const gone = new AbortController()
    const search = new URLSearchParams({ draft: draft.id, name: '走了.geojson', crs: 'cgcs2000' })
    const asked = fetch(`${world.server.url}/api/mesh/checks?${search}`, { method: 'POST', signal: gone.signal, body: JSON.stringify(own()),
      headers: { Authorization: `Bearer ${world.facts.tokens.center}`, 'Content-Type': 'application/octet-stream' } })
    const pid = await caught(world.server)
    gone.abort()
    await assert.rejects(asked)
    process.kill(pid, 'SIGCONT')
    await until('no reader is left', () => readers(world.server).length, (n) => n === 0)
  })
})

forEachDatabase('readers that hang', (world) => {
  const { centre, own, rows, create, bad } = helpers(world)
  let draft, stopped
  after(() => stopped && readers(world.server).forEach((r) => process.kill(r.pid, 'SIGKILL')))

  test('given up after the time that is allowed, before it has read and while it answers', async () => {
    draft = await create('停住')
    const big = Buffer.concat([Buffer.from(JSON.stringify(own())), Buffer.alloc(4 * MB, 32)]) // more than a socket holds
    for (const file of [own(), big]) {
      const asked = checkFile(centre(), draft, file)
      stopped = await caught(world.server)
      const { problem, got } = await bad(asked, 'mesh.file', rows())
      assert.deepEqual([got.status, problem.errors[0].code], [422, 'too-long'])
    }
  })
}, { env: { WANGGE_READER_SECONDS: '3' } })
