/* Databases for tests. `wangge init` runs once per binary and engine; each test file then gets a copy: of the SQLite file, or by
 * CREATE DATABASE … TEMPLATE. The copies come with keys, signed heads and open sessions of the demo accounts. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ROOT } from './contract.mjs'
import { BINARY, command, EARLIER, MAKER, STARTS } from './server.mjs'

const DATA = join(ROOT, 'build/test-data')
const PG = process.env.WANGGE_TEST_PG

export const ENGINES = PG ? ['sqlite', 'postgres'] : ['sqlite']
if (!PG) console.error('WANGGE_TEST_PG is not set: NOTHING IS TESTED ON POSTGRESQL')

function walk(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path).flatMap((name) => walk(join(path, name)))
}

/** Changes with the binary, the profile, the calendar, and what this file makes of them. */
function edition() {
  const h = createHash('sha256')
  for (const f of [BINARY, MAKER, ...walk(join(ROOT, 'profiles/donghua')), ...walk(join(ROOT, 'profiles/common')), ...walk(join(ROOT, 'data')), ...walk(join(ROOT, 'tests/lib'))]) {
    const s = statSync(f)
    h.update(`${f} ${s.size} ${s.mtimeMs}\n`)
  }
  return h.digest('hex').slice(0, 12)
}

const EDITION = edition()

const pgUrl = (name) => PG.replace(/^(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`)

/** The program itself: Debian's `psql` is a script that looks for it. */
const PSQL = ['/usr/lib/postgresql/15/bin/psql'].find((path) => existsSync(path)) ?? 'psql'

export function psql(sql, name = 'postgres') {
  return execFileSync(PSQL, [pgUrl(name), '-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', sql], { encoding: 'utf8' }).trim()
}

/** One maker at a time, also among processes. A lock whose owner is gone is taken over. */
async function exclusively(name, work) {
  const path = join(DATA, `${name}.lock`)
  mkdirSync(DATA, { recursive: true })
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST' || tries > 6000) throw error
      const owner = existsSync(path) && readFileSync(path, 'utf8')
      if (owner && !existsSync(`/proc/${owner}`)) rmSync(path, { force: true })
      else await wait(50)
    }
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

/** Copies whose test was killed before it could drop them. */
function sweep() {
  for (const name of readdirSync(DATA)) {
    const owner = /^(?:run-t_|\.part-)(\d+)/.exec(name)?.[1]
    if (owner && !existsSync(`/proc/${owner}`)) rmSync(join(DATA, name), { recursive: true, force: true })
  }
}

/** @typedef {{ engine: string, dir: string, name: string, url: string, env: object, file: string }} Database
 *  `file` + ".key", ".heads" … lie beside the database. */

/** @returns {Database} */
function place(engine, dir, name) {
  if (engine === 'sqlite') return { engine, dir, name, url: join(dir, 'wangge.db'), file: join(dir, 'wangge.db'), env: {} }
  return { engine, dir, name, url: pgUrl(name), file: join(dir, 'wangge'), env: { WANGGE_DATA_DIR: dir } }
}

/**
 * The template of a kind of data, made if it is not there yet.
 * @param {'empty' | 'demo'} kind of data
 * @param {(database: Database) => Promise<void>} prepare once after init
 */
export async function template(engine, kind, prepare) {
  const cluster = engine === 'postgres' ? `-${createHash('sha256').update(PG).digest('hex').slice(0, 8)}` : ''
  const dir = join(DATA, `template-${kind}-${engine}${cluster}-${EDITION}`)
  const name = `template_${kind}_${EDITION}`

  await exclusively(`${kind}-${engine}`, async () => {
    const there = engine === 'sqlite' || psql(`SELECT count(*) FROM pg_database WHERE datname = '${name}'`) === '1'
    if (existsSync(dir) && there) return
    sweep()
    for (const old of readdirSync(DATA)) if (old.startsWith(`template-${kind}-${engine}`)) rmSync(join(DATA, old), { recursive: true })
    const part = join(DATA, `.part-${process.pid}-${kind}-${engine}`)
    rmSync(part, { recursive: true, force: true })
    mkdirSync(part, { recursive: true })
    if (engine === 'postgres') {
      psql(`DROP DATABASE IF EXISTS ${name}`)
      psql(`CREATE DATABASE ${name} TEMPLATE template0`)
    }
    const database = place(engine, part, name)
    const args = ['init', '--profile', 'donghua', '--db', database.url, '--quiet', ...(kind === 'empty' ? ['--empty'] : [])]
    const made = await command(args, { at: STARTS[kind] - EARLIER, env: database.env, binary: kind === 'demo' ? MAKER : BINARY })
    if (made.code !== 0) throw new Error(`wangge init on ${engine}: ${made.stderr}`)
    await prepare(database, STARTS[kind] - EARLIER)
    renameSync(part, dir)
  })
  return place(engine, dir, name)
}

let copies = 0

/** A database of another profile with its demo, made for this test alone by the quick binary; a password that the tests know. */
export async function fresh(engine, profile, at) {
  const name = `t_${process.pid}_${copies++}`
  const dir = join(DATA, `run-${name}`)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  if (engine === 'postgres') psql(`CREATE DATABASE ${name} TEMPLATE template0`)
  const database = place(engine, dir, name)
  const made = await command(['init', '--profile', profile, '--db', database.url, '--quiet'], { at, env: database.env, binary: MAKER })
  if (made.code !== 0) throw new Error(`wangge init --profile ${profile} on ${engine}: ${made.stderr}`)
  return database
}

/** A copy of a template that nobody else has. */
export function copy(from) {
  const name = `t_${process.pid}_${copies++}`
  const dir = join(DATA, `run-${name}`)
  rmSync(dir, { recursive: true, force: true })
  cpSync(from.dir, dir, { recursive: true })
  if (from.engine === 'postgres') {
    psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    psql(`CREATE DATABASE ${name} TEMPLATE ${from.name}`)
  }
  return place(from.engine, dir, name)
}

export function drop(database) {
  if (database.engine === 'postgres') psql(`DROP DATABASE IF EXISTS ${database.name} WITH (FORCE)`)
  rmSync(database.dir, { recursive: true, force: true })
}

/** Straight into the database, past the program: what a forger or a look from outside does. Rows as lines, columns by '|'. */
export function sql(database, text) {
  if (database.engine === 'postgres') return psql(text, database.name)
  return execFileSync('sqlite3', ['-batch', '-bail', '-cmd', '.timeout 10000', database.file, text], { encoding: 'utf8' }).trim()
}
