/* Drawing on a map of the console: areas in a look of their own, and going to a place. */
import type { FeatureCollection, Geometry } from 'geojson'
import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl'
import { boxOf } from '@/shared/map/tiles'
import type { Span } from './part'

export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

export interface Area { id: number | string, geometry: unknown, label?: string }
export interface AreaLook {
  /** Names of tokens: '--wg-blue'. */
  line: string
  fill?: string
  opacity?: number
  width?: number
  dashed?: boolean
}

const collection = (areas: readonly Area[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: areas.flatMap((a) => (a.geometry ? [{ type: 'Feature' as const, properties: { id: a.id, label: a.label ?? '' }, geometry: a.geometry as Geometry }] : [])),
})

/** Puts data into a source of the map, making it when it is not there; true when it was made now. */
export function put(map: MapLibre, name: string, data: FeatureCollection): boolean {
  const held = map.getSource<GeoJSONSource>(name)
  if (held) {
    held.setData(data)
    return false
  }
  map.addSource(name, { type: 'geojson', data, tolerance: 0 })
  return true
}

/** Draws areas (GeoJSON) under a name; called again, they replace those drawn before. None takes them away. */
export function drawAreas(map: MapLibre, name: string, areas: readonly Area[], look: AreaLook): void {
  if (!put(map, name, collection(areas))) return
  const before = map.getLayer('buildings-dot') ? 'buildings-dot' : undefined
  if (look.fill) map.addLayer({ id: `${name}-fill`, type: 'fill', source: name, paint: { 'fill-color': token(look.fill), 'fill-opacity': look.opacity ?? 0.2, 'fill-antialias': false } }, before)
  map.addLayer({ id: `${name}-line`, type: 'line', source: name, paint: { 'line-color': token(look.line), 'line-width': look.width ?? 2, ...(look.dashed ? { 'line-dasharray': [2.2, 1.8] } : {}) } }, before)
  map.addLayer({
    id: `${name}-label`, type: 'symbol', source: name,
    layout: { 'text-field': ['get', 'label'], 'text-font': ['Noto Sans CJK SC'], 'text-size': 12, 'text-max-width': 9 },
    paint: { 'text-color': token('--wg-ink'), 'text-halo-color': token('--wg-card'), 'text-halo-width': 1.6 },
  })
}

/** The box of several areas. */
export function spanOfAreas(geometries: readonly unknown[]): Span | null {
  return geometries.map(boxOf).reduce<Span | null>((sum, b) => (!b ? sum : !sum ? b : {
    west: Math.min(sum.west, b.west), south: Math.min(sum.south, b.south), east: Math.max(sum.east, b.east), north: Math.max(sum.north, b.north),
  }), null)
}

/** Brings a box into view. */
export function zoomTo(map: MapLibre, span: Span | null, most = 17): void {
  if (span) map.fitBounds([[span.west, span.south], [span.east, span.north]], { padding: 60, maxZoom: most, duration: 0 })
}
