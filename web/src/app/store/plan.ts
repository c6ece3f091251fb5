/* Which operation may go next: in order per entity, not before what it depends on, not before its waiting time. A refused
 * one stops its own entity only. 'sending' counts as queued: whoever asks holds the lock, so it was killed while sending;
 * whether it arrived is unknown, and its key makes asking again harmless. */
import type { Op } from './op'

export function nextOp(ops: readonly Op[], nowMs: number): Op | null {
  const held = new Set<string>()
  const done = new Set(ops.filter((op) => op.state === 'done').map((op) => op.id))
  const known = new Set(ops.map((op) => op.id))
  for (const op of [...ops].sort((a, b) => a.seq - b.seq)) {
    if (op.state === 'done') continue
    const free = !held.has(op.entity)
    held.add(op.entity)
    if (op.state === 'rejected' || !free || op.next_at > nowMs) continue
    if (op.after.some((id) => known.has(id) && !done.has(id))) continue
    return op
  }
  return null
}

/** When to look again although nothing happened; null when nothing waits. */
export function wakeAt(ops: readonly Op[]): number | null {
  const waiting = ops.filter((op) => op.state === 'queued' || op.state === 'sending').map((op) => op.next_at)
  return waiting.length ? Math.min(...waiting) : null
}

const firstMs = 2_000
const mostMs = 300_000

/** 2 s, 4 s … 5 min, with jitter. */
export function delayAfter(tries: number, random: number): number {
  return Math.round(Math.min(mostMs, firstMs * 2 ** Math.max(0, tries - 1)) * (0.5 + random / 2))
}
