/* The ground of the map: where it starts, and the tiles of the own grid, fetched ahead once a day so that the map is there
 * without a network. The service worker keeps the tiles. */
import { api, ok, type MapConfig } from '@/shared/api'
import { me } from '@/shared/api/session'
import { addressOf, boxOf, deepest, tilesOf, tilesShown } from '@/shared/map/tiles'
import { homePlace } from './account'
import { readCopy, writeCopy } from './cached'

export const mapStartKey = 'map'
const dayMs = 86_400_000
const zooms = [13, 14, 15, 16] as const
const layers = ['places', 'grids', 'buildings'] as const
const mostTiles = 90

export interface MapStart { config: MapConfig, geometry: unknown }

/** What the map shows first: the own grid, else the city's middle. */
export function openingOf(start: MapStart): { centre: [number, number], zoom: number } {
  const box = boxOf(start.geometry) ?? start.config
  return { centre: [(box.west + box.east) / 2, (box.south + box.north) / 2], zoom: start.geometry ? 15 : 13 }
}

/** The ground's first tiles into the browser's cache, while the library that draws them still travels. */
function fetchOpening(start: MapStart): void {
  const { centre, zoom } = openingOf(start)
  for (const layer of ['grids', 'places'] as const) {
    for (const tile of tilesShown(layer, centre, zoom, innerWidth, innerHeight)) void fetch(addressOf(layer, tile)).then((answer) => answer.arrayBuffer()).catch(() => undefined)
  }
}

async function readMapStart(): Promise<MapStart> {
  const home = homePlace()
  const [config, place] = await Promise.all([
    ok(api.GET('/api/map')),
    home ? ok(api.GET('/api/places/{code}', { params: { path: { code: home }, query: { geometry: 'geojson' } } })).catch(() => null) : null,
  ])
  return { config, geometry: place?.geometry ?? null }
}

async function readOpening(): Promise<MapStart> {
  const start = await readMapStart()
  fetchOpening(start)
  return start
}

let begun: Promise<MapStart> | null = null

/** Begins reading before the screen is there, once it is known whose map it is. */
export function beginMap(): void {
  if (!me.value || begun) return
  begun = readOpening()
  begun.catch(() => {
    begun = null
  })
}

/** What was begun, once; later calls read anew. */
export function mapStart(): Promise<MapStart> {
  const answer = begun ?? readOpening()
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
  for (const { layer, ...tile } of wanted) await fetch(addressOf(layer, tile))
  await writeCopy('ground', null)
}
