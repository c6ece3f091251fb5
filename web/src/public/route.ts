/* Which page the address means. Paths are the server's (`/`, `/b/{code}`, `/g/{code}`, `/r/{code}`, `/o/{token}`); what opens above a page is in
 * the fragment, so that the phone's own back key works everywhere. */
import { computed, shallowRef } from 'vue'

export type Route =
  | { name: 'home' }
  | { name: 'building', code: string }
  | { name: 'grid', code: string }
  | { name: 'report', building: string | null }
  | { name: 'receipt', code: string }
  | { name: 'find', code: string }
  | { name: 'who' }
  | { name: 'progress', code: string }
  | { name: 'outside', token: string }
  | { name: 'unknown' }

/** An address that was cut off may end in half an escape. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export function parse(path: string, fragment: string): Route {
  const [, first = '', second = ''] = path.split('/')
  const code = decoded(second)
  if (first === '') {
    if (fragment === 'report') return { name: 'report', building: null }
    if (fragment === 'who') return { name: 'who' }
    if (fragment === 'find') return { name: 'find', code: '' }
    return { name: 'home' }
  }
  if (first === 'b' && code) {
    if (fragment === 'report') return { name: 'report', building: code }
    if (fragment === 'find') return { name: 'find', code: '' }
    return { name: 'building', code }
  }
  if (first === 'g' && code) {
    if (fragment === 'report') return { name: 'report', building: null }
    return { name: 'grid', code }
  }
  if (first === 'r') {
    if (!code) return { name: 'find', code: '' }
    if (fragment === 'receipt') return { name: 'receipt', code }
    return { name: 'progress', code }
  }
  if (first === 'o' && code) return { name: 'outside', token: code }
  return { name: 'unknown' }
}

const here = shallowRef(location.pathname + location.search + location.hash)
let depth = 0

addEventListener('popstate', () => {
  depth = Math.max(0, depth - 1)
  here.value = location.pathname + location.search + location.hash
})

export const route = computed<Route>(() => {
  const url = new URL(here.value, location.origin)
  return parse(url.pathname, url.hash.slice(1))
})

/** The unit a plate stands for: `/b/{code}?unit=2`. */
export const unit = computed<number | null>(() => {
  const query = new URL(here.value, location.origin).searchParams
  const n = Number(query.get('unit') ?? query.get('u'))
  return Number.isInteger(n) && n >= 1 && n <= 50 ? n : null
})

export function go(to: string, options: { replace?: boolean } = {}): void {
  if (options.replace) {
    history.replaceState(null, '', to)
  } else {
    history.pushState(null, '', to)
    depth++
  }
  here.value = location.pathname + location.search + location.hash
  scrollTo(0, 0)
}

export const homeAddress = (): string => {
  const now = route.value
  return now.name === 'report' && now.building ? `/b/${encodeURIComponent(now.building)}` : '/'
}

/** One step back; on the first page opened, the face's home. */
export function goBack(): void {
  if (depth > 0) history.back()
  else go(homeAddress(), { replace: true })
}
