/* What every test file starts from: forEachDatabase() runs its tests on SQLite and on PostgreSQL against the real binary, with a
 * client generated from the contract. Every exchange goes through exchange(), which checks the reply against the contract. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, describe } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import createClient from '../web/node_modules/openapi-fetch/dist/index.mjs'
import { checkReply, PROBLEMS, ROOT } from './lib/contract.mjs'
import { copy, drop, ENGINES, template } from './lib/databases.mjs'
import { command, PASSWORD, Server, STARTS } from './lib/server.mjs'
import { freshPhoto, sha256 } from './lib/jpeg.mjs'

export { PASSWORD, START } from './lib/server.mjs'
export { freshPhoto, jpeg, sha256 } from './lib/jpeg.mjs'

/** @typedef {import('../web/node_modules/openapi-fetch/dist/index.d.mts').Client<import('../web/src/shared/api/schema.gen.ts').paths>} Api */

/* ---- exchanges ---- */

let addresses = 0
const newAddress = () => `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses++ & 255}`

/**
 * Sends a request, checks the reply against the contract and gives it with its body read.
 * @param {string} url
 * @param {RequestInit & { from?: string | null }} init  from: the client's address, null for the real one
 */
export async function exchange(url, { from, ...init } = {}) {
  const headers = new Headers(init.headers)
  if (from !== null) headers.set('X-Forwarded-For', from ?? newAddress())
  const response = await fetch(url, { redirect: 'manual', ...init, headers })
  const bytes = Buffer.from(await response.arrayBuffer())
  const reply = { status: response.status, headers: response.headers, bytes, text: bytes.toString() }
  checkReply(init.method ?? 'GET', decodeURI(new URL(url).pathname), reply)
  return reply
}

/** The caller of one server: `api` typed by the contract, `send` for what the contract does not describe. */
export class Caller {
  /** @param {Server} server */
  constructor(server, { token, from, headers = {} } = {}) {
    this.server = server
    this.token = token
    this.from = from
    this.headers = { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers }
    /** @type {Api} */
    this.api = createClient({
      baseUrl: 'http://server.invalid',
      headers: this.headers,
      fetch: async (request) => {
        const { pathname, search } = new URL(request.url)
        const body = ['GET', 'HEAD'].includes(request.method) ? undefined : Buffer.from(await request.arrayBuffer())
        const reply = await exchange(server.url + pathname + search, {
          method: request.method, headers: request.headers, body: body?.length ? body : undefined, from: this.from,
        })
        return new Response([204, 205, 304].includes(reply.status) ? null : reply.bytes, reply)
      },
    })
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) this[method] = this.api[method]
  }

  /** As another caller of the same kind, with more headers. */
  with(headers) {
    return new Caller(this.server, { token: this.token, from: this.from, headers: { ...this.headers, ...headers } })
  }

  /** A request by hand: body as text or bytes, reply unread. */
  send(method, path, { headers = {}, body } = {}) {
    return exchange(this.server.url + path, { method, headers: { ...this.headers, ...headers }, body, from: this.from })
  }

  /** Sends a photo; gives its SHA-256. */
  async upload(bytes = freshPhoto()) {
    const name = sha256(bytes)
    const reply = await this.send('PUT', `/api/blobs/${name}`, { headers: { 'Content-Type': 'application/octet-stream' }, body: bytes })
    assert.equal(reply.status, 200, reply.text)
    return name
  }
}

/** The body of a good answer. */
export async function ok(asked, status) {
  const { data, error, response } = await asked
  assert.ok(response.ok, `expected success, got ${response.status} ${JSON.stringify(error)}`)
  if (status) assert.equal(response.status, status)
  return data
}

/** The problem of a refusal, whose code and documented status it must have. */
export async function refused(asked, code) {
  const { data, error, response } = await asked
  assert.ok(!response.ok, `expected ${code}, got ${response.status} ${JSON.stringify(data)?.slice(0, 300)}`)
  assert.equal(error.code, code, JSON.stringify(error))
  assert.equal(response.status, PROBLEMS.get(code).status)
  return error
}

/** What has not ended after this will not; far above what anything takes on a busy machine. */
export const HANGS_MS = 1_200_000

/** Asks again until `good` says yes; no other way of waiting is used in the tests. */
export async function until(what, ask, good = Boolean, limit = 60_000) {
  const deadline = Date.now() + limit
  for (;;) {
    const got = await ask()
    if (good(got)) return got
    if (Date.now() > deadline) throw new Error(`${what}: not within ${limit} ms; last seen ${JSON.stringify(got)?.slice(0, 400)}`)
    await wait(20)
  }
}

/* ---- templates ---- */

const NAMED = ['admin', 'security', 'auditor', 'center', 'street', 'leader1', 'member1', 'dept1', 'inspector1']
export const NEW_PASSWORD = 'Guo-Yuan-7-lu'

/** A colleague beyond the named ones: the password changed as at a first sign-in. */
export async function addPerson(server, tokens, login, post) {
  const admin = new Caller(server, { token: tokens.admin })
  const security = new Caller(server, { token: tokens.security })
  const account = await ok(admin.POST('/api/accounts', { body: { login, name: `测试${login}`, phone: '13800000000', password: PASSWORD } }), 201)
  await ok(security.POST('/api/accounts/{id}/posts', { params: { path: { id: account.id } }, body: post }), 201)
  const first = await ok(new Caller(server).POST('/api/session', { body: { login, password: PASSWORD } }), 201)
  const person = new Caller(server, { token: first.token })
  await ok(person.POST('/api/me/password', { body: { old: PASSWORD, new: NEW_PASSWORD } }), 204)
  tokens[login] = first.token
}

/** Signs everybody in and adds a second member and a second department, so that scopes can be told apart. */
async function prepare(database, time) {
  const server = await new Server(database, `template-${database.engine}`).start({ at: time })
  const tokens = {}
  for (const login of NAMED) {
    const session = await ok(new Caller(server).POST('/api/session', { body: { login, password: PASSWORD } }), 201)
    tokens[login] = session.token
  }
  const center = new Caller(server, { token: tokens.center })
  const mine = await ok(new Caller(server, { token: tokens.member1 }).GET('/api/me'))
  const places = await ok(center.GET('/api/places', { params: { query: { under: '530103003', kind: 'grid', geometry: 'geojson' } } }))
  const grids = []
  for (const p of places.items) grids.push({ code: p.code, name: p.name, geometry: p.geometry, inside: inside(p) })
  const home = mine.scope.places[0]
  const other = grids.find((g) => !g.code.startsWith(home.slice(0, 12))).code
  const departments = (await ok(center.GET('/api/catalogue'))).departments.map((d) => d.code)
  const first = (await ok(new Caller(server, { token: tokens.dept1 }).GET('/api/me'))).scope.departments[0]
  await addPerson(server, tokens, 'member-b', { role: 'member', place: other })
  await addPerson(server, tokens, 'dept-b', { role: 'department', department: departments.find((d) => d !== first) })
  await server.stop()
  writeFileSync(join(database.dir, 'facts.json'), JSON.stringify({ tokens, grids, home, other, departments, department: first }))
}

function ringHolds([x, y], ring) {
  let odd = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]
    const [xj, yj] = ring[j]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd
  }
  return odd
}

/** A point well inside a place: of a raster over its outline the one farthest from all corners. */
function inside(p) {
  const ring = p.geometry.type === 'Polygon' ? p.geometry.coordinates[0] : p.geometry.coordinates[0][0]
  const [xs, ys] = [ring.map((c) => c[0]), ring.map((c) => c[1])]
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  let best = null
  for (let i = 1; i < 40; i++)
    for (let k = 1; k < 40; k++) {
      const at = [west + ((east - west) * i) / 40, south + ((north - south) * k) / 40]
      if (!ringHolds(at, ring)) continue
      const far = Math.min(...ring.map((c) => Math.hypot(c[0] - at[0], c[1] - at[1])))
      if (!best || far > best.far) best = { at, far }
    }
  return best.at.map((n) => Number(n.toFixed(7)))
}

/* ---- worlds ---- */

/** A server with data of its own. */
export class World {
  constructor(engine, name, { data = 'empty', ...how } = {}) {
    Object.assign(this, { engine, name, data, how })
  }

  async open() {
    const from = await template(this.engine, this.data, prepare)
    this.facts = JSON.parse(readFileSync(join(from.dir, 'facts.json'), 'utf8'))
    this.database = copy(from)
    this.server = new Server(this.database, `${basename(process.argv[1] ?? 'test', '.test.mjs')}-${this.name}-${this.engine}`, this.how)
    if (this.how.start !== false) await this.server.start({ at: STARTS[this.data] })
    return this
  }

  async close() {
    await this.server?.stop()
    drop(this.database)
  }

  /** Somebody with a session that the template opened. */
  as(login) {
    assert.ok(this.facts.tokens[login], `no session for ${login}`)
    return new Caller(this.server, { token: this.facts.tokens[login] })
  }

  anyone(options) {
    return new Caller(this.server, options)
  }

  async signIn(login, password = PASSWORD) {
    const session = await ok(this.anyone().POST('/api/session', { body: { login, password } }), 201)
    return new Caller(this.server, { token: session.token })
  }

  grid(code = this.facts.home) {
    return this.facts.grids.find((g) => g.code === code)
  }

  /** What a report needs, in member1's grid unless told otherwise. */
  report(more = {}, grid = this.facts.home) {
    const [lon, lat] = this.grid(grid).inside
    return { category: '06010', text: '单元门口堆放垃圾', lon, lat, ...more }
  }

  /** `wangge COMMAND` on this world's database. */
  command(...args) {
    return command([...args, '--db', this.database.url], { at: this.server.now(), env: this.database.env })
  }

  async verify() {
    const { code, stdout, stderr } = await this.command('verify', '--json')
    assert.ok(code < 2, `verify could not run: ${stdout} ${stderr}`)
    const report = JSON.parse(stdout)
    assert.equal(code === 0, report.ok)
    return report
  }
}

/**
 * @param {string} name
 * @param {(world: World) => void} define declares the tests
 * @param {object} [how] data: 'empty' or 'demo'; args, env, wrap of the server; start: false
 */
export function forEachDatabase(name, define, how = {}) {
  for (const engine of how.engines ?? ENGINES)
    describe(`${name} [${engine}]`, { timeout: HANGS_MS }, () => {
      const world = new World(engine, name, how)
      before(() => world.open())
      after(() => world.close())
      define(world)
    })
}

export { command, ENGINES, ROOT, Server }
