/* The ground of the map: where it starts, and the tiles of the own grid, fetched ahead once a day so that the map is there
 * without a network. The service worker keeps the tiles. */
import { api, ok, type MapConfig } from '@/shared/api'
import { me } from '@/shared/api/session'
import { boxOf, deepest, tileAddress, tilesOf } from '@/shared/map/tiles'
import { homePlace } from './account'
import { readCopy, writeCopy } from './cached'

export const mapStartKey = 'map'
const dayMs = 86_400_000
const zooms = [13, 14, 15, 16] as const
const layers = ['places', 'grids', 'buildings'] as const
const mostTiles = 90

export interface MapStart { config: MapConfig, geometry: unknown }

async function readMapStart(): Promise<MapStart> {
  const home = homePlace()
  const [config, place] = await Promise.all([
    ok(api.GET('/api/map')),
    home ? ok(api.GET('/api/places/{code}', { params: { path: { code: home }, query: { geometry: 'geojson' } } })).catch(() => null) : null,
  ])
  return { config, geometry: place?.geometry ?? null }
}

let begun: Promise<MapStart> | null = null

/** Begins reading before the screen is there, once it is known whose map it is. */
export function beginMap(): void {
  if (!me.value || begun) return
  begun = readMapStart()
  begun.catch(() => {
    begun = null
  })
}

/** What was begun, once; later calls read anew. */
export function mapStart(): Promise<MapStart> {
  const answer = begun ?? readMapStart()
  begun = null
  return answer
}

/** Only when a service worker keeps what is fetched, and only once a day. */
export async function fetchGround(): Promise<void> {
  if (!navigator.serviceWorker?.controller || !navigator.onLine) return
  const last = await readCopy<null>('ground')
  if (last && Date.now() - last.at < dayMs) return
  const start = await readMapStart()
  await writeCopy(mapStartKey, start)
  const box = boxOf(start.geometry) ?? start.config
  const wanted = zooms.flatMap((z) => tilesOf(box, z)).flatMap((tile) => layers.filter((layer) => tile.z <= deepest[layer]).map((layer) => ({ layer, ...tile }))).slice(0, mostTiles)
  for (const { layer, x, y, z } of wanted) await fetch(tileAddress(layer).replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y)))
  await writeCopy('ground', null)
}
