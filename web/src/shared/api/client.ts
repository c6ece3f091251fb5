/* The one door to the server: a client typed by the generated schema. Every write carries an Idempotency-Key, because
 * Chromium itself repeats a POST whose answer was lost. Failures are thrown as Problem by `ok()`. */
import createClient, { type Middleware } from 'openapi-fetch'
import { locale } from '@/shared/i18n'
import { uuidv7 } from './ids'
import { asProblem, Problem, problemFrom } from './problem'
import type { paths } from './schema.gen'
import { sessionEnded } from './session-signal'

const patienceMs = 20_000
const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Waits so long for an answer: `api.POST(path, { …, fetch: patient(120_000) })` where the server has much to do. */
export function patient(waitMs: number): (request: Request) => Promise<Response> {
  return async (request) => {
    const hurry = new AbortController()
    const timer = setTimeout(() => hurry.abort(new DOMException('slow', 'TimeoutError')), waitMs)
    request.signal.addEventListener('abort', () => hurry.abort(request.signal.reason))
    try {
      return await fetch(request, { signal: hurry.signal })
    } finally {
      clearTimeout(timer)
    }
  }
}

const manners: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', locale.value)
    if (writes.has(request.method) && !request.headers.has('Idempotency-Key')) {
      request.headers.set('Idempotency-Key', uuidv7())
    }
    return request
  },
  onResponse({ request, response }) {
    if (response.status === 401 && !new URL(request.url).pathname.endsWith('/session')) sessionEnded()
  },
}

export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  fetch: patient(patienceMs),
  credentials: 'same-origin',
})
api.use(manners)

interface Answer<T> { data?: T, error?: unknown, response: Response }

/** `const page = await ok(api.GET('/api/cases', …))`: the body of a good answer, a thrown Problem for anything else. */
export async function ok<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await asked
  } catch (error) {
    throw asProblem(error)
  }
  if (!answer.response.ok) throw problemFrom(answer.response, answer.error)
  if (answer.data === undefined && answer.response.status !== 204 && answer.response.status !== 205) {
    throw new Problem({ status: 0, code: 'net.garbled' })
  }
  return answer.data as T
}
