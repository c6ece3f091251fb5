/* Live updates: the server's event stream only says *that* something changed; whoever shows it reads again through the
 * normal route. One stream per page. After every connection all listeners are poked once, since what changed before it
 * was open, or while it was lost, was told to nobody here: also after the first one, which those who read at once are ahead of. */
import { onScopeDispose, readonly, shallowRef } from 'vue'
import { backoff } from './backoff'

export interface Poke {
  /** What changed: `case`, `place` …; `*` after a connection. */
  topic: string
  /** Which one, where the server says so. */
  id: string | null
}
type Listener = (poke: Poke) => void

const address = '/api/stream'
const quietMs = 75_000
const listeners = new Set<Listener>()
const wait = backoff(1_000, 60_000)
const connected = shallowRef(false)

let source: EventSource | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let quiet: ReturnType<typeof setTimeout> | undefined
let wanted = false

export const liveConnected = readonly(connected)

function tell(poke: Poke): void {
  for (const listener of listeners) listener(poke)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function word(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null
}

/** `{"topic":"case","action":"case.dispatched","id":17,…}`; id 0 means no single one. */
export function decodePoke(data: string): Poke {
  let body: unknown = null
  try {
    body = JSON.parse(data)
  } catch { /* something changed: read again */ }
  const is = isRecord(body) ? body : {}
  const id = word(is['id'])
  return { topic: word(is['topic']) ?? '*', id: id === '0' ? null : id }
}

function stillAlive(): void {
  clearTimeout(quiet)
  quiet = setTimeout(reconnect, quietMs)
}

function reconnect(): void {
  drop()
  if (wanted) timer = setTimeout(connect, wait.next())
}

function drop(): void {
  clearTimeout(timer)
  clearTimeout(quiet)
  source?.close()
  source = null
  connected.value = false
}

function connect(): void {
  drop()
  const mine = new EventSource(address, { withCredentials: true })
  source = mine
  mine.onopen = () => {
    connected.value = true
    wait.reset()
    stillAlive()
    tell({ topic: '*', id: null })
  }
  mine.onerror = () => {
    if (source === mine) reconnect()
  }
  const heard = (event: MessageEvent<string>): void => {
    stillAlive()
    if (event.type === 'change') tell(decodePoke(event.data))
  }
  mine.addEventListener('change', heard)
  mine.addEventListener('ping', heard)
}

function wake(): void {
  if (!wanted || document.visibilityState === 'hidden') return
  if (source?.readyState === EventSource.OPEN) return
  wait.reset()
  connect()
}

export function startLive(): void {
  if (wanted) return
  wanted = true
  addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  connect()
}

export function stopLive(): void {
  wanted = false
  removeEventListener('online', wake)
  document.removeEventListener('visibilitychange', wake)
  drop()
}

/** Calls back, at most once in `restMs`, when the topic (and id, if given) changed. Ends with the caller's scope. */
export function onPoke(topic: string, act: () => void, options: { id?: () => string | null, restMs?: number } = {}): void {
  const restMs = options.restMs ?? 400
  let due: ReturnType<typeof setTimeout> | undefined
  const listener: Listener = (poke) => {
    if (poke.topic !== '*' && poke.topic !== topic) return
    const mine = options.id?.() ?? null
    if (mine !== null && poke.id !== null && poke.id !== mine) return
    if (due === undefined) {
      due = setTimeout(() => {
        due = undefined
        act()
      }, restMs)
    }
  }
  listeners.add(listener)
  onScopeDispose(() => {
    listeners.delete(listener)
    clearTimeout(due)
  })
}

/** For those that live as long as the page (the outbox). */
export function onAnyPoke(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
