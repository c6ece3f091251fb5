/* The server's vector tile layers, where their tiles are, and which of them a box touches. */
export const mapLayers = ['places', 'grids', 'buildings', 'points', 'cases'] as const
export type MapLayer = (typeof mapLayers)[number]

/** The closest zoom at which a layer has tiles of its own; closer, they are enlarged. Lines and dots lose nothing by it (a tile of
 * zoom 14 is exact to half a metre) and a screen needs a quarter of the requests; buildings get their outlines and names late. */
export const deepest: Record<MapLayer, number> = { places: 14, grids: 14, cases: 14, points: 15, buildings: 16 }

export function tileAddress(layer: MapLayer, version = 0): string {
  const tail = version > 0 ? `?v=${version}` : ''
  return `${location.origin}/api/tiles/${layer}/{z}/{x}/{y}.mvt${tail}`
}

export interface Box { west: number, south: number, east: number, north: number }

/** Bounds of a GeoJSON polygon, by walking its numbers. */
export function boxOf(geometry: unknown): Box | null {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity }
  const walk = (value: unknown): void => {
    if (!Array.isArray(value)) return
    const [x, y] = value as unknown[]
    if (typeof x === 'number' && typeof y === 'number') {
      box.west = Math.min(box.west, x)
      box.east = Math.max(box.east, x)
      box.south = Math.min(box.south, y)
      box.north = Math.max(box.north, y)
    } else {
      value.forEach(walk)
    }
  }
  if (typeof geometry === 'object' && geometry !== null && 'coordinates' in geometry) walk(geometry.coordinates)
  return Number.isFinite(box.west) ? box : null
}

/** Web Mercator tiles that a box touches at a zoom. */
export function tilesOf(box: Box, z: number): { x: number, y: number, z: number }[] {
  const n = 2 ** z
  const column = (lon: number): number => Math.floor(((lon + 180) / 360) * n)
  const row = (lat: number): number => {
    const r = (lat * Math.PI) / 180
    return Math.floor(((1 - Math.asinh(Math.tan(r)) / Math.PI) / 2) * n)
  }
  const made: { x: number, y: number, z: number }[] = []
  for (let x = column(box.west); x <= column(box.east); x++) {
    for (let y = row(box.north); y <= row(box.south); y++) made.push({ x, y, z })
  }
  return made
}

/** Tiles of a layer that a map shows at once: those of a view so many pixels large. A tile is 512 of them wide. */
export function tilesShown(layer: MapLayer, centre: readonly [number, number], zoom: number, width: number, height: number): { x: number, y: number, z: number }[] {
  const z = Math.min(Math.floor(zoom), deepest[layer])
  const degrees = 360 / (512 * 2 ** zoom)
  const flat = Math.cos((centre[1] * Math.PI) / 180)
  const [east, north] = [(width / 2) * degrees, (height / 2) * degrees * flat]
  return tilesOf({ west: centre[0] - east, east: centre[0] + east, south: centre[1] - north, north: centre[1] + north }, z)
}

/** The address of one tile. */
export function addressOf(layer: MapLayer, tile: { x: number, y: number, z: number }): string {
  return tileAddress(layer).replace('{z}', String(tile.z)).replace('{x}', String(tile.x)).replace('{y}', String(tile.y))
}
