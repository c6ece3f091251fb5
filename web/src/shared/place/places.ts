/* The tree of places, a level at a time. */
import { shallowReactive, shallowRef, type Ref } from 'vue'
import { api, asProblem, ok, type PlaceView, type Problem } from '@/shared/api'
import { me } from '@/shared/api/session'

const levels = ['province', 'city', 'county', 'township', 'community', 'grid'] as const
const children = new Map<string, Promise<PlaceView[]>>()
const mostPages = 40

async function allPages(query: { under?: string, kind?: PlaceView['kind'] }): Promise<PlaceView[]> {
  const found: PlaceView[] = []
  let page: string | undefined
  for (let n = 0; n < mostPages; n++) {
    const read = await ok(api.GET('/api/places', { params: { query: { ...query, ...(page ? { page } : {}) } } }))
    found.push(...read.items)
    page = read.next
    if (!page) break
  }
  return found
}

/** Directly below a place; kept for the visit. */
export function placesBelow(place: PlaceView): Promise<PlaceView[]> {
  let asked = children.get(place.code)
  if (!asked) {
    const kind = levels[levels.indexOf(place.kind) + 1]
    asked = kind ? allPages({ under: place.code, kind }).then((all) => all.filter((p) => p.code !== place.code)) : Promise.resolve([])
    asked.catch(() => children.delete(place.code))
    children.set(place.code, asked)
  }
  return asked
}

/** Where the tree of whoever is signed in begins: the places of the posts, or the territory's top. */
export async function rootPlaces(): Promise<PlaceView[]> {
  const scope = me.value?.scope.places ?? []
  if (scope.length) return Promise.all(scope.map((code) => ok(api.GET('/api/places/{code}', { params: { path: { code } } }))))
  const page = await ok(api.GET('/api/places', {}))
  const codes = new Set(page.items.map((p) => p.code))
  return page.items.filter((p) => !p.parent || !codes.has(p.parent))
}

export function onePlace(code: string): Promise<PlaceView> {
  return ok(api.GET('/api/places/{code}', { params: { path: { code } } }))
}

/** Every grid below a place, or the place itself when it is one. */
export function gridsBelow(place: PlaceView): Promise<PlaceView[]> {
  return place.kind === 'grid' ? Promise.resolve([place]) : allPages({ under: place.code, kind: 'grid' })
}

export interface PlaceRow { place: PlaceView, depth: number }
export interface OpenTree {
  rows: () => PlaceRow[]
  isOpen: (place: PlaceView) => boolean
  unfold: (place: PlaceView) => Promise<void>
  start: () => Promise<void>
  problem: Readonly<Ref<Problem | null>>
}

/** The tree as it lies open on a screen: one root is opened, and the way to a chosen place. */
export function useOpenTree(chosen: () => string): OpenTree {
  const roots = shallowRef<readonly PlaceView[]>([])
  const open = shallowReactive(new Map<string, readonly PlaceView[]>())
  const problem = shallowRef<Problem | null>(null)

  function rowsOf(places: readonly PlaceView[], depth: number): PlaceRow[] {
    return places.flatMap((place) => [{ place, depth }, ...rowsOf(open.get(place.code) ?? [], depth + 1)])
  }
  async function unfold(place: PlaceView): Promise<void> {
    if (open.has(place.code)) {
      open.delete(place.code)
      return
    }
    try {
      open.set(place.code, await placesBelow(place))
    } catch (error) {
      problem.value = asProblem(error)
    }
  }
  async function start(): Promise<void> {
    problem.value = null
    try {
      roots.value = await rootPlaces()
      let level = roots.value
      while (level.length > 0) {
        const next: PlaceView | undefined = level.length === 1 ? level[0] : level.find((p) => chosen().startsWith(p.code) && chosen() !== p.code)
        if (!next || next.children === 0) break
        const below = await placesBelow(next)
        open.set(next.code, below)
        level = below
      }
    } catch (error) {
      problem.value = asProblem(error)
    }
  }
  return { rows: () => rowsOf(roots.value, 0), isOpen: (place) => open.has(place.code), unfold, start, problem }
}
