/* Every route × every role, from the contract itself: what a role's permissions allow is never refused for who asks, everything
 * else is 403, and 401 without a session. Arguments name nothing that exists, so that an allowed call harmlessly fails later. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { forEachDatabase, ROOT } from './harness.mjs'

const MATRIX = JSON.parse(execFileSync('python3', ['tools/contract.py', 'matrix'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 }))

/** One account per role. */
const ACCOUNTS = { system: 'admin', security: 'security', auditor: 'auditor', dispatcher: 'street', leader: 'leader1', member: 'member1',
  inspector: 'inspector1', department: 'dept1' }

const VALUES = { int: '999999', code: '530103003999', sha256: 'f'.repeat(64), text: 'nothing' }

/** These would end the session that the other calls need. */
const LAST = ['session_end']

function call(world, route, login) {
  const path = route.path.replace(/\{([a-z0-9]+)\}/g, (_, name) => {
    const param = route.params.find((p) => (Array.isArray(p) ? p[0] : p.name) === name)
    return VALUES[Array.isArray(param) ? param[1] : param.kind] ?? 'nothing'
  })
  const caller = login ? world.as(login) : world.anyone()
  const json = route.body !== null
  const body = json ? '{}' : route.raw ? 'x' : undefined
  const type = json ? { 'Content-Type': 'application/json' } : route.raw ? { 'Content-Type': 'application/octet-stream' } : {}
  if (route.name === 'stream_open') return streamStatus(world, caller)
  return caller.send(route.method, path, { headers: type, body })
}

/** A stream never ends: only its head is read. */
async function streamStatus(world, caller) {
  const stop = new AbortController()
  const response = await fetch(`${world.server.url}/api/stream`, { headers: caller.headers, signal: stop.signal })
  const reply = { status: response.status, text: response.status === 200 ? '' : await response.text() }
  stop.abort()
  return reply
}

const codeOf = (reply) => (reply.status >= 400 ? JSON.parse(reply.text).code : '')

test('the roles of the contract are those that are tried', () => {
  assert.deepEqual(MATRIX.roles.map((r) => r.name).sort(), Object.keys(ACCOUNTS).sort())
})

forEachDatabase('matrix', (world) => {
  const routes = [...MATRIX.routes.filter((r) => !LAST.includes(r.name)), ...MATRIX.routes.filter((r) => LAST.includes(r.name))]

  for (const [role, login] of Object.entries(ACCOUNTS))
    test(`${role} may do what the contract says, and nothing else`, async () => {
      for (const route of routes) {
        const reply = await call(world, route, login)
        const allowed = ['PUBLIC', 'SELF'].includes(route.permission) || route.roles.includes(role)
        const what = `${route.name}: ${reply.status} ${codeOf(reply)}`
        if (!allowed) assert.equal(codeOf(reply), 'auth.denied', what)
        else assert.ok(reply.status !== 401 || route.name === 'session_open', what)
        if (allowed) assert.notEqual(codeOf(reply), 'auth.denied', what)
        assert.ok(reply.status < 500, what)
      }
    })

  test('without a session only the public routes are open', async () => {
    for (const route of routes) {
      const reply = await call(world, route)
      if (route.permission === 'PUBLIC') assert.notEqual(codeOf(reply), 'auth.needed', route.name)
      else assert.equal(codeOf(reply), 'auth.needed', route.name)
    }
  })
})
