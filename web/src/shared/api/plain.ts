/* One request without the general client: patience, language, problems. For the residents' pages and for blobs. */
import { locale } from '@/shared/i18n'
import { asProblem, Problem, problemFrom } from './problem'

const patienceMs = 20_000

export interface Asked extends RequestInit { patienceMs?: number, headers: Record<string, string> }

/** The body of a good answer; anything else is thrown as a Problem. */
export async function ask<T>(address: string, asked: Asked): Promise<T> {
  const hurry = new AbortController()
  const timer = setTimeout(() => hurry.abort(new DOMException('slow', 'TimeoutError')), asked.patienceMs ?? patienceMs)
  asked.signal?.addEventListener('abort', () => hurry.abort())
  let answer: Response
  try {
    answer = await fetch(address, {
      ...asked, credentials: 'same-origin', signal: hurry.signal, headers: { 'Accept-Language': locale.value, ...asked.headers },
    })
  } catch (error) {
    throw asProblem(error)
  } finally {
    clearTimeout(timer)
  }
  const body: unknown = await answer.json().catch(() => null)
  if (!answer.ok) throw problemFrom(answer, body)
  if (body === null) throw new Problem({ status: 0, code: 'net.garbled' })
  return body as T
}
