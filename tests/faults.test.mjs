/* When what the server stands on fails: the database locked by another process, the disk full, PostgreSQL gone, files that are not
 * ours or damaged. It answers 503 with Retry-After, keeps nothing half done, and recovers by itself. */
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ENGINES, forEachDatabase, HANGS_MS, ok, PASSWORD, refused, ROOT, START, until, World } from './harness.mjs'
import { noteProblem } from './lib/contract.mjs'
import { sql } from './lib/databases.mjs'
import { BINARY, command, environment, Server } from './lib/server.mjs'

const report = (world, text, headers) =>
  world.anyone({ headers }).POST('/api/public/reports', { body: { text, lon: world.grid().inside[0], lat: world.grid().inside[1] } })
const stored = (world, text) => sql(world.database, `SELECT count(*) FROM case_case WHERE text = '${text}'`)

/** Another process with a lock on the database, until told to let go. */
async function locker(file) {
  const child = spawn('sqlite3', ['-batch', file], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.write("BEGIN EXCLUSIVE;\nSELECT 'locked';\n")
  await new Promise((locked) => child.stdout.on('data', (b) => String(b).includes('locked') && locked()))
  return () => new Promise((gone) => {
    child.on('close', gone)
    child.stdin.end('ROLLBACK;\n.quit\n')
  })
}

forEachDatabase('locked', (world) => {
  test('a lock held by another process: busy, reads go on, then it works again', async () => {
    const release = await locker(world.database.file)
    const key = { 'Idempotency-Key': `locked-${Date.now()}` }
    try {
      const problem = await report(world, '锁住时的上报', key)
      await refused(Promise.resolve(problem), 'db.busy')
      assert.ok(Number(problem.response.headers.get('retry-after')) >= 1)
      await ok(world.as('center').GET('/api/cases'))
    } finally {
      await release()
    }
    assert.equal(stored(world, '锁住时的上报'), '0')
    await ok(report(world, '锁住时的上报', key), 201)
    await ok(report(world, '锁住时的上报', key), 201)
    assert.equal(stored(world, '锁住时的上报'), '1')
  })
}, { engines: ['sqlite'] })

/* ---- a disk that is full: a small file system of the server's own ---- */

const UNSHARE = process.getuid() === 0 ? ['unshare', '-m'] : ['unshare', '-rm']
/* Also asked by zz_coverage: where nothing can be mounted, nobody can provoke a full disk. */
const canMount = spawnSync(UNSHARE[0], [...UNSHARE.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0

describe('full disk [sqlite]', { skip: !canMount && 'no file system can be mounted here: A FULL DISK IS NOT TESTED', timeout: HANGS_MS }, () => {
  /** @type {World} */
  let world
  let outside
  before(async () => {
    world = await new World('sqlite', 'full', { start: false }).open()
    const source = world.database.dir
    outside = mkdtempSync(join(tmpdir(), 'wangge-full-'))
    const script = 'mount -t tmpfs -o size=16m tmpfs "$1" && cp -a "$2/." "$1/" && shift 2 && exec "$@"'
    world.server = new Server({ ...world.database, url: join(outside, 'wangge.db') }, 'faults-full-sqlite',
      { wrap: [...UNSHARE, 'sh', '-c', script, 'sh', outside, source] })
    await world.server.start()
  })
  after(async () => {
    await world.close()
    rmSync(outside, { recursive: true, force: true })
  })

  test('full: nothing is stored, reading goes on; with room again it works by itself', async () => {
    const inside = join('/proc', String(world.server.pid), 'root', outside)
    await ok(report(world, '满盘之前'), 201)
    writeFileSync(join(inside, 'filler'), Buffer.alloc(0))
    for (const size of [1 << 20, 4096, 1]) {
      const piece = Buffer.alloc(size, 'x')
      try {
        for (;;) writeFileSync(join(inside, 'filler'), piece, { flag: 'a' })
      } catch (error) {
        assert.equal(error.code, 'ENOSPC')
      }
    }
    const key = { 'Idempotency-Key': `full-${Date.now()}` }
    let last
    let accepted = 0
    for (let i = 0; i < 200 && last?.response.status !== 503; i++) {
      last = await report(world, `满盘 ${i} ${'长'.repeat(1500)}`)
      accepted += last.response.status === 201
    }
    await refused(Promise.resolve(last), 'db.full')
    const list = await ok(world.as('center').GET('/api/cases'))
    assert.equal(list.total, 1 + accepted)
    await refused(report(world, '满盘之中', key), 'db.full')
    rmSync(join(inside, 'filler'))
    await until('room again', () => report(world, '满盘之中', key), (a) => a.response.status === 201)
    await ok(report(world, '满盘之中', key), 201)
    assert.equal((await ok(world.as('center').GET('/api/cases', { params: { query: { q: '满盘之中' } } }))).total, 1)
    const argv = ['--mount', '--target', String(world.server.pid), BINARY, 'verify', '--json', '--db', join(outside, 'wangge.db')]
    const verify = spawnSync('nsenter', process.getuid() === 0 ? argv : ['--user', '--preserve-credentials', ...argv],
      { cwd: '/', encoding: 'utf8', env: environment(world.server.now()) })
    assert.equal(verify.status, 0, verify.stdout + verify.stderr)
    assert.deepEqual(JSON.parse(verify.stdout).findings, [])
  })
})

/* ---- PostgreSQL that goes away: a cluster of its own ---- */

describe('lost [postgres]', { skip: !ENGINES.includes('postgres') && 'WANGGE_TEST_PG is not set', timeout: HANGS_MS }, () => {
  const folder = mkdtempSync('/tmp/wangge-lost.')
  const data = join(folder, 'data')
  let world

  function ctl(...args) {
    const argv = ['/usr/lib/postgresql/15/bin/pg_ctl', ...args, '--silent', '--wait', '--pgdata', data]
    if (process.getuid() === 0) argv.unshift('runuser', '-u', 'postgres', '--')
    execFileSync(argv[0], argv.slice(1), { cwd: '/', stdio: 'ignore' })
  }

  before(async () => {
    const url = execFileSync(join(ROOT, 'tools/pg.sh'), ['start', folder, String(process.pid)], { encoding: 'utf8' }).trim()
    world = new World('postgres', 'lost')
    const facts = await new World('postgres', 'facts', { start: false }).open()
    await facts.close()
    world.facts = facts.facts // the grids are the same in every database; the sessions are not
    mkdirSync(`${folder}.keys`)
    world.database = { engine: 'postgres', dir: `${folder}.keys`, file: join(`${folder}.keys`, 'wangge'), url, env: { WANGGE_DATA_DIR: `${folder}.keys` } }
    const made = await command(['init', '--profile', 'donghua', '--empty', '--quiet', '--db', url], { env: world.database.env })
    assert.equal(made.code, 0, made.stderr)
    world.server = await new Server(world.database, 'faults-lost-postgres').start({ at: START })
  })
  after(async () => {
    await world.server?.stop()
    execFileSync(join(ROOT, 'tools/pg.sh'), ['stop', folder])
    rmSync(`${folder}.keys`, { recursive: true, force: true })
  })

  for (const how of ['immediate', 'fast'])
    test(`stopped (${how}) and started again: 503 meanwhile, then it recovers by itself`, async () => {
      const text = `停库 ${how}`
      const key = { 'Idempotency-Key': `lost-${how}-${Date.now()}` }
      const center = await world.signIn('center')
      await ok(report(world, `${text} 之前`), 201)
      ctl('stop', '--mode', how)
      const answer = await report(world, text, key)
      await refused(Promise.resolve(answer), 'db.unavailable')
      assert.ok(Number(answer.response.headers.get('retry-after')) >= 1)
      await refused(world.anyone().GET('/readyz'), 'db.unavailable')
      assert.equal((await ok(world.anyone().GET('/healthz'))).status, 'alive')
      ctl('start', '--log', join(folder, 'log'))
      await until('ready again', () => world.anyone().GET('/readyz'), (a) => a.response.status === 200)
      await until('reports again', () => report(world, text, key), (a) => a.response.status === 201)
      const found = await ok(center.GET('/api/cases', { params: { query: { q: text } } }))
      assert.equal(found.items.filter((i) => i.text === text).length, 1)
    })

  test('connections cut by an operator are made anew', async () => {
    await ok(report(world, '断开之前'), 201)
    execFileSync('psql', [world.database.url, '-XqAt', '-c',
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()'])
    await until('reports again', () => report(world, '断开之后'), (a) => a.response.status === 201)
    const { findings } = await world.verify()
    assert.deepEqual(findings, [])
  })
})

/* ---- slow senders ---- */

forEachDatabase('slow', (world) => {
  test('a head that does not come to its end is given up, without harm to others', async () => {
    const answer = new Promise((done) => {
      const socket = connect(world.server.port, '127.0.0.1')
      let text = ''
      socket.on('data', (b) => (text += b))
      socket.on('close', () => done(text))
      socket.on('error', () => done(text))
      socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    })
    await ok(world.anyone().GET('/healthz'))
    const text = await answer
    const code = /"code":"([a-z.-]+)"/.exec(text)?.[1]
    if (code) noteProblem(code)
    assert.ok(text === '' || code === 'request.timeout', text)
  })
}, { engines: ['sqlite'] })

/* ---- what does not start ---- */

describe('commands', { timeout: HANGS_MS }, () => {
  let world
  let database
  before(async () => {
    world = await new World('sqlite', 'commands', { start: false }).open()
    database = world.database
  })
  after(() => world.close())

  /** The problem of a command that could not run. */
  async function failure(args, code, how) {
    const { code: exit, stdout, stderr } = await command([...args, '--json'], how)
    assert.equal(exit, 2, stdout + stderr)
    const problem = JSON.parse(stdout)
    assert.equal(problem.code, code, stdout)
    noteProblem(problem.code)
    return problem
  }

  test('no such command, no such option value, no database', async () => {
    assert.equal((await command(['dance'])).code, 2)
    assert.equal((await command(['--version'])).code, 0)
    const many = await command(['serve', '--db', database.url, '--workers', 'many'])
    assert.equal(many.code, 2)
    assert.match(many.stderr, /config\.invalid[^]*--workers/)
    await failure(['check', 'database', '--db', '/nowhere/at/all.db'], 'db.unavailable')
    await failure(['check', 'database'], 'config.invalid')
    assert.match((await command(['check', 'database', '--db', database.url])).stdout, /数据库可用/)
  })

  test('a port that is taken', async () => {
    const squatter = createServer()
    await new Promise((up) => squatter.listen(0, '127.0.0.1', up))
    await failure(['serve', '--db', database.url, '--listen', `127.0.0.1:${squatter.address().port}`], 'http.listen')
    await new Promise((down) => squatter.close(down))
  })

  test('demo passwords are not served beyond loopback', async () => {
    const problem = await failure(['serve', '--db', database.url, '--listen', '0.0.0.0:0'], 'config.invalid')
    assert.match(problem.detail, /demo password/)
  })

  test('files that are not ours, of another version, damaged', async () => {
    const folder = join(database.dir, 'strange')
    mkdirSync(folder)
    const text = join(folder, 'text.db')
    writeFileSync(text, '这不是数据库'.repeat(200))
    await failure(['check', 'database', '--db', text], 'db.not-ours')
    const other = join(folder, 'other.db')
    execFileSync('sqlite3', [other, 'CREATE TABLE contacts (name); PRAGMA application_id = 1234;'])
    await failure(['check', 'database', '--db', other], 'db.not-ours')
    assert.equal(execFileSync('sqlite3', [other, 'SELECT count(*) FROM contacts'], { encoding: 'utf8' }).trim(), '0')
    const older = join(folder, 'older.db')
    cpSync(database.file, older)
    execFileSync('sqlite3', [older, "DELETE FROM db_migration WHERE name = (SELECT max(name) FROM db_migration)"])
    await failure(['check', 'database', '--db', older], 'db.migration')
    const damaged = join(folder, 'damaged.db')
    const bytes = readFileSync(database.file)
    bytes.fill(0xa5, 3 * 4096)
    writeFileSync(damaged, bytes)
    await failure(['verify', '--db', damaged], 'db.corrupt')
  })

  test('flows and places are checked, passwords set from the shell', async () => {
    const flow = await command(['check', 'flows', 'profiles/common/flows/six-step.json'])
    assert.equal(flow.code, 0, flow.stdout)
    const bad = join(database.dir, 'bad.json')
    writeFileSync(bad, '{"code":"x"}')
    assert.equal((await command(['check', 'flows', bad])).code, 1)
    assert.equal((await command(['check', 'flows', 'profiles/donghua', 'profiles/common'])).code, 0)
    assert.equal((await command(['check', 'flows', join(database.dir, 'nowhere')])).code, 2)
    const told = JSON.parse((await command(['check', 'flows', bad, '--json'])).stdout)
    assert.equal(told.ok, false)
    assert.deepEqual(Object.keys(told.faults[0]), ['file', 'line', 'pointer', 'zh', 'en'])
    const added = await command(['user', 'add', 'from-shell', '--name', '命令行', '--db', database.url], { input: `${PASSWORD}\n` })
    assert.equal(added.code, 0, added.stderr)
    const places = join(database.dir, 'places.csv')
    writeFileSync(places, 'code,name\n530103004,测试街道\n530103004001,测试社区\n')
    const read = JSON.parse((await command(['import', 'places', places, '--json', '--db', database.url])).stdout)
    assert.deepEqual([read.added, read.wrong], [2, 0])
    writeFileSync(places, 'code,name\n53010300x,坏\n')
    assert.equal((await command(['import', 'places', places, '--json', '--db', database.url])).code, 1)
    assert.ok(BINARY)
    const { stdout } = await command(['verify', '--json', '--db', database.url])
    assert.deepEqual(JSON.parse(stdout).findings, [])
  })
})
