/* How a case's state and its deadline look: the same on every screen of the app. */
import type { CaseItem } from '@/shared/api'
import { endTone } from '@/shared/case/words'
import { formatLeft, toMs } from '@/shared/time'
import type { Tone } from '@/shared/ui/tone'

const soonMs = 8 * 3_600_000

export function stateTone(item: Pick<CaseItem, 'ended'>): Tone {
  return endTone(item, 'info')
}

export interface DueWord { tone: Tone, text: string }

/** 剩 5 小时, 超期 1 天; null once closed or without a limit. */
export function dueWord(item: Pick<CaseItem, 'due' | 'closed' | 'late'>, nowMs: number): DueWord | null {
  if (!item.due || item.closed) return null
  const left = toMs(item.due) - nowMs
  const tone: Tone = item.late || left < 0 ? 'danger' : left < soonMs ? 'warn' : 'idle'
  return { tone, text: formatLeft(item.due, nowMs) }
}
