/* A form's JSON Schema (the profile of server/core/form/README.md) read into what is drawn: fields in order, conditions. No Vue
 * here. The server has checked the schema; what is not of the profile throws `FormUnreadable` instead of being left out. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined }
export type JsonObject = { readonly [name: string]: Json | undefined }
export interface Texts { zh: string, en: string }

export interface Option { value: string, title: Texts }
export interface Limits {
  least?: number, most?: number, above?: number, below?: number, multiple?: number
  shortest?: number, longest?: number, fewest?: number, count?: number
  only?: readonly Json[]
}
interface Named { name: string, title: Texts, hint: Texts, order: number, limits: Limits }
export interface TextField extends Named { kind: 'text', rows: number, pattern: string, format: string, initial: string }
/** `level`: of a post that whoever fills it in has; `known`: there is one only, nobody is asked. */
export interface ChoiceField extends Named { kind: 'choice', options: readonly Option[], initial: string, level: boolean, known: boolean }
export interface NumberField extends Named { kind: 'number', whole: boolean, unit: Texts, initial: number | undefined }
export interface YesField extends Named { kind: 'yes', initial: boolean | undefined }
export interface TicksField extends Named { kind: 'ticks', options: readonly Option[] }
export interface PhotosField extends Named { kind: 'photos', photo: string }
export interface ListField extends Named { kind: 'list', group: Group }
export interface GroupField extends Named { kind: 'group', group: Group }
export type Field = TextField | ChoiceField | NumberField | YesField | TicksField | PhotosField | ListField | GroupField

export interface Test { name: string, limits: Limits, contains: Json | undefined }
export interface Extra { fields: readonly Field[], tighter: Readonly<Record<string, Limits>>, required: readonly string[] }
export interface Rule { tests: readonly Test[], then: Extra, otherwise: Extra }
export interface Group {
  title: Texts
  fields: readonly Field[]
  required: readonly string[]
  rules: readonly Rule[]
  /** name → what must be filled in with it */
  together: Readonly<Record<string, readonly string[]>>
}

export class FormUnreadable extends Error {}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {})
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const names = (value: unknown): string[] => listOf(value).map(text)

function texts(value: unknown): Texts {
  if (typeof value === 'string') return { zh: value, en: value }
  const both = objectOf(value)
  return { zh: text(both['zh']), en: text(both['en']) || text(both['zh']) }
}
const titleOf = (node: JsonObject): Texts => ({ zh: text(node['title']), en: text(node['title_en']) || text(node['title']) })

function limitsOf(node: JsonObject): Limits {
  const found: [keyof Limits, unknown][] = [
    ['least', number(node['minimum'])], ['most', number(node['maximum'])],
    ['above', number(node['exclusiveMinimum'])], ['below', number(node['exclusiveMaximum'])], ['multiple', number(node['multipleOf'])],
    ['shortest', number(node['minLength'])], ['longest', number(node['maxLength'])],
    ['fewest', number(node['minItems'])], ['count', number(node['maxItems'])],
    ['only', 'const' in node ? [node['const']] : Array.isArray(node['enum']) ? node['enum'] : undefined],
  ]
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}

function optionsOf(node: JsonObject): readonly Option[] {
  const labels = objectOf(node['x-labels'])
  return [
    ...names(node['enum']).map((value) => ({ value, title: value in labels ? texts(labels[value]) : texts(value) })),
    ...listOf(node['oneOf']).map(objectOf).map((one) => ({ value: text(one['const']), title: titleOf(one) })),
  ]
}

function readList(named: Named, node: JsonObject): Field {
  const items = objectOf(node['items'])
  if (isObject(node['x-photos'])) return { ...named, kind: 'photos', photo: text(node['x-photos']['kind']) }
  if (items['type'] === 'object') return { ...named, kind: 'list', group: readGroup(items) }
  const options = optionsOf(items)
  if (!options.length) throw new FormUnreadable(named.name)
  return { ...named, kind: 'ticks', options }
}

function readField(name: string, value: unknown, place: number): Field {
  const node = objectOf(value)
  const named: Named = { name, title: titleOf(node), hint: texts(node['x-hint']), order: number(node['x-order']) ?? place, limits: limitsOf(node) }
  const options = optionsOf(node)
  switch (node['type']) {
    case 'string':
      if (options.length) return { ...named, kind: 'choice', options, initial: text(node['default']), level: node['x-level'] === true, known: false }
      return { ...named, kind: 'text', rows: number(node['x-rows']) ?? 1, pattern: text(node['pattern']), format: text(node['format']), initial: text(node['default']) }
    case 'integer':
    case 'number':
      return { ...named, kind: 'number', whole: node['type'] === 'integer', unit: texts(node['x-unit']), initial: number(node['default']) }
    case 'boolean':
      return { ...named, kind: 'yes', initial: typeof node['default'] === 'boolean' ? node['default'] : undefined }
    case 'array':
      return readList(named, node)
    case 'object':
      return { ...named, kind: 'group', group: readGroup(node) }
    default:
      throw new FormUnreadable(name)
  }
}

const inOrder = (fields: Field[]): Field[] => fields.sort((a, b) => a.order - b.order)

function readExtra(value: unknown, known: JsonObject): Extra {
  const node = objectOf(value)
  const own = Object.entries(objectOf(node['properties']))
  return {
    fields: own.filter(([name]) => !(name in known)).map(([name, field], i) => readField(name, field, Object.keys(known).length + i + 1)),
    tighter: Object.fromEntries(own.filter(([name]) => name in known).map(([name, field]) => [name, limitsOf(objectOf(field))])),
    required: names(node['required']),
  }
}

function readRule(node: JsonObject, known: JsonObject): Rule {
  const tests = Object.entries(objectOf(objectOf(node['if'])['properties'])).map(([name, test]) => ({
    name, limits: limitsOf(objectOf(test)), contains: objectOf(objectOf(test)['contains'])['const'],
  }))
  return { tests, then: readExtra(node['then'], known), otherwise: readExtra(node['else'], known) }
}

export function readGroup(schema: unknown): Group {
  const node = objectOf(schema)
  const known = objectOf(node['properties'])
  const rules = [node, ...listOf(node['allOf']).map(objectOf)].filter((rule) => 'if' in rule)
  return {
    title: titleOf(node),
    fields: inOrder(Object.entries(known).map(([name, field], i) => readField(name, field, i + 1))),
    required: names(node['required']),
    rules: rules.map((rule) => readRule(rule, known)),
    together: Object.fromEntries(Object.entries(objectOf(node['dependentRequired'])).map(([name, needs]) => [name, names(needs)])),
  }
}

/** For somebody whose posts are of these levels: no other can be named, and a single one need not be asked for. */
export function forLevels(group: Group, levels: readonly string[]): Group {
  return { ...group, fields: group.fields.map((f) => {
    const options = f.kind === 'choice' && f.level ? f.options.filter((o) => levels.includes(o.value)) : []
    if (f.kind !== 'choice' || !options.length) return f
    return { ...f, options, known: options.length === 1, initial: options.length === 1 ? options[0]?.value ?? '' : f.initial }
  }) }
}

/** What a form begins with: its defaults. */
export function initialOf(group: Group): JsonObject {
  const entries = group.fields.flatMap((f): [string, Json][] => {
    if (f.kind === 'group') return [[f.name, initialOf(f.group)]]
    if (f.kind === 'text' || f.kind === 'choice') return f.initial ? [[f.name, f.initial]] : []
    return (f.kind === 'number' || f.kind === 'yes') && f.initial !== undefined ? [[f.name, f.initial]] : []
  })
  return Object.fromEntries(entries)
}

/* Browsers give 14:05, RFC 3339 wants 14:05:00+08:00; the territory has one zone. */
export function toInput(format: string, value: string): string {
  if (format === 'time') return value.slice(0, 5)
  return format === 'date-time' ? value.slice(0, 16) : value
}
export function fromInput(format: string, value: string): string {
  return value && (format === 'time' || format === 'date-time') ? `${value.length === 5 || value.length === 16 ? `${value}:00` : value}+08:00` : value
}
