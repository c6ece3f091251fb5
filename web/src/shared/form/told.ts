/* What was filled in, as people read it: the labels and words of the form's schema; what the schema does not know keeps its own
 * name, so that nothing that was filled in is left out. */
import { pick } from '@/shared/i18n'
import { isObject, readGroup, type Field, type Group, type Json, type JsonObject } from './model'
import { t } from './strings'

export interface Told { label: string, text: string, rows?: readonly Told[] }

function plain(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function worded(field: Field, value: Json): string {
  if (field.kind === 'choice') return pick(field.options.find((o) => o.value === value)?.title ?? { zh: plain(value), en: plain(value) })
  if (field.kind === 'ticks' && Array.isArray(value)) return value.map((v) => pick(field.options.find((o) => o.value === v)?.title ?? { zh: plain(v), en: plain(v) })).join(t('comma'))
  if (field.kind === 'number') return [plain(value), pick(field.unit)].filter(Boolean).join(' ')
  if (field.kind === 'photos' && Array.isArray(value)) return t('photosN', { n: value.length })
  if (field.kind === 'text' && field.format === 'date-time') return plain(value).slice(0, 16).replace('T', ' ')
  return plain(value)
}

function toldField(field: Field, value: Json): Told[] {
  const label = pick(field.title) || field.name
  if (field.kind === 'group') return isObject(value) ? toldGroup(field.group, value) : []
  if (field.kind === 'list') {
    const rows = Array.isArray(value) ? value.filter(isObject) : []
    return rows.map((row, n) => ({ label: rows.length > 1 ? `${label} ${n + 1}` : label, text: '', rows: toldGroup(field.group, row) }))
  }
  return [{ label, text: worded(field, value) }]
}

function toldGroup(group: Group, data: JsonObject): Told[] {
  const fields = [...group.fields, ...group.rules.flatMap((r) => [...r.then.fields, ...r.otherwise.fields])]
  const known = new Set(fields.map((f) => f.name))
  const told = new Set<string>()
  const rows = fields.flatMap((field) => {
    const value = data[field.name]
    if (value === undefined || value === null || told.has(field.name)) return []
    told.add(field.name)
    return toldField(field, value)
  })
  return [...rows, ...Object.entries(data).filter(([name]) => !known.has(name)).map(([name, value]) => ({ label: name, text: plain(value) }))]
}

export function tellForm(schema: unknown, data: unknown): readonly Told[] {
  if (!isObject(data)) return []
  try {
    return toldGroup(schema === undefined ? { title: { zh: '', en: '' }, fields: [], required: [], rules: [], together: {} } : readGroup(schema), data)
  } catch {
    return Object.entries(data).map(([name, value]) => ({ label: name, text: plain(value) }))
  }
}
