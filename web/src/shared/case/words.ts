/* Words about cases of every flow that both faces of the staff say. */
import type { CaseItem, CaseRef, CaseView, Catalogue } from '@/shared/api'
import type { Tone } from '@/shared/ui/tone'
import { t } from './strings'

export const kinds = ['assignment', 'campaign', 'whistle', 'dispute', 'order', 'service', 'grading'] as const

/** What sort of thing it is; nothing for a plain event, which most are. */
export function kindName(kind: string): string {
  const known = kinds.find((k) => k === kind)
  return known ? t(`kind_${known}`) : ''
}

export const requests = ['extend', 'suspend', 'void'] as const
export function askedName(word: string): string {
  const known = requests.find((w) => w === word)
  return known ? t(`asked_${known}`) : t('askedOther')
}

/** A case that ended well, ended otherwise, or goes on (the caller says how that looks). */
export function endTone(item: Pick<CaseItem, 'ended'>, otherwise: Tone): Tone {
  return item.ended ? (item.ended === 'done' ? 'ok' : 'idle') : otherwise
}

/** ▲ 黄牌, ■ 红牌: the word with a shape, never the colour alone. */
export function cardWords(card: 'yellow' | 'red' | 'check' | undefined): { tone: Tone, text: string } | null {
  return card ? { tone: card === 'red' ? 'danger' : card === 'yellow' ? 'warn' : 'info', text: t(`card_${card}`) } : null
}

export function refTone(ref: CaseRef): Tone {
  return ref.final ? 'ok' : ref.late ? 'danger' : 'info'
}

export interface Mark { key: string, text: string, tone: Tone }

/** What is out of the ordinary with a case, in few words: for rows and heads. */
export function marksOf(item: CaseItem): readonly Mark[] {
  const kind = kindName(item.kind)
  return [
    ...(kind ? [{ key: 'kind', text: kind, tone: 'info' as const }] : []),
    ...(item.part ? [{ key: 'part', text: t('part'), tone: 'idle' as const }] : []),
    ...(item.voices > 1 ? [{ key: 'voices', text: t('voices', { n: item.voices }), tone: 'info' as const }] : []),
    ...(item.units > 1 ? [{ key: 'units', text: t('unitsN', { n: item.units }), tone: 'idle' as const }] : []),
    ...item.asked.map((word) => ({ key: `asked-${word}`, text: askedName(word), tone: 'warn' as const })),
    ...(item.supervised ? [{ key: 'supervised', text: t('supervisedN', { n: item.supervised }), tone: 'danger' as const }] : []),
    ...(item.urged ? [{ key: 'urged', text: t('urgedN', { n: item.urged }), tone: 'warn' as const }] : []),
  ]
}

/** The schema of a step's form, when the profile still has it. */
export function schemaOf(catalogue: Catalogue | null | undefined, name: string | undefined): unknown {
  return name === undefined ? undefined : catalogue?.forms.find((f) => f.name === name)?.schema
}

export function requestSchema(catalogue: Catalogue | null | undefined, view: CaseView, word: string): unknown {
  const step = view.steps.filter((s) => s.form !== undefined && view.requests.some((r) => r.word === word && r.at === s.at)).at(-1)
  return schemaOf(catalogue, step?.form_name)
}

/** 120 米, 1.2 公里 */
export function distanceWords(m: number): string {
  return m < 1000 ? t('metres', { n: m }) : t('kilometres', { n: (m / 1000).toFixed(1) })
}
