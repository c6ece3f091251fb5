/* The tree of places, a level at a time. */
import { api, ok, type PlaceView } from '@/shared/api'
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
