/* The part of a draft as the map draws it: faces faintly, borders, labels. New grids and resident units have colours of their own. */
import type { Feature, FeatureCollection } from 'geojson'
import type { ExpressionSpecification, Map as MapLibre } from 'maplibre-gl'
import { put, token } from './draw'
import { ringsOf, toLngLat, type Part } from './part'
import { t } from './strings'

const names = { faces: 'part-faces', edges: 'part-edges', labels: 'part-labels' }
const none: FeatureCollection = { type: 'FeatureCollection', features: [] }
type Look = 'grid' | 'new' | 'unit'

/** 第3网格, or the last digits of the code. */
export function faceLabel(face: { grid?: string | undefined, name?: string | undefined }): string {
  if (!face.grid) return t('newGrid')
  const name = face.name ?? ''
  const number = name.indexOf('第')
  return number > 0 ? name.slice(number) : name || face.grid.slice(-3)
}

function faces(part: Part): FeatureCollection {
  const features: Feature[] = []
  for (const face of part.faces.values()) {
    const rings = ringsOf(part, face.id)
    if (!rings) continue
    const coordinates = rings.map((ring) => [...ring, ...ring.slice(0, 1)].map(toLngLat))
    const look: Look = face.kind === 'unit' ? 'unit' : face.grid ? 'grid' : 'new'
    features.push({ type: 'Feature', properties: { look }, geometry: { type: 'Polygon', coordinates } })
  }
  return { type: 'FeatureCollection', features }
}
function edges(part: Part): FeatureCollection {
  const features: Feature[] = []
  for (const e of part.edges.values()) {
    const [a, b] = [part.nodes.get(e.from), part.nodes.get(e.to)]
    if (!a || !b) continue
    const apart = part.faces.get(e.left)?.community !== part.faces.get(e.right)?.community
    features.push({ type: 'Feature', properties: { apart }, geometry: { type: 'LineString', coordinates: [toLngLat(a), toLngLat(b)] } })
  }
  return { type: 'FeatureCollection', features }
}
const labels = (part: Part): FeatureCollection => ({
  type: 'FeatureCollection',
  features: [...part.faces.values()].map((f) => ({ type: 'Feature', properties: { label: faceLabel(f), fresh: !f.grid }, geometry: { type: 'Point', coordinates: [f.lon, f.lat] } })),
})

export function drawPart(map: MapLibre, part: Part): void {
  const before = map.getLayer('buildings-dot') ? 'buildings-dot' : undefined
  const byLook = (grid: string, fresh: string, unit: string): ExpressionSpecification => ['match', ['get', 'look'], 'new', token(fresh), 'unit', token(unit), token(grid)]
  if (put(map, names.faces, faces(part))) {
    map.addLayer({ id: names.faces, type: 'fill', source: names.faces, paint: { 'fill-color': byLook('--wg-blue', '--wg-ok', '--wg-star'), 'fill-opacity': ['match', ['get', 'look'], 'grid', 0.05, 0.16], 'fill-antialias': false } }, before)
  }
  if (put(map, names.edges, edges(part))) {
    map.addLayer({ id: names.edges, type: 'line', source: names.edges, layout: { 'line-cap': 'round' }, paint: { 'line-color': ['case', ['get', 'apart'], token('--wg-blue-strong'), token('--wg-blue')], 'line-width': ['case', ['get', 'apart'], 2.6, 1.4], 'line-opacity': 0.8 } }, before)
  }
  if (put(map, names.labels, labels(part))) {
    map.addLayer({
      id: names.labels, type: 'symbol', source: names.labels, minzoom: 13.5, layout: { 'text-field': ['get', 'label'], 'text-font': ['Noto Sans CJK SC'], 'text-size': 12 },
      paint: { 'text-color': ['case', ['get', 'fresh'], token('--wg-ok'), token('--wg-blue-deep')], 'text-halo-color': token('--wg-card'), 'text-halo-width': 1.6 },
    })
  }
}
export function undrawPart(map: MapLibre): void {
  for (const name of Object.values(names)) if (map.getSource(name)) put(map, name, none)
}
