/* A page that lists things. What it shows is in the address (reload it, send it to a colleague, walk back): the filters, and the
 * row that was chosen. Text fields write there when the typing rests. Rows come page by page with the server's cursors; back
 * leads through the pages already seen; a live notice reads the present page again. */
import { computed, onScopeDispose, shallowReactive, shallowRef, watch, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useLoad, type Loaded } from '@/shared/api'
import { onPoke } from '@/shared/live'

interface Page<T> { items: T[], next?: string | null }
type Filters<N extends string> = Record<N, string>

export interface Pages<T> {
  load: Loaded<Page<T>>
  items: ComputedRef<readonly T[]>
  n: ComputedRef<number>
  more: ComputedRef<boolean>
  next: () => void
  back: () => void
}

export interface List<T, N extends string> extends Pages<T> {
  filters: ComputedRef<Filters<N>>
  filtered: ComputedRef<boolean>
  /** What stands in the text fields. */
  typed: Filters<N>
  /** The row whose sheet is open, by the address. */
  chosen: ComputedRef<string>
  change: (patch: Partial<Filters<N>>, chosen?: string) => void
  choose: (row: string | number) => void
  clear: () => void
}

export interface ListOptions<N extends string> {
  /** The filters, by their names in the address. */
  filters: readonly N[]
  /** The name of the chosen row in the address. */
  row?: string
  /** Topics of live notices after which the rows may be others. */
  topics?: readonly string[]
}

const restMs = 300
const pokeRestMs = 2_000

/** `read` gets the filters that are set, ready for the query. */
export function useList<T, const N extends string>(options: ListOptions<N>, read: (query: Partial<Filters<N>> & { page?: string }) => Promise<Page<T>>): List<T, N> {
  const route = useRoute()
  const router = useRouter()
  const here = route.name
  const word = (name: string): string => {
    const value = route.query[name]
    return typeof value === 'string' ? value : ''
  }
  const all = (value: (name: N) => string): Filters<N> => Object.fromEntries(options.filters.map((n) => [n, value(n)])) as Filters<N>
  const onlySet = <R extends Record<string, string>>(values: R): Partial<R> => Object.fromEntries(Object.entries(values).filter(([, v]) => v)) as Partial<R>

  const filters = computed(() => all(word))
  const chosen = computed(() => (options.row ? word(options.row) : ''))
  const typed = shallowReactive<Record<string, string>>({ ...filters.value }) as Filters<N>
  const cursors = shallowRef<readonly (string | undefined)[]>([undefined])
  let timer: ReturnType<typeof setTimeout> | undefined

  const load = useLoad(() => {
    const page = cursors.value.at(-1)
    return read({ ...onlySet(filters.value), ...(page ? { page } : {}) })
  })
  function go(to: readonly (string | undefined)[]): void {
    cursors.value = to
    void load.reload()
  }
  function change(patch: Partial<Filters<N>>, row: string = chosen.value): void {
    clearTimeout(timer)
    const next: Record<string, string> = { ...filters.value, ...patch, ...(options.row ? { [options.row]: row } : {}) }
    void router.replace({ query: onlySet(next) })
  }

  /* as text: choosing a row changes the address, not what is listed */
  watch(() => (route.name === here ? JSON.stringify(filters.value) : null), (asked) => {
    if (asked === null) return
    for (const n of options.filters) if (typed[n].trim() !== filters.value[n]) typed[n] = filters.value[n]
    go([undefined])
  })
  watch(typed, () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      const next = all((n) => typed[n].trim())
      if (JSON.stringify(next) !== JSON.stringify(filters.value)) change(next)
    }, restMs)
  })
  onScopeDispose(() => clearTimeout(timer))
  for (const topic of options.topics ?? []) onPoke(topic, () => void load.reload(), { restMs: pokeRestMs })

  return {
    load, filters, typed, chosen, change,
    filtered: computed(() => Object.values(filters.value).some(Boolean)),
    items: computed(() => load.data.value?.items ?? []),
    n: computed(() => cursors.value.length),
    more: computed(() => Boolean(load.data.value?.next)),
    choose: (row) => change({}, String(row)),
    clear: () => change(all(() => '')),
    next: () => {
      const cursor = load.data.value?.next
      if (cursor) go([...cursors.value, cursor])
    },
    back: () => {
      if (cursors.value.length > 1) go(cursors.value.slice(0, -1))
    },
  }
}
