/* The outbox: everything reported or done goes through here, on line and off. One sender per device (Web Lock, a lease
 * row where there are no locks). An operation is done only against the server's receipt; what the server refused is kept
 * and shown until the person decides. */
import { computed, shallowReadonly, shallowRef } from 'vue'
import { api, asProblem, ok, Problem, uuidv7 } from '@/shared/api'
import { uploadBlob } from '@/shared/photo/upload'
import { openStore, store } from './db'
import type { NewOp, Op, OpPhoto, OpReceipt } from './op'
import { unsent } from './op'
import { delayAfter, nextOp, wakeAt } from './plan'

const keepDone = 30
const tickMs = 30_000
const leaseMs = 60_000

const held = shallowRef<readonly Op[]>([])
/** Photo being sent: how far it is. */
const progress = shallowRef<{ op: string, photo: number, photos: number } | null>(null)
const paused = shallowRef(false)

export const ops = shallowReadonly(held)
export const sendingPhotos = shallowReadonly(progress)
/** Waiting for the person to sign in again. */
export const outboxPaused = shallowReadonly(paused)
export const unsentCount = computed(() => held.value.filter(unsent).length)
export const rejectedCount = computed(() => held.value.filter((op) => op.state === 'rejected').length)

let account = 0
let lastSeq = 0
let timer: ReturnType<typeof setTimeout> | undefined
let ticking: ReturnType<typeof setInterval> | undefined
let again = false
let others: BroadcastChannel | null = null

async function refresh(): Promise<void> {
  const db = await store()
  held.value = await db.getAllFromIndex('ops', 'seq')
}

async function save(op: Op): Promise<void> {
  const db = await store()
  await db.put('ops', op)
  await refresh()
  others?.postMessage(account)
}

function fresh(is: NewOp): Op {
  lastSeq = Math.max(lastSeq + 1, Date.now())
  const id = uuidv7()
  return {
    ...is, id, seq: lastSeq, entity: is.kind === 'case.create' ? id : `case:${is.case_id}`, after: [],
    at_device: new Date().toISOString(), state: 'queued', tries: 0, next_at: 0, last_problem: null, receipt: null,
  }
}

/** Stores the operation and its photos in one transaction; from then on it cannot get lost. */
export async function enqueue(is: NewOp, blobs: readonly { sha256: string, blob: Blob }[]): Promise<Op> {
  const db = await store()
  const op = fresh(is)
  const tx = db.transaction(['ops', 'blobs'], 'readwrite')
  await Promise.all([
    ...blobs.map(({ sha256, blob }) => tx.objectStore('blobs').put({ sha256, blob, sent: false })),
    tx.objectStore('ops').put(op),
    tx.done,
  ])
  await refresh()
  others?.postMessage(account)
  void flush()
  return op
}

async function sendPhotos(op: Op): Promise<void> {
  const db = await store()
  for (const [n, photo] of op.photos.entries()) {
    const row = await db.get('blobs', photo.sha256)
    if (!row || row.sent) continue
    progress.value = { op: op.id, photo: n + 1, photos: op.photos.length }
    await uploadBlob(photo.sha256, row.blob)
    await db.put('blobs', { ...row, sent: true })
  }
}

async function perform(op: Op): Promise<OpReceipt> {
  const headers = { 'Idempotency-Key': op.id }
  if (op.kind === 'case.create') {
    const made = await ok(api.POST('/api/cases', { body: op.body, headers }))
    return { caseId: made.id, number: made.number, hash: made.hash }
  }
  const after = await ok(api.POST('/api/cases/{id}/actions', { params: { path: { id: op.case_id } }, body: op.body, headers }))
  return { caseId: after.item.id, number: after.item.number, hash: after.steps.at(-1)?.hash ?? '' }
}

async function dropBlobs(photos: readonly OpPhoto[], except: string): Promise<void> {
  const db = await store()
  const wanted = new Set(held.value.filter((op) => op.id !== except && unsent(op)).flatMap((op) => op.photos.map((p) => p.sha256)))
  await Promise.all(photos.filter((p) => !wanted.has(p.sha256)).map((p) => db.delete('blobs', p.sha256)))
}

async function forgetOld(): Promise<void> {
  const db = await store()
  const done = held.value.filter((op) => op.state === 'done')
  await Promise.all(done.slice(0, Math.max(0, done.length - keepDone)).map((op) => db.delete('ops', op.id)))
}

/** One operation; false when it makes no sense to go on now. */
async function sendOne(op: Op): Promise<boolean> {
  await save({ ...op, state: 'sending' })
  try {
    await sendPhotos(op)
    const receipt = await perform(op)
    await save({ ...op, state: 'done', receipt, last_problem: null })
    await dropBlobs(op.photos, op.id)
    await forgetOld()
    return true
  } catch (error) {
    const problem = asProblem(error)
    return await putBack(op, problem)
  } finally {
    progress.value = null
  }
}

async function putBack(op: Op, problem: Problem): Promise<boolean> {
  const last_problem = { code: problem.code, status: problem.status, ...problem.inBoth, at: Date.now(), fields: problem.fields.map((f) => ({ ...f })) }
  const tries = op.tries + 1
  if (problem.status === 401) {
    paused.value = true
    await save({ ...op, state: 'queued', last_problem })
    return false
  }
  if (problem.code === 'blob.missing' && tries <= 3) {
    const db = await store()
    for (const photo of op.photos) {
      const row = await db.get('blobs', photo.sha256)
      if (row) await db.put('blobs', { ...row, sent: false })
    }
    await save({ ...op, state: 'queued', tries, next_at: Date.now() + delayAfter(tries, Math.random()), last_problem })
    return true
  }
  if (problem.passing) {
    const wait = Math.max(problem.retryAfterMs ?? 0, delayAfter(tries, Math.random()))
    await save({ ...op, state: 'queued', tries, next_at: Date.now() + wait, last_problem })
    return problem.status !== 0
  }
  await save({ ...op, state: 'rejected', tries, last_problem })
  return true
}

async function sendAll(): Promise<void> {
  await refresh()
  for (;;) {
    const op = nextOp(held.value, Date.now())
    if (!op || paused.value || !navigator.onLine) break
    if (!await sendOne(op)) break
  }
  clearTimeout(timer)
  const at = wakeAt(held.value)
  if (at !== null && !paused.value) timer = setTimeout(() => void flush(), Math.max(1_000, at - Date.now()))
}

async function withLease(act: () => Promise<void>): Promise<void> {
  const db = await store()
  const me = uuidv7()
  const tx = db.transaction('meta', 'readwrite')
  const row = await tx.store.get('lease')
  const free = !row || Number(String(row.value).split('|')[0]) < Date.now()
  if (free) await tx.store.put({ key: 'lease', value: `${Date.now() + leaseMs}|${me}` })
  await tx.done
  if (!free) return
  try {
    await act()
  } finally {
    await db.delete('meta', 'lease')
  }
}

let running: Promise<void> | null = null

/** Sends what may be sent. Cheap to call at any time; resolves when this round is over. */
export function flush(): Promise<void> {
  if (!account) return Promise.resolve()
  if (running) {
    again = true
    return running
  }
  const round = async (): Promise<void> => {
    do {
      again = false
      if (navigator.locks) {
        await navigator.locks.request(`wangge-outbox-${account}`, { ifAvailable: true }, async (lock) => {
          if (lock) await sendAll()
        })
      } else {
        await withLease(sendAll)
      }
    } while (again)
  }
  running = round().finally(() => {
    running = null
  })
  return running
}

/** A refused operation once more, as a new intention (its old key would only bring the old answer). */
export async function retryOp(op: Op): Promise<void> {
  const db = await store()
  await db.delete('ops', op.id)
  const id = uuidv7()
  await save({ ...op, id, entity: op.kind === 'case.create' ? id : op.entity, state: 'queued', tries: 0, next_at: 0, last_problem: null })
  void flush()
}

export async function deleteOp(op: Op): Promise<void> {
  const db = await store()
  await dropBlobs(op.photos, op.id)
  await db.delete('ops', op.id)
  await refresh()
  others?.postMessage(account)
}

export function findOp(id: string): Op | null {
  return held.value.find((op) => op.id === id) ?? null
}

export async function opBlobs(op: Op): Promise<{ sha256: string, blob: Blob }[]> {
  const db = await store()
  const rows = await Promise.all(op.photos.map((p) => db.get('blobs', p.sha256)))
  return rows.flatMap((row) => (row ? [{ sha256: row.sha256, blob: row.blob }] : []))
}

/** All waits end: the network or the session is back. */
async function hurry(): Promise<void> {
  if (!account) return
  const db = await store()
  await refresh()
  for (const op of held.value) {
    if (op.state === 'queued' && op.next_at > Date.now()) await db.put('ops', { ...op, next_at: 0 })
  }
  await flush()
}

export function resumeOutbox(): void {
  paused.value = false
  void hurry()
}

function seen(): void {
  if (document.visibilityState === 'visible') void flush()
}
function online(): void {
  void hurry()
}

export async function startOutbox(accountId: number): Promise<void> {
  account = accountId
  paused.value = false
  await openStore(accountId)
  await refresh()
  addEventListener('online', online)
  document.addEventListener('visibilitychange', seen)
  if (!others && typeof BroadcastChannel !== 'undefined') {
    others = new BroadcastChannel('wangge-outbox')
    others.onmessage = (event: MessageEvent<unknown>) => {
      if (event.data === account) void refresh()
    }
  }
  clearInterval(ticking)
  ticking = setInterval(() => void flush(), tickMs)
  await navigator.storage?.persist?.().catch(() => false)
  void flush()
}

export function stopOutbox(): void {
  account = 0
  held.value = []
  clearInterval(ticking)
  clearTimeout(timer)
  removeEventListener('online', online)
  document.removeEventListener('visibilitychange', seen)
}
