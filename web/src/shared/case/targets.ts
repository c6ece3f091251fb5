/* Who could be given a case: whom the dispatch rules suggest, in their order, then the people near. Who may not read the rules gets the
 * department in charge of the category and the people of the grid. Nobody is chosen by itself. */
import { shallowRef, watch, type Ref } from 'vue'
import { api, ok, type CaseAction, type CaseItem, type Catalogue, type DispatchAdvice, type StaffMember } from '@/shared/api'
import { may } from '@/shared/api/session'
import { pick } from '@/shared/i18n'

type Known = Catalogue | null | undefined

export interface Target {
  key: string
  kind: 'department' | 'member'
  department?: string
  account?: number
  name: string
  hint: string
  open?: number
  inCharge: boolean
  /** Suggested by a dispatch rule; the first that fits is the first choice. */
  rule?: boolean
  first?: boolean
  distanceM?: number
  /** Why the rules suggest it, in a sentence. */
  why?: string
}
export interface Suggestions { targets: readonly Target[], advice: DispatchAdvice | null }

export function ofDepartment(catalogue: Known, code: string): Target {
  const found = catalogue?.departments.find((d) => d.code === code)
  return { key: `d:${code}`, kind: 'department', department: code, name: found ? pick({ zh: found.name, en: found.name_en }) : code, hint: '', inCharge: false }
}
export function ofPerson(person: StaffMember): Target {
  return { key: `a:${person.id}`, kind: 'member', account: person.id, name: person.name, hint: person.role_name, open: person.open_cases, inCharge: false }
}

/** As an action takes it. */
export function linkOf(target: Target): NonNullable<CaseAction['target']> {
  return target.department ? { department: target.department } : { account: target.account ?? 0 }
}

const mostPeople = 5
const kept = new Map<string, { at: number, people: Promise<StaffMember[]> }>()
const keepMs = 30_000

async function peopleOf(place: string): Promise<StaffMember[]> {
  const known = kept.get(place)
  if (known && Date.now() - known.at < keepMs) return known.people
  const people = ok(api.GET('/api/staff', { params: { query: { under: place } } })).then((page) => page.items)
  kept.set(place, { at: Date.now(), people })
  people.catch(() => kept.delete(place))
  return people
}

async function byCatalogue(catalogue: Known, is: CaseItem, kinds: readonly string[]): Promise<Suggestions> {
  const unit = catalogue?.classes.flatMap((c) => c.items).find((i) => i.code === is.category)?.unit
  const department = catalogue?.departments.find((d) => d.code === unit || d.name === unit)
  const list: Target[] = department && kinds.includes('department') ? [{ ...ofDepartment(catalogue, department.code), inCharge: true }] : []
  if (!kinds.includes('member')) return { targets: list, advice: null }
  try {
    const seen = new Set<number>()
    const people = (await peopleOf(is.place)).filter((p) => (p.role === 'member' || p.role === 'leader') && !seen.has(p.id) && seen.add(p.id))
      .sort((a, b) => Number(a.role === 'leader') - Number(b.role === 'leader') || a.open_cases - b.open_cases).slice(0, mostPeople).map(ofPerson)
    list.push(...people)
  } catch { /* the list under 其他 still works */ }
  return { targets: list, advice: null }
}

async function byRules(catalogue: Known, is: CaseItem, kinds: readonly string[]): Promise<Suggestions> {
  const advice = await ok(api.GET('/api/cases/{id}/dispatch-advice', { params: { path: { id: is.id } } }))
  const near = new Map(advice.members.map((m) => [m.account, m]))
  const far = (m: number | null | undefined): { distanceM?: number } => (typeof m === 'number' ? { distanceM: m } : {})
  const suggested = advice.targets.filter((x) => kinds.includes(x.department ? 'department' : 'member')).map((x): Target => ({
    ...(x.department ? ofDepartment(catalogue, x.department) : { key: `a:${x.account ?? 0}`, kind: 'member', account: x.account ?? 0, hint: near.get(x.account ?? 0)?.role_name ?? '', inCharge: false }),
    name: x.name, open: x.open_cases, inCharge: !x.rule, rule: Boolean(x.rule), first: x.first, why: x.why, ...far(x.distance_m),
  }))
  const people = kinds.includes('member') ? advice.members.filter((m) => !suggested.some((s) => s.account === m.account)).slice(0, mostPeople) : []
  return {
    advice,
    targets: [...suggested, ...people.map((m): Target => ({
      key: `a:${m.account}`, kind: 'member', account: m.account, name: m.name, hint: m.own_grid ? m.role_name : `${m.role_name} · ${m.place_name}`, open: m.open_cases, inCharge: false, ...far(m.distance_m),
    }))],
  }
}

export function useSuggestions(catalogue: Readonly<Ref<Catalogue | null>>, item: () => CaseItem, kinds: () => readonly string[]): Readonly<Ref<Suggestions>> {
  const found = shallowRef<Suggestions>({ targets: [], advice: null })
  let turn = 0
  async function read(): Promise<void> {
    const mine = ++turn
    const [is, wanted] = [item(), kinds()]
    let next: Suggestions
    try {
      next = may('DISPATCH_READ') ? await byRules(catalogue.value, is, wanted) : await byCatalogue(catalogue.value, is, wanted)
    } catch {
      next = await byCatalogue(catalogue.value, is, wanted)
    }
    if (mine === turn) found.value = next
  }
  watch(() => [item().id, item().place, item().category, item().version, catalogue.value], () => void read(), { immediate: true })
  return found
}

export async function searchPeople(q: string): Promise<Target[]> {
  const page = await ok(api.GET('/api/staff', { params: { query: { q } } }))
  return page.items.slice(0, 30).map((p) => ({ ...ofPerson(p), hint: [p.role_name, p.place_name ?? p.department].filter(Boolean).join(' · ') }))
}
