/* How a case's facts are said: tone of its state, its due time, its channel, kinds of photos. */
import type { CaseItem, PhotoKind } from '@/shared/api'
import { endTone } from '@/shared/case/words'
import { formatLeft, formatWhen, toMs } from '@/shared/time'
import type { Tone } from '@/shared/ui/tone'
import { gridWords } from '../ui/words'
import { t } from './strings'

const soonMs = 24 * 3_600_000

/** Blue diamond: the centre has to do something. Ring: others have it. Disc: done. */
export function stateTone(item: Pick<CaseItem, 'ended' | 'holder'>): Tone {
  return endTone(item, item.holder.kind === 'dispatcher' ? 'info' : 'idle')
}

export interface DueWords { tone: Tone, text: string }

/** ■ 超期 2 天, ▲ 剩 5 小时, ● 剩 2 天; nothing before the clock starts. */
export function dueWords(item: CaseItem, nowMs: number): DueWords | null {
  if (item.closed) return item.late ? { tone: 'danger', text: t('lateTag') } : null
  if (!item.due) return item.late ? { tone: 'danger', text: t('lateTag') } : null
  if (item.ended) return null
  const left = toMs(item.due) - nowMs
  return { tone: item.late || left < 0 ? 'danger' : left < soonMs ? 'warn' : 'ok', text: formatLeft(item.due, nowMs) }
}

export function channelName(channel: CaseItem['channel']): string {
  return t(`channel_${channel}`)
}

export function photoKindName(kind: PhotoKind): string {
  return { scene: t('kindScene'), before: t('kindBefore'), after: t('kindAfter'), check: t('kindCheck') }[kind]
}

export function whereOf(item: CaseItem): string {
  return item.address?.trim() || gridOf(item)
}

/** 小龙路社区第1网格: the grid with its community, which some grids carry in their own name. */
export function gridOf(item: CaseItem): string {
  return gridWords(item.community_name, item.place_name)
}

export function closedWords(item: CaseItem, nowMs: number): string {
  return item.closed ? t('closedAt', { when: formatWhen(item.closed, nowMs) }) : ''
}
