/* wangge backup and restore: a copy of one moment while the server writes, put back elsewhere and verified; a byte that flipped, a file
 * that is there already, a program that is missing are told. And what else the commands promise. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { forEachDatabase, ok } from './harness.mjs'
import { psql, sql } from './lib/databases.mjs'
import { command } from './lib/server.mjs'
import { mp4 } from './lib/media.mjs'

let made = 0

forEachDatabase('backup', (world) => {
  let dir
  const targets = []
  before(() => { dir = mkdtempSync(join(tmpdir(), 'wangge-backup-')) })
  after(() => {
    rmSync(dir, { recursive: true, force: true })
    for (const name of targets) psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  })

  /** Somewhere new to restore to: like a Database of lib/databases. */
  function elsewhere() {
    const name = `restored_${process.pid}_${made++}`
    if (world.engine === 'sqlite') return { engine: 'sqlite', url: join(dir, `${name}.db`), file: join(dir, `${name}.db`), env: {} }
    const data = mkdtempSync(join(dir, 'data-'))
    psql(`CREATE DATABASE ${name} TEMPLATE template0`)
    targets.push(name)
    return { engine: 'postgres', name, url: world.database.url.replace(world.database.name, name), file: join(data, 'wangge'), env: { WANGGE_DATA_DIR: data } }
  }
  const run = (args, database = world.database, more = {}) =>
    command([...args, '--db', database.url], { at: world.server.now(), env: { ...database.env, ...more.env }, ...more, ...(more.env ? { env: { ...database.env, ...more.env } } : {}) })
  const json = (r) => JSON.parse(r.stdout)
  const count = (database, table) => Number(sql(database, `SELECT count(*) FROM ${table}`))
  const file = (name) => join(dir, name)

  test('a backup while residents report is whole, of one moment, and verifies after it is put back', async () => {
    const video = mp4({ bytes: 900_000 })
    const photo = await world.anyone().upload(video)
    await ok(world.as('member1').POST('/api/cases', { body: world.report({ channel: 'member', photos: [photo] }) }), 201)
    let over = false
    let sent = 0
    const load = Promise.all(Array.from({ length: 4 }, async () => {
      while (!over) {
        await ok(world.as('member1').POST('/api/cases', { body: world.report({ channel: 'member', text: `负载 ${sent++}` }) }), 201)
      }
    }))
    const before_ = count(world.database, 'case_case')
    const r = await run(['backup', file('load'), '--with-key', '--json'])
    over = true
    await load
    assert.equal(r.code, 0, r.stdout + r.stderr)
    assert.deepEqual([json(r).ok, json(r).key], [true, true])
    assert.equal(statSync(file('load')).mode & 0o777, 0o600)
    for (const key of ['load.key', 'load.data-key']) assert.equal(statSync(file(key)).mode & 0o777, 0o600)

    const to = elsewhere()
    const back = await run(['restore', file('load'), '--json'], to)
    assert.equal(back.code, 0, back.stdout + back.stderr)
    assert.deepEqual((({ ok: fine, same_rows, findings, rows, key }) => [fine, same_rows, findings, rows, key])(json(back)), [true, true, 0, json(r).rows, true])
    assert.ok(count(to, 'case_case') >= before_)
    assert.equal(count(to, 'case_case'), count(to, "case_step WHERE action = 'open'"))
    const verified = await run(['verify', '--json'], to)
    assert.equal(verified.code, 0, verified.stdout)
    assert.ok(json(verified).heads > 0)
    const manifest = JSON.parse(readFileSync(file('load.manifest'), 'utf8').split('\n')[0])
    for (const { name, rows } of manifest.tables) assert.equal(count(to, name), rows, name)
  })

  test('nothing is written over: neither a backup nor a database', async () => {
    const was = readFileSync(file('load.manifest'))
    const again = await run(['backup', file('load'), '--json'])
    assert.deepEqual([again.code, json(again).ok], [2, false])
    assert.match(json(again).detail, /there already/)
    assert.deepEqual(readFileSync(file('load.manifest')), was)
    const onto = await run(['restore', file('load'), '--json'])
    assert.deepEqual([onto.code, json(onto).code], [2, 'config.invalid'])
    assert.ok(count(world.database, 'case_case') > 0)
    assert.equal((await run(['restore', file('never-made'), '--json'], elsewhere())).code, 2)
    assert.equal((await run(['backup', '--json'])).code, 2)
  })

  test('a byte that flipped, in the data, the heads or the manifest, is refused and nothing is made', async () => {
    assert.equal((await run(['backup', file('flip')])).code, 0)
    for (const part of ['', '.heads', '.manifest', '.key.pub']) {
      const path = file(`flip${part}`)
      const bytes = readFileSync(path)
      const wrong = Buffer.from(bytes)
      wrong[Math.floor(wrong.length / 2)] ^= 1
      writeFileSync(path, wrong)
      const to = elsewhere()
      const r = await run(['restore', file('flip'), '--json'], to)
      assert.deepEqual([r.code, json(r).ok, json(r).code], [1, false, 'db.corrupt'], part)
      assert.ok(json(r).detail.includes(`flip${part}`))
      if (world.engine === 'sqlite') assert.equal(existsSync(to.file), false)
      else assert.equal(psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", to.name), '0')
      writeFileSync(path, bytes)
    }
    rmSync(file('flip.heads'))
    assert.equal((await run(['restore', file('flip'), '--json'], elsewhere())).code, 1)
  })

  test('without the key: it is not in the backup, what is restored verifies, and serves once the key is back', async () => {
    await world.server.stop() /* a stopped server's database is backed up as well */
    assert.equal((await run(['backup', file('keyless'), '--json'])).code, 0)
    await world.server.start()
    for (const key of ['.key', '.data-key']) assert.equal(existsSync(file(`keyless${key}`)), false)
    const to = elsewhere()
    const r = await run(['restore', file('keyless'), '--json'], to)
    assert.deepEqual([r.code, json(r).key], [0, false])
    assert.equal(existsSync(`${to.file}.key`), false)
    assert.equal((await run(['verify'], to)).code, 0)
    assert.equal((await run(['check', 'database', '--json'], to)).code, 2)
    for (const key of ['.key', '.data-key']) { /* one of the two is not enough */
      assert.equal((await run(['check', 'database', '--json'], to)).code, 2)
      writeFileSync(`${to.file}${key}`, readFileSync(`${world.database.file}${key}`), { mode: 0o600 })
    }
    assert.equal((await run(['check', 'database', '--json'], to)).code, 0)
  })

  test('a missing pg_dump is named', { skip: world.engine === 'sqlite' && 'SQLite needs no program' }, async () => {
    const r = await run(['backup', file('without'), '--json'], world.database, { env: { PATH: dir } })
    assert.deepEqual([r.code, json(r).code], [2, 'config.invalid'])
    assert.match(json(r).detail, /pg_dump is missing.*postgresql-client/)
    for (const part of ['', '.heads', '.key.pub', '.manifest']) assert.equal(existsSync(file(`without${part}`)), false, part)
  })

  test('errors of the command line are JSON too when that was asked for', async () => {
    for (const args of [['verify', '--json', '--nonsense'], ['nonsense', '--json'], ['import', '--json'], ['user', '--json']]) {
      const r = await command(args, { at: world.server.now() })
      assert.deepEqual([r.code, json(r).ok, json(r).code], [2, false, 'config.invalid'], args.join(' '))
    }
  })

  test('passwords set from the shell keep the same rules', async () => {
    for (const bad of ['short', 'password1234', 'wanggong2026']) {
      const r = await run(['user', 'add', 'wanggong', '--json'], world.database, { input: `${bad}\n` })
      assert.deepEqual([r.code, json(r).code], [2, 'input.invalid'], bad)
    }
    assert.equal((await run(['user', 'add', 'wanggong', '--json'], world.database, { input: 'Qing-Shan-7-hao\n' })).code, 0)
    assert.equal(json(await run(['user', 'password', 'wanggong', '--json'], world.database, { input: 'wanggong12345\n' })).code, 'input.invalid')
    assert.equal((await run(['user', 'password', 'wanggong'], world.database, { input: 'Lv-Shui-8-hao\n' })).code, 0)
  })

  test('init beside the signed heads of a database that is gone is refused', async () => {
    const to = elsewhere()
    writeFileSync(`${to.file}.heads`, readFileSync(`${world.database.file}.heads`))
    const r = await run(['init', '--profile', 'donghua', '--empty', '--json'], to)
    assert.deepEqual([r.code, json(r).code], [2, 'config.invalid'])
    assert.match(json(r).detail, /heads of an earlier database/)
    assert.ok(readFileSync(`${to.file}.heads`).length > 0)
    if (world.engine === 'sqlite') assert.equal(existsSync(to.file), false)
  })
})
