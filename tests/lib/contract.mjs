/* The contract as the tests hold the server to it: every reply is checked against api/openapi.json, and what was seen is written
 * down for tests/zz_coverage.test.mjs. The schema subset is the one that tools/contract_openapi.py writes. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const OPENAPI_TEXT = readFileSync(join(ROOT, 'api/openapi.json'), 'utf8')
export const OPENAPI = JSON.parse(OPENAPI_TEXT)

/** @typedef {{ name: string, method: string, path: string, match: RegExp, spec: any }} Operation */

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** @type {Operation[]} literal paths before those with a {name} at the same place */
export const OPERATIONS = Object.entries(OPENAPI.paths)
  .flatMap(([path, item]) =>
    METHODS.filter((m) => item[m]).map((m) => ({
      name: item[m].operationId,
      method: m.toUpperCase(),
      path,
      match: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
      spec: item[m],
    })),
  )
  .sort((a, b) => (a.path.replaceAll('{', '~') < b.path.replaceAll('{', '~') ? -1 : 1))

/** @type {Map<string, { status: number, zh: string, en: string }>} */
export const PROBLEMS = new Map(OPENAPI['x-problems'].map((p) => [p.name, p]))

export function operationOf(method, path) {
  const asked = method === 'HEAD' ? 'GET' : method
  return OPERATIONS.find((o) => o.method === asked && o.match.test(path))
}

function lookUp(ref) {
  return ref
    .slice(2)
    .split('/')
    .reduce((at, word) => at[word], OPENAPI)
}

const FORMATS = {
  'date-time': (s) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?\+08:00$/.test(s) && !Number.isNaN(Date.parse(s)),
  date: (s) => /^\d{4}-\d\d-\d\d$/.test(s) && !Number.isNaN(Date.parse(s)),
  uuid: (s) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(s),
  'uri-reference': (s) => /^[\x21-\x7e]+$/.test(s),
  int64: () => true,
  double: () => true,
  binary: () => true,
}

function typeFits(type, v) {
  if (type === 'integer') return Number.isInteger(v)
  if (type === 'array') return Array.isArray(v)
  if (type === 'object') return v !== null && typeof v === 'object' && !Array.isArray(v)
  if (type === 'null') return v === null
  return typeof v === type
}

function checkString(s, v, at, wrong) {
  const length = [...v].length
  if (s.minLength !== undefined && length < s.minLength) wrong.push(`${at}: shorter than ${s.minLength}`)
  if (s.maxLength !== undefined && length > s.maxLength) wrong.push(`${at}: longer than ${s.maxLength}`)
  if (s.pattern && !new RegExp(s.pattern, 'u').test(v)) wrong.push(`${at}: ${JSON.stringify(v)} does not match ${s.pattern}`)
  if (s.format && !(FORMATS[s.format] ?? (() => false))(v)) wrong.push(`${at}: ${JSON.stringify(v)} is no ${s.format}`)
}

/** What is wrong with a value, as `/pointer: sentence`. A member that the contract does not name is wrong too. */
export function differences(schema, v, at = '', wrong = []) {
  const s = schema.$ref ? lookUp(schema.$ref) : schema
  if (s.type && !typeFits(s.type, v)) wrong.push(`${at}: ${JSON.stringify(v)?.slice(0, 80)} is no ${s.type}`)
  else if (s.enum && !s.enum.includes(v)) wrong.push(`${at}: ${JSON.stringify(v)} is none of ${s.enum.join(' ')}`)
  else if (typeof v === 'string') checkString(s, v, at, wrong)
  else if (typeof v === 'number') {
    if (s.minimum !== undefined && v < s.minimum) wrong.push(`${at}: ${v} is below ${s.minimum}`)
    if (s.maximum !== undefined && v > s.maximum) wrong.push(`${at}: ${v} is above ${s.maximum}`)
  } else if (s.type === 'array') {
    if (s.minItems !== undefined && v.length < s.minItems) wrong.push(`${at}: fewer than ${s.minItems} items`)
    if (s.maxItems !== undefined && v.length > s.maxItems) wrong.push(`${at}: more than ${s.maxItems} items`)
    v.forEach((item, i) => differences(s.items ?? {}, item, `${at}/${i}`, wrong))
  } else if (s.type === 'object' && s.properties) {
    for (const name of s.required ?? []) if (!(name in v)) wrong.push(`${at}/${name}: missing`)
    for (const [name, value] of Object.entries(v)) {
      if (s.properties[name]) differences(s.properties[name], value, `${at}/${name}`, wrong)
      else wrong.push(`${at}/${name}: not in the contract`)
    }
  }
  return wrong
}

/* ---- what was seen ---- */

const seen = { routes: new Set(), problems: new Set() }
const folder = process.env.WANGGE_TEST_COVERAGE

if (folder) {
  process.on('exit', () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify({ routes: [...seen.routes], problems: [...seen.problems] }))
  })
}

/** For what is seen elsewhere than in an HTTP reply, e.g. a command's output. */
export const noteProblem = (code) => seen.problems.add(code)
/** For what is no exchange with an end: the stream. */
export const noteRoute = (name) => seen.routes.add(name)

/* ---- replies ---- */

/** Problems that any route may have without saying so; the OpenAPI's `default` answer stands for them. */
const ANYWHERE = new Set([
  'auth.needed', 'session.expired', 'account.password-must-change', 'request.malformed', 'request.timeout', 'method.not-allowed',
  'header.too-big', 'db.unavailable', 'db.busy', 'db.full', 'not-found',
])

function documented(op, status) {
  const r = op.spec.responses[status]
  return new Set((r?.$ref ? lookUp(r.$ref) : r)?.['x-problems'] ?? [])
}

function checkProblem(op, reply, wrong) {
  const problem = JSON.parse(reply.text)
  const known = PROBLEMS.get(problem.code)
  seen.problems.add(problem.code)
  differences(OPENAPI.components.schemas.Problem, problem, '', wrong)
  if (problem.status !== reply.status) wrong.push(`/status: ${problem.status} in a reply with ${reply.status}`)
  if (!known) return wrong.push(`/code: the contract does not know ${problem.code}`)
  if (known.status !== reply.status) wrong.push(`${problem.code} is documented with ${known.status}`)
  if (op && !ANYWHERE.has(problem.code) && !documented(op, reply.status).has(problem.code))
    wrong.push(`${problem.code} is not documented for ${op.name}`)
  if (problem.type !== `/problems/${problem.code}`) wrong.push(`/type: ${problem.type}`)
  if (problem.status === 429 || problem.status === 503) {
    if (!/^[1-9][0-9]*$/.test(reply.headers.get('retry-after') ?? '')) wrong.push(`Retry-After is ${reply.headers.get('retry-after')}`)
  }
}

const SECURITY = {
  'x-content-type-options': /^nosniff$/,
  'content-security-policy': /frame-ancestors 'none'/,
  'referrer-policy': /^(no-referrer|same-origin|strict-origin)/,
  'x-request-id': /^[0-9a-zA-Z-]{8,}$/,
  'cache-control': /./,
}

/**
 * Throws when a reply is not what the contract says.
 * @param {string} method
 * @param {string} path without the query
 * @param {{ status: number, headers: Headers, text: string, bytes: Buffer }} reply
 */
export function checkReply(method, path, reply) {
  const op = operationOf(method, path)
  const type = (reply.headers.get('content-type') ?? '').split(';')[0]
  /** @type {string[]} */
  const wrong = []

  for (const [name, fits] of Object.entries(SECURITY))
    if (!fits.test(reply.headers.get(name) ?? '')) wrong.push(`header ${name}: ${reply.headers.get(name)}`)
  const page = !op && reply.status === 404 && type === 'text/html' && !path.startsWith('/api/') // for people
  if (reply.status >= 400 && !page) {
    if (type !== 'application/problem+json') wrong.push(`a ${reply.status} of type ${type}`)
    else checkProblem(op, reply, wrong)
  } else if (op && reply.status !== 304) {
    const declared = op.spec.responses[reply.status]
    const content = declared?.content ?? {}
    if (!declared) wrong.push(`status ${reply.status} is not documented`)
    else if (reply.status === 204) {
      if (reply.bytes.length) wrong.push('a 204 with a body')
    } else if (method !== 'HEAD') {
      const wanted = Object.keys(content).find((t) => t.split(';')[0] === type)
      if (!wanted) wrong.push(`type ${type} instead of ${Object.keys(content)}`)
      else if (type === 'application/json' && content[wanted].schema) differences(content[wanted].schema, JSON.parse(reply.text), '', wrong)
    }
    seen.routes.add(op.name)
  }
  assert.deepEqual(wrong, [], `${method} ${path} → ${reply.status} ${reply.text.slice(0, 600)}`)
}
