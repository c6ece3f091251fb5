/* Who could be given a case: the department in charge of its category, then the people of its grid, those with fewest open
 * cases first. */
import { shallowRef, watch, type Ref } from 'vue'
import { api, ok, type CaseItem, type StaffMember } from '@/shared/api'
import { categoryOf, departmentName, departmentOf, useCatalogue } from '../ui/catalogue'

export interface Target {
  key: string
  kind: 'department' | 'member'
  department?: string
  account?: number
  name: string
  hint: string
  open?: number
  inCharge: boolean
}

export function ofDepartment(code: string, hint = ''): Target {
  return { key: `d:${code}`, kind: 'department', department: code, name: departmentName(code), hint, inCharge: false }
}
export function ofPerson(person: StaffMember): Target {
  return { key: `a:${person.id}`, kind: 'member', account: person.id, name: person.name, hint: person.role_name, open: person.open_cases, inCharge: false }
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

export function useSuggestions(item: () => CaseItem, kinds: () => readonly string[]): Ref<readonly Target[]> {
  const catalogue = useCatalogue()
  const found = shallowRef<readonly Target[]>([])
  let turn = 0
  async function read(): Promise<void> {
    const mine = ++turn
    const is = item()
    const list: Target[] = []
    const unit = categoryOf(is.category)?.unit
    const department = unit ? departmentOf(unit) : undefined
    if (department && kinds().includes('department')) list.push({ ...ofDepartment(department.code), inCharge: true })
    if (found.value.length === 0) found.value = list
    let people: Target[] = []
    if (kinds().includes('member')) {
      try {
        const seen = new Set<number>()
        people = (await peopleOf(is.place)).filter((p) => (p.role === 'member' || p.role === 'leader') && !seen.has(p.id) && seen.add(p.id))
          .sort((a, b) => Number(a.role === 'leader') - Number(b.role === 'leader') || a.open_cases - b.open_cases).slice(0, mostPeople).map(ofPerson)
      } catch { /* the list under 其他 still works */ }
    }
    if (mine === turn) found.value = [...list, ...people]
  }
  watch(() => [item().id, item().place, item().category, catalogue.value], () => void read(), { immediate: true })
  return found
}

export async function searchPeople(q: string): Promise<Target[]> {
  const page = await ok(api.GET('/api/staff', { params: { query: { q } } }))
  return page.items.slice(0, 30).map((p) => ({ ...ofPerson(p), hint: [p.role_name, p.place_name ?? p.department].filter(Boolean).join(' · ') }))
}
