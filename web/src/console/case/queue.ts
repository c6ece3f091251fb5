/* The queue's state lives in the address, so that it can be sent to a colleague, reloaded and walked back through. */
import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'
import { api, ok, useLoad, type CaseCount, type CaseFilters, type CaseItem, type CasePage, type Loaded } from '@/shared/api'
import { cardWords } from '@/shared/case/words'
import { onPoke } from '@/shared/live'
import { stateName } from '../ui/catalogue'
import { t } from './strings'

export const channels = ['member', 'leader', 'centre', 'qr', 'web', 'hotline', 'department', 'order', 'alarm', 'platform'] as const
export const orders = ['newest', 'oldest', 'due'] as const
export const phases = ['disposed', 'open', 'archived', 'late', 'rated', 'satisfied', 'reopened'] as const
/** As the scores count. */
export const judgments = ['handed', 'due', 'on-time', 'checked', 'first-time', 'kept', 'seen', 'found'] as const
export type Judged = (typeof judgments)[number]
export type Channel = (typeof channels)[number]
export type Phase = (typeof phases)[number]
export type Order = (typeof orders)[number]
export const pageRows = 50

export interface Filters {
  view: string
  under: string
  category: string
  channel: Channel | ''
  q: string
  department: string
  from: string
  to: string
  /** What a figure of the statistics counted, its closing time, and whether only the posts' own places and departments. */
  phase: Phase | ''
  closed_from: string
  closed_to: string
  duty: string
  /** Kind of flow, the request that waits, and the case whose parts they are. */
  kind: string
  asked: string
  part_of: string
  /** Account that handed them in. */
  handed_by: string
  /** What a rate of the scores counted, of that account or of anybody. */
  judged: Judged | ''
  order: Order
  /** Cursor of the page, empty for the first; and which one it is. */
  page: string
  n: number
}

function word(query: LocationQuery, name: string): string {
  const value = query[name]
  return typeof value === 'string' ? value : ''
}

export function readFilters(query: LocationQuery): Filters {
  return {
    view: word(query, 'view'),
    under: word(query, 'under'),
    category: word(query, 'category'),
    channel: channels.find((c) => c === query['channel']) ?? '',
    q: word(query, 'q'),
    department: word(query, 'department'),
    from: word(query, 'from'),
    to: word(query, 'to'),
    phase: phases.find((p) => p === query['phase']) ?? '',
    closed_from: word(query, 'closed_from'),
    closed_to: word(query, 'closed_to'),
    duty: word(query, 'duty') ? '1' : '',
    kind: word(query, 'kind'),
    asked: word(query, 'asked'),
    part_of: word(query, 'part_of'),
    handed_by: word(query, 'handed_by'),
    judged: judgments.find((j) => j === query['judged']) ?? '',
    order: orders.find((o) => o === query['order']) ?? 'newest',
    page: word(query, 'page'),
    n: Math.max(1, Number(word(query, 'n')) || 1),
  }
}

export const special = ['all', 'late', 'mine', 'yellow', 'red'] as const

export function viewName(view: string, otherwise: string): string {
  if (view === 'all') return t('all')
  if (view === 'late') return t('late')
  if (view === 'mine') return t('mine')
  if (view === 'yellow' || view === 'red') return cardWords(view)?.text ?? otherwise
  if (view === 'open') return t('open')
  return stateName(view, otherwise)
}

export function caseQuery(f: Filters): NonNullable<Parameters<typeof askCases>[0]> {
  return {
    ...(f.view && !special.some((s) => s === f.view) ? { state: f.view } : {}),
    ...(f.view === 'late' ? { late: true } : {}),
    ...(f.view === 'mine' ? { mine: true } : {}),
    ...(f.view === 'yellow' || f.view === 'red' ? { card: f.view } : {}),
    ...(f.under ? { under: f.under } : {}),
    ...(f.category ? { category: f.category } : {}),
    ...(f.channel ? { channel: f.channel } : {}),
    ...(f.q ? { q: f.q } : {}),
    ...(f.department ? { department: f.department } : {}),
    ...(f.from ? { from: f.from } : {}),
    ...(f.to ? { to: f.to } : {}),
    ...(f.phase ? { phase: f.phase } : {}),
    ...(f.closed_from ? { closed_from: f.closed_from } : {}),
    ...(f.closed_to ? { closed_to: f.closed_to } : {}),
    ...(f.duty ? { duty: true } : {}),
    ...(f.kind ? { kind: f.kind } : {}),
    ...(f.asked ? { asked: f.asked } : {}),
    ...(Number(f.part_of) > 0 ? { part_of: Number(f.part_of) } : {}),
    ...(Number(f.handed_by) > 0 ? { handed_by: Number(f.handed_by) } : {}),
    ...(f.judged ? { judged: f.judged } : {}),
    ...(f.order !== 'newest' ? { order: f.order } : {}),
    ...(f.page ? { page: f.page } : {}),
    limit: pageRows,
  }
}

interface CaseQuery {
  state?: string, late?: boolean, mine?: boolean, card?: 'yellow' | 'red', under?: string, category?: string, channel?: Channel, q?: string, department?: string
  from?: string, to?: string, closed_from?: string, closed_to?: string, phase?: Phase, duty?: boolean, kind?: string, asked?: string, part_of?: number, handed_by?: number, judged?: Judged, order?: Order, page?: string, limit?: number
}
/** What a view is kept by: no page. */
export function keptFilters(f: Filters): CaseFilters {
  const { page: _, limit: __, handed_by: ___, judged: ____, ...rest } = caseQuery(f)
  return rest
}
/** The address of a kept view. */
export function filtersOf(kept: CaseFilters): Partial<Filters> {
  return {
    ...readFilters({
      under: kept.under ?? '', category: kept.category ?? '', channel: kept.channel ?? '', q: kept.q ?? '', department: kept.department ?? '', from: kept.from ?? '', to: kept.to ?? '',
      phase: kept.phase ?? '', closed_from: kept.closed_from ?? '', closed_to: kept.closed_to ?? '', duty: kept.duty ? '1' : '', kind: kept.kind ?? '', asked: kept.asked ?? '', part_of: kept.part_of ? String(kept.part_of) : '', order: kept.order ?? '',
    }),
    view: kept.mine ? 'mine' : kept.late ? 'late' : (kept.card ?? kept.state ?? 'all'),
  }
}
export function askCases(query: CaseQuery): Promise<CasePage> {
  return ok(api.GET('/api/cases', { params: { query } }))
}

export interface Queue {
  filters: ComputedRef<Filters>
  change: (patch: Partial<Filters>) => void
  list: Loaded<CasePage>
  items: ComputedRef<readonly CaseItem[]>
  counts: Loaded<{ counts: CaseCount[] }>
  chosenId: Readonly<Ref<number | null>>
  choose: (id: number | null) => void
  /** One row down or up; over the page's edge to the next page. */
  step: (by: 1 | -1) => void
  turn: (by: 1 | -1) => void
  fresh: Ref<boolean>
}

export function useQueue(): Queue {
  const route = useRoute()
  const router = useRouter()
  const here = route.name
  const filters = computed(() => readFilters(route.query))
  /* set at once, the address follows: keys may come faster than the router answers */
  const chosenId = shallowRef(Number(word(route.query, 'case')) || null)
  const cursors = shallowRef<string[]>([])
  const fresh = shallowRef(true)
  let lastAt = -1
  let underWay = 0

  const list = useLoad(() => askCases(caseQuery(filters.value)), { now: false })
  const counts = useLoad(() => ok(api.GET('/api/case-counts', { params: { query: filters.value.under ? { under: filters.value.under } : {} } })), { now: false })
  const items = computed(() => list.data.value?.items ?? [])

  async function go(query: LocationQuery, replace: boolean): Promise<void> {
    if (route.name === here) await router[replace ? 'replace' : 'push']({ query })
  }
  function change(patch: Partial<Filters>): void {
    const next = { ...filters.value, page: '', n: 1, ...patch }
    if (!('page' in patch)) cursors.value = []
    const query: LocationQuery = {}
    for (const [name, value] of Object.entries(next)) {
      if (value && !(name === 'n' && value === 1) && !(name === 'order' && value === 'newest')) query[name] = String(value)
    }
    if (route.query['case'] && 'page' in patch) query['case'] = route.query['case']
    if (route.query['map']) query['map'] = route.query['map']
    void go(query, 'q' in patch)
  }
  function choose(id: number | null): void {
    chosenId.value = id
    const { case: _, ...rest } = route.query
    underWay++
    void go(id === null ? rest : { ...rest, case: String(id) }, true).finally(() => {
      underWay--
    })
  }
  function turn(by: 1 | -1): void {
    const next = list.data.value?.next
    if (by === 1 && next) {
      cursors.value = [...cursors.value, filters.value.page]
      change({ page: next, n: filters.value.n + 1 })
    } else if (by === -1 && filters.value.n > 1) {
      const back = cursors.value.at(-1) ?? ''
      const known = cursors.value.length > 0
      cursors.value = cursors.value.slice(0, -1)
      change({ page: back, n: known ? filters.value.n - 1 : 1 })
    }
  }
  function step(by: 1 | -1): void {
    const at = items.value.findIndex((i) => i.id === chosenId.value)
    /* a case that has left the view keeps its place: the next one is where it was */
    const to = at >= 0 ? at + by : by === 1 ? Math.max(0, lastAt) : lastAt - 1
    const row = items.value[to]
    if (row) {
      lastAt = to
      choose(row.id)
    }
  }

  /* a string, so that choosing another row (which also changes the address) does not read the list again */
  watch(() => (route.name === here ? JSON.stringify(filters.value) : null), (asked) => {
    if (asked === null) return
    fresh.value = true
    void list.reload().then(() => {
      fresh.value = false
    })
  }, { immediate: true })
  watch(() => filters.value.under, () => {
    if (route.name === here) void counts.reload()
  }, { immediate: true })
  watch(() => route.query['case'], () => {
    if (route.name === here && underWay === 0) chosenId.value = Number(word(route.query, 'case')) || null
  })
  watch([chosenId, items], () => {
    const at = items.value.findIndex((i) => i.id === chosenId.value)
    if (at >= 0) lastAt = at
  })
  onPoke('case', () => {
    void list.reload()
    void counts.reload()
  }, { restMs: 600 })

  return { filters, change, list, items, counts, chosenId, choose, step, turn, fresh }
}
