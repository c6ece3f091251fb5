/* The map's style: our own vector tiles only, no glyph server (labels come from the device's fonts), colours from the
 * tokens. A layer of the server (places, grids …) becomes a few layers here; `parts` names them. */
import type { ExpressionSpecification, StyleSpecification } from 'maplibre-gl'
import { deepest, mapLayers, tileAddress, type MapLayer } from './tiles'

export { mapLayers, tileAddress, type MapLayer }

/** Style layers that draw one layer of the server. */
export const parts: Record<MapLayer, readonly string[]> = {
  places: ['places-fill', 'places-line', 'places-label'],
  grids: ['grids-fill', 'grids-line', 'grids-chosen', 'grids-label'],
  buildings: ['buildings-dot', 'buildings-label'],
  points: ['points-dot', 'points-label'],
  cases: ['cases-halo', 'cases-dot', 'cases-label'],
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

const fonts = ['Noto Sans CJK SC']

/** 小龙路社区第1网格 in two lines: the community, then which of its grids. */
const gridName: ExpressionSpecification = ['coalesce', ['get', 'name'], '']
const gridNumber: ExpressionSpecification = ['index-of', '第', gridName]
const gridLabel: ExpressionSpecification = ['case', ['>', gridNumber, 0],
  ['concat', ['slice', gridName, 0, gridNumber], '\n', ['slice', gridName, gridNumber]], gridName]

export interface StyleOptions { shown: readonly MapLayer[], plain: boolean, textScale: number }

/** `plain`: on a software renderer, labels wait for a closer zoom. */
export function mapStyle({ shown, plain, textScale }: StyleOptions): StyleSpecification {
  const blue = token('--wg-blue')
  const deep = token('--wg-blue-deep')
  const ink = token('--wg-ink-2')
  const card = token('--wg-card')
  const labelZoom = plain ? 13 : 0
  const visibility = (layer: MapLayer) => (shown.includes(layer) ? 'visible' : 'none') as 'visible' | 'none'
  const px = (size: number): number => size * textScale
  const halo = { 'text-halo-color': card, 'text-halo-width': 1.6 }

  /* the ground is the colour behind the canvas; an area's edge is a line of its own, so no area is smoothed: on a device without graphics
   * acceleration every kind of drawing that is not needed is seen */
  return {
    version: 8,
    sources: Object.fromEntries(mapLayers.map((layer) => [layer, {
      type: 'vector' as const, tiles: [tileAddress(layer)], minzoom: 6, maxzoom: deepest[layer],
    }])),
    layers: [
      {
        id: 'places-fill', type: 'fill', source: 'places', 'source-layer': 'places', layout: { visibility: visibility('places') },
        filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'fill-color': card, 'fill-opacity': 0.9, 'fill-antialias': false },
      },
      {
        id: 'grids-fill', type: 'fill', source: 'grids', 'source-layer': 'grids', layout: { visibility: visibility('grids') },
        filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'fill-color': blue, 'fill-opacity': 0.05, 'fill-antialias': false },
      },
      {
        id: 'grids-line', type: 'line', source: 'grids', 'source-layer': 'grids', layout: { visibility: visibility('grids') },
        paint: { 'line-color': token('--wg-blue-line'), 'line-width': ['interpolate', ['linear'], ['zoom'], 11, 0.6, 16, 2] },
      },
      {
        id: 'places-line', type: 'line', source: 'places', 'source-layer': 'places', layout: { visibility: visibility('places') },
        paint: { 'line-color': blue, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 1, 16, 3], 'line-opacity': 0.75 },
      },
      {
        id: 'grids-chosen', type: 'line', source: 'grids', 'source-layer': 'grids', layout: { visibility: visibility('grids') },
        filter: ['==', ['get', 'code'], ''],
        paint: { 'line-color': deep, 'line-width': 3.5 },
      },
      {
        id: 'buildings-dot', type: 'circle', source: 'buildings', 'source-layer': 'buildings', minzoom: 14,
        layout: { visibility: visibility('buildings') },
        paint: {
          'circle-radius': ['interpolate', ['linear'], ['zoom'], 14, 2.5, 17, 6],
          'circle-color': card, 'circle-stroke-color': token('--wg-line-strong'), 'circle-stroke-width': 1.4,
        },
      },
      {
        id: 'points-dot', type: 'circle', source: 'points', 'source-layer': 'points', minzoom: 13,
        layout: { visibility: visibility('points') },
        paint: { 'circle-radius': 4, 'circle-color': token('--wg-ok'), 'circle-stroke-color': card, 'circle-stroke-width': 1.5 },
      },
      {
        id: 'cases-halo', type: 'circle', source: 'cases', 'source-layer': 'cases', layout: { visibility: visibility('cases') },
        filter: ['==', ['get', 'late'], true],
        paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 11, 6, 16, 14], 'circle-color': token('--wg-danger'), 'circle-opacity': 0.22 },
      },
      {
        id: 'cases-dot', type: 'circle', source: 'cases', 'source-layer': 'cases', layout: { visibility: visibility('cases') },
        paint: {
          'circle-radius': ['interpolate', ['linear'], ['zoom'], 11, 3.5, 16, 8],
          'circle-color': ['case', ['==', ['get', 'late'], true], token('--wg-danger'), blue],
          'circle-stroke-color': card, 'circle-stroke-width': 1.8,
        },
      },
      {
        id: 'buildings-label', type: 'symbol', source: 'buildings', 'source-layer': 'buildings', minzoom: 16,
        layout: { visibility: visibility('buildings'), 'text-field': ['coalesce', ['get', 'name'], ''], 'text-font': fonts, 'text-size': px(11), 'text-offset': [0, 1.1], 'text-anchor': 'top' },
        paint: { 'text-color': ink, ...halo },
      },
      {
        id: 'points-label', type: 'symbol', source: 'points', 'source-layer': 'points', minzoom: 16,
        layout: { visibility: visibility('points'), 'text-field': ['coalesce', ['get', 'name'], ''], 'text-font': fonts, 'text-size': px(11), 'text-offset': [0, 1], 'text-anchor': 'top' },
        paint: { 'text-color': ink, ...halo },
      },
      {
        id: 'grids-label', type: 'symbol', source: 'grids', 'source-layer': 'grids', minzoom: Math.max(13, labelZoom),
        layout: { visibility: visibility('grids'), 'text-field': gridLabel, 'text-font': fonts, 'text-size': px(12), 'text-max-width': 9 },
        paint: { 'text-color': deep, ...halo },
      },
      {
        id: 'places-label', type: 'symbol', source: 'places', 'source-layer': 'places', maxzoom: 14, minzoom: labelZoom,
        layout: { visibility: visibility('places'), 'text-field': ['coalesce', ['get', 'name'], ''], 'text-font': fonts, 'text-size': px(14), 'text-max-width': 7 },
        paint: { 'text-color': token('--wg-ink'), ...halo },
      },
      {
        id: 'cases-label', type: 'symbol', source: 'cases', 'source-layer': 'cases', minzoom: 15.5,
        layout: { visibility: visibility('cases'), 'text-field': ['coalesce', ['get', 'title'], ['get', 'number'], ''], 'text-font': fonts, 'text-size': px(11), 'text-offset': [0, -1.2], 'text-anchor': 'bottom', 'text-max-width': 9 },
        paint: { 'text-color': ink, ...halo },
      },
    ],
  }
}
