/* A file of roads, rivers and compounds, made ready to go with a question: GeoJSON read, what the server does not look at and what lies far away taken
 * out, so that a whole town's export is small enough. Whether the shapes are sound is for the server to say. */
import { boxOf } from '@/shared/map/tiles'
import type { Span } from './part'

export interface Barriers { name: string, collection: Record<string, unknown>, lines: number, polygons: number }
export type BarrierFault = 'notJson' | 'notCollection' | 'tooBig'

/** What a request may carry, less room for the rest of it. */
const mostBytes = 250_000
/** Degrees: no datum in use is shifted by more than that. */
const beyond = 0.02
const digits = 1e7

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Longitudes and latitudes to the seven digits that count; heights left out. */
function slim(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  if (value.length && value.every((n) => typeof n === 'number')) return value.slice(0, 2).map((n: number) => Math.round(n * digits) / digits)
  return value.map(slim)
}

function slimFeature(feature: unknown): unknown {
  if (!isObject(feature)) return feature
  const [geometry, properties] = [feature['geometry'], feature['properties']]
  const kept = isObject(properties) ? Object.fromEntries(['name', 'strength'].flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]]))) : {}
  return { type: 'Feature', properties: kept, geometry: isObject(geometry) ? { type: geometry['type'], coordinates: slim(geometry['coordinates']) } : null }
}

const kindOf = (feature: unknown): string => {
  const geometry = isObject(feature) ? feature['geometry'] : null
  return isObject(geometry) ? String(geometry['type']) : ''
}

/** The text of a file as what is sent, or what is wrong with it. */
export function barriersIn(name: string, text: string): Barriers | BarrierFault {
  let read: unknown
  try {
    read = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return 'notJson'
  }
  const features = isObject(read) && read['type'] === 'FeatureCollection' ? read['features'] : null
  if (!Array.isArray(features)) return 'notCollection'
  const collection = { type: 'FeatureCollection', features: features.map(slimFeature) }
  const count = (word: string): number => features.filter((f) => kindOf(f).endsWith(word)).length
  return { name, collection, lines: count('LineString'), polygons: count('Polygon') }
}

/** What of a file goes with a question about a place; a feature that lies far away keeps its number, without a shape. */
export function barriersNear(barriers: Barriers, span: Span): Record<string, unknown> | 'tooBig' {
  const features = barriers.collection['features'] as unknown[]
  const near = (feature: unknown): boolean => {
    const geometry = isObject(feature) ? feature['geometry'] : null
    const box = isObject(geometry) && kindOf(feature) !== 'Point' && Array.isArray(geometry['coordinates']) ? boxOf(geometry) : null
    return !box || (box.west <= span.east + beyond && box.east >= span.west - beyond && box.south <= span.north + beyond && box.north >= span.south - beyond)
  }
  const collection = { ...barriers.collection, features: features.map((f) => (near(f) ? f : { geometry: null })) }
  return new TextEncoder().encode(JSON.stringify(collection)).length > mostBytes ? 'tooBig' : collection
}
