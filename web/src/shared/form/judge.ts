/* A quick answer while somebody fills in a form: which fields are shown, what is missing or out of bounds. A small part of what
 * the server checks, in the same words; the server stays the judge. */
import { pick } from '@/shared/i18n'
import { isObject, type Extra, type Field, type Group, type Json, type JsonObject, type Limits, type Test } from './model'
import { t } from './strings'

export interface Fault { pointer: string, code: string, sentence: string }

export const step = (pointer: string, name: string | number): string => `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`

const lengthOf = (s: string): number => Array.from(s).length

function equal(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))
}

/** Nothing was filled in: such a field is not sent. `false` and 0 are something. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'string') return value.trim() === ''
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.values(value).every(isEmpty)
}

function isMultiple(value: number, of: number): boolean {
  const times = value / of
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times))
}

function holds(test: Test, value: JsonObject): boolean {
  const filled = value[test.name]
  if (isEmpty(filled)) return false
  const { only, least, most, above, below } = test.limits
  if (only && !only.some((one) => equal(one, filled))) return false
  if (typeof filled === 'number') {
    if ((least !== undefined && filled < least) || (most !== undefined && filled > most)) return false
    if ((above !== undefined && filled <= above) || (below !== undefined && filled >= below)) return false
  }
  return test.contains === undefined || (Array.isArray(filled) && filled.some((one: Json) => equal(one, test.contains)))
}

export interface Live { fields: readonly Field[], required: ReadonlySet<string> }

/** The narrower of two. */
function narrow(a: Limits, b: Limits): Limits {
  const both: Limits = { ...a, ...b }
  for (const key of ['least', 'above', 'shortest', 'fewest'] as const) {
    if (a[key] !== undefined && b[key] !== undefined) both[key] = Math.max(a[key], b[key])
  }
  for (const key of ['most', 'below', 'longest', 'count'] as const) {
    if (a[key] !== undefined && b[key] !== undefined) both[key] = Math.min(a[key], b[key])
  }
  return both
}

/** The fields that are shown for what has been filled in so far. */
export function liveFields(group: Group, value: JsonObject): Live {
  const extras: Extra[] = group.rules.map((rule) => (rule.tests.every((test) => holds(test, value)) ? rule.then : rule.otherwise))
  const required = new Set([...group.required, ...extras.flatMap((e) => e.required)])
  for (const [name, needs] of Object.entries(group.together)) {
    if (!isEmpty(value[name])) for (const need of needs) required.add(need)
  }
  const all = [...group.fields, ...extras.flatMap((e) => e.fields)]
  const fields = all.map((field) => extras.reduce((f, e) => {
    const tighter = e.tighter[f.name]
    return tighter ? { ...f, limits: narrow(f.limits, tighter) } : f
  }, field))
  return { fields: fields.sort((a, b) => a.order - b.order), required }
}

/** What is sent: shown fields that were filled in, texts without blanks at their ends. */
export function filledIn(group: Group, value: JsonObject): JsonObject {
  const entries = liveFields(group, value).fields.flatMap((field): [string, Json][] => {
    const filled = value[field.name]
    if (filled === undefined || isEmpty(filled)) return []
    if (typeof filled === 'string') return [[field.name, filled.trim()]]
    if (field.kind === 'group' && isObject(filled)) return [[field.name, filledIn(field.group, filled)]]
    if (field.kind === 'list' && Array.isArray(filled)) return [[field.name, filled.filter(isObject).map((one) => filledIn(field.group, one))]]
    return [[field.name, filled]]
  })
  return Object.fromEntries(entries)
}

const patterns = new Map<string, RegExp | null>()
function patternOf(source: string): RegExp | null {
  if (!patterns.has(source)) {
    let made: RegExp | null = null
    try {
      made = new RegExp(source, 'u')
    } catch { /* the server knows it, this browser does not */ }
    patterns.set(source, made)
  }
  return patterns.get(source) ?? null
}

type Say = (code: string, sentence: string) => void

function judgeText(field: Extract<Field, { kind: 'text' }>, value: string, label: string, say: Say): void {
  const { shortest, longest } = field.limits
  const length = lengthOf(value.trim())
  if (shortest !== undefined && length < shortest) say('too-short', t('tooShort', { label, n: shortest }))
  if (longest !== undefined && length > longest) say('too-long', t('tooLong', { label, n: longest }))
  if (field.pattern && patternOf(field.pattern)?.test(value.trim()) === false) say('pattern', t('pattern', { label }))
}

function judgeNumber(field: Extract<Field, { kind: 'number' }>, value: Json, label: string, say: Say): void {
  const { least, most, above, below, multiple } = field.limits
  if (typeof value !== 'number' || (field.whole && !Number.isInteger(value))) return say('type', t(field.whole ? 'whole' : 'number', { label }))
  if (least !== undefined && value < least) say('too-small', t('least', { label, n: least }))
  if (above !== undefined && value <= above) say('too-small', t('above', { label, n: above }))
  if (most !== undefined && value > most) say('too-large', t('most', { label, n: most }))
  if (below !== undefined && value >= below) say('too-large', t('below', { label, n: below }))
  if (multiple !== undefined && !isMultiple(value, multiple)) say('multiple', t('multiple', { label, n: multiple }))
}

function judgeCount(field: Field, n: number, label: string, say: Say): void {
  const { fewest, count } = field.limits
  const photos = field.kind === 'photos'
  if (fewest !== undefined && n < fewest) say('too-few', t(photos ? 'morePhotos' : 'fewest', { label, n: fewest }))
  if (count !== undefined && n > count) say('too-many', t('count', { label, n: count }))
}

function judgeField(field: Field, value: Json, pointer: string, faults: Fault[]): void {
  const label = pick(field.title)
  const say: Say = (code, sentence) => void faults.push({ pointer, code, sentence })
  if (field.kind === 'text' && typeof value === 'string') judgeText(field, value, label, say)
  if (field.kind === 'number') judgeNumber(field, value, label, say)
  if (Array.isArray(value)) judgeCount(field, value.length, label, say)
  if (field.kind !== 'ticks' && field.limits.only && !field.limits.only.some((one) => equal(one, value))) say('choice', t('choose', { label }))
  if (field.kind === 'group' && isObject(value)) judgeGroup(field.group, value, pointer, faults)
  if (field.kind === 'list' && Array.isArray(value)) {
    value.forEach((one: Json, i: number) => judgeGroup(field.group, isObject(one) ? one : {}, step(pointer, i), faults))
  }
}

const askFor = { text: 'fill', number: 'fill', choice: 'choose', yes: 'choose', ticks: 'choose', photos: 'add', list: 'add', group: 'fill' } as const

function judgeGroup(group: Group, value: JsonObject, pointer: string, faults: Fault[]): void {
  const live = liveFields(group, value)
  for (const field of live.fields) {
    const filled = value[field.name]
    const at = step(pointer, field.name)
    if (filled !== undefined && !isEmpty(filled)) {
      judgeField(field, filled, at, faults)
    } else if (live.required.has(field.name)) {
      const before = faults.length
      if (field.kind === 'group') judgeGroup(field.group, {}, at, faults)
      if (faults.length === before) faults.push({ pointer: at, code: 'required', sentence: t(askFor[field.kind], { label: pick(field.title) }) })
    }
  }
}

/** Everything wrong with what is filled in, in the order of the fields. */
export function judge(group: Group, value: JsonObject): Fault[] {
  const faults: Fault[] = []
  judgeGroup(group, value, '', faults)
  return faults
}
