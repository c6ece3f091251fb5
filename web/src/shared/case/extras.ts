/* What an action may ask for beside note, photos and form: departments, parts, another case, somebody outside. What is missing and
 * what is sent; drawn by ActionExtras.vue. */
import type { ActionForm, CaseAction } from '@/shared/api'
import { t } from './strings'

export const mostParts = 200

export interface Extras {
  units: readonly { department: string, lead: boolean }[]
  /** The department it is taken for. */
  unit: string
  /** What the parts are about, and where. */
  text: string
  places: readonly { code: string, name: string }[]
  into: { number: string } | null
  /** The right category. */
  category: string
  name: string
  phone: string
}

export function noExtras(form: ActionForm): Extras {
  const only = form.unit_choices.length === 1 ? form.unit_choices[0] : undefined
  return { units: [], unit: only?.department ?? '', text: '', places: [], into: null, category: '', name: '', phone: '' }
}

export function asksExtras(form: ActionForm): boolean {
  return form.units_max > 0 || form.unit_choices.length > 0 || form.child !== undefined || form.merge || form.link_days > 0 || form.category_flow !== undefined
}

/** One more, or one less. The first that is chosen leads; when the lead goes the next one takes it. */
export function toggleUnit(units: Extras['units'], department: string, leadNeeded: boolean): Extras['units'] {
  if (!units.some((u) => u.department === department)) return [...units, { department, lead: leadNeeded && units.length === 0 }]
  const left = units.filter((u) => u.department !== department)
  return leadNeeded && !left.some((u) => u.lead) ? left.map((u, n) => ({ ...u, lead: n === 0 })) : left
}

export function leadUnit(units: Extras['units'], department: string): Extras['units'] {
  return units.map((u) => ({ ...u, lead: u.department === department }))
}

/** A sentence for each part that is not yet as it must be. */
export function missingExtras(form: ActionForm, x: Extras): Partial<Record<'units' | 'unit' | 'text' | 'places' | 'into' | 'category' | 'name', string>> {
  return {
    ...(form.units_max > 0 && x.units.length < form.units_min ? { units: t('needUnits', { n: form.units_min }) } : {}),
    ...(form.units_max > 0 && x.units.length > form.units_max ? { units: t('tooManyUnits', { n: form.units_max }) } : {}),
    ...(form.unit_choices.length && !x.unit ? { unit: t('needUnit') } : {}),
    ...(form.child !== undefined && !x.text.trim() ? { text: t('needPartText') } : {}),
    ...(form.child !== undefined && form.child_many && x.places.length === 0 ? { places: t('needPlaces') } : {}),
    ...(form.merge && !x.into ? { into: t('needInto') } : {}),
    ...(form.category_flow !== undefined && !x.category ? { category: t('needCategory') } : {}),
    ...(form.link_days > 0 && !x.name.trim() ? { name: t('needOutside') } : {}),
  }
}

function partsOf(form: ActionForm, x: Extras): NonNullable<CaseAction['children']> {
  const text = x.text.trim()
  return x.places.length ? x.places.map((p) => ({ text, place: p.code })) : form.child_many ? [] : [{ text }]
}

export function bodyOfExtras(form: ActionForm, x: Extras): Partial<CaseAction> {
  const phone = x.phone.replace(/[\s-]/g, '')
  return {
    ...(form.units_max > 0 && x.units.length ? { units: x.units.map((u) => ({ department: u.department, ...(u.lead ? { lead: true } : {}) })) } : {}),
    ...(form.unit_choices.length && x.unit ? { unit: x.unit } : {}),
    ...(form.child !== undefined ? { children: partsOf(form, x) } : {}),
    ...(form.merge && x.into ? { into: x.into.number } : {}),
    ...(form.category_flow !== undefined && x.category ? { category: x.category } : {}),
    ...(form.link_days > 0 ? { outside: { name: x.name.trim(), ...(phone ? { phone } : {}) } } : {}),
  }
}
