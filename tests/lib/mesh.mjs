/* Borders drawn in the tests: a draft's map, and a grid cut in two. */
import { ok } from '../harness.mjs'

/** A straight line through a grid from its western to its eastern side, at the height of a corner of its ring, as nodes of the map know it. */
export function cutOf(map, face) {
  const nodes = new Map(map.nodes.map((n) => [n.id, n]))
  const border = map.edges.filter((e) => e.left === face || e.right === face)
  const ring = [...new Set(border.flatMap((e) => [e.from, e.to]))].map((id) => nodes.get(id))
  const inside = (p) => {
    let odd = false
    for (const e of border) {
      const [a, b] = [nodes.get(e.from), nodes.get(e.to)]
      if ((a.lat > p.lat) !== (b.lat > p.lat) && p.lon < a.lon + ((b.lon - a.lon) * (p.lat - a.lat)) / (b.lat - a.lat)) odd = !odd
    }
    return odd
  }
  const crosses = (p, q) => border.some((e) => {
    const [a, b] = [nodes.get(e.from), nodes.get(e.to)]
    if ([a, b].includes(p) || [a, b].includes(q)) return false
    const side = (u, v, w) => Math.sign((v.lon - u.lon) * (w.lat - u.lat) - (v.lat - u.lat) * (w.lon - u.lon))
    return side(p, q, a) * side(p, q, b) <= 0 && side(a, b, p) * side(a, b, q) <= 0
  })
  let best
  for (const p of ring)
    for (const q of ring) {
      if (p.id >= q.id || border.some((e) => [e.from, e.to].includes(p.id) && [e.from, e.to].includes(q.id))) continue
      if (!inside({ lon: (p.lon + q.lon) / 2, lat: (p.lat + q.lat) / 2 }) || crosses(p, q)) continue
      const share = Math.abs(ring.filter((n) => (q.lon - p.lon) * (n.lat - p.lat) - (q.lat - p.lat) * (n.lon - p.lon) > 0).length / ring.length - 0.5)
      if (!best || share < best.share) best = { p, q, share }
    }
  return [{ lon: best.p.lon, lat: best.p.lat }, { lon: best.q.lon, lat: best.q.lat }]
}

/** What a draft looks like around a grid. */
export function draftMap(world, draft, code) {
  const flat = world.grid(code).geometry.coordinates.flat(Infinity)
  const [lons, lats] = [0, 1].map((k) => flat.filter((_, i) => i % 2 === k))
  return ok(world.as('center').GET('/api/mesh/drafts/{id}/map', { params: { path: { id: draft.id }, query: {
    west: Math.min(...lons), south: Math.min(...lats), east: Math.max(...lons), north: Math.max(...lats) } } }))
}

export const faceOf = (map, code) => map.faces.find((f) => f.grid === code).id

/** Cuts a grid of a draft in two; what the edit answers. */
export async function splitGrid(world, draft, code) {
  const map = await draftMap(world, draft, code)
  const face = faceOf(map, code)
  return ok(world.as('center').POST('/api/mesh/drafts/{id}/edits', { params: { path: { id: draft.id } },
    body: { version: draft.version, edits: [{ op: 'split', face, lines: [{ points: cutOf(map, face) }] }] } }))
}

const M = 1 / 111_320 // degrees of latitude in a metre

/** The grids of a community as a GeoJSON FeatureCollection with code and name, as a city would keep them. */
export function gridsOf(world, community) {
  return { type: 'FeatureCollection', features: world.facts.grids.filter((g) => g.code.startsWith(community)).map((g) => ({
    type: 'Feature', properties: { code: g.code, name: g.name }, geometry: structuredClone(g.geometry) })) }
}

/** Sides that two polygons of a collection share, the longest first: whose ring, and where the side begins in it. */
function sharedSides(collection) {
  const sides = new Map()
  const found = []
  collection.features.forEach((f, i) => {
    const ring = f.geometry.coordinates[0]
    for (let k = 0; k + 1 < ring.length; k++) {
      const [p, q] = [ring[k], ring[k + 1]]
      const other = sides.get(`${q}|${p}`)
      if (other) found.push({ feature: i, other: other.feature, p, q, length: Math.hypot((q[0] - p[0]) * Math.cos((p[1] * Math.PI) / 180), q[1] - p[1]) / M })
      sides.set(`${p}|${q}`, { feature: i })
    }
  })
  return found.sort((a, b) => b.length - a.length)
}

/**
 * The same grids as loose polygons: between pairs of them a gap, an overlap and a sliver, each so many metres wide (0: none).
 * The middle of a shared side is bent in one of the two polygons alone.
 */
export function looseGrids(world, community, { gap = 4, overlap = 4, sliver = 0.2 } = {}) {
  const made = gridsOf(world, community)
  const used = new Set()
  const bend = (side, metres) => {
    const ring = made.features[side.feature].geometry.coordinates[0]
    const at = ring.findIndex((c, k) => String(c) === String(side.p) && String(ring[k + 1]) === String(side.q))
    const stretch = Math.cos((side.p[1] * Math.PI) / 180)
    const [dx, dy] = [(side.q[0] - side.p[0]) * stretch, side.q[1] - side.p[1]]
    const long = Math.hypot(dx, dy) / (metres * M)
    const middle = [(side.p[0] + side.q[0]) / 2 - dy / long / stretch, (side.p[1] + side.q[1]) / 2 + dx / long]
    ring.splice(at + 1, 0, middle.map((n) => Number(n.toFixed(7))))
  }
  const sides = sharedSides(made)
  for (const metres of [gap, -overlap, sliver]) {
    const side = metres && sides.find((s) => !used.has(`${s.p}|${s.q}`))
    if (!side) continue
    used.add(`${side.p}|${side.q}`)
    bend(side, metres)
  }
  return made
}

/** A point as maps of GCJ-02 show it (the published formula). */
export function gcj02([lon, lat]) {
  const [x, y, pi] = [lon - 105, lat - 35, Math.PI]
  const wave = (20 * Math.sin(6 * x * pi) + 20 * Math.sin(2 * x * pi)) * (2 / 3)
  let dLat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + wave
  dLat += ((20 * Math.sin(y * pi) + 40 * Math.sin((y / 3) * pi)) * 2) / 3 + ((160 * Math.sin((y / 12) * pi) + 320 * Math.sin((y * pi) / 30)) * 2) / 3
  let dLon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + wave
  dLon += ((20 * Math.sin(x * pi) + 40 * Math.sin((x / 3) * pi)) * 2) / 3 + ((150 * Math.sin((x / 12) * pi) + 300 * Math.sin((x / 30) * pi)) * 2) / 3
  const e2 = 0.00669342162296594, a = 6378245, r = (lat * pi) / 180, w = 1 - e2 * Math.sin(r) ** 2
  return [lon + (dLon * 180) / ((a / Math.sqrt(w)) * Math.cos(r) * pi), lat + (dLat * 180) / (((a * (1 - e2)) / (w * Math.sqrt(w))) * pi)]
}

/** Checks a file for a draft; the raw reply. */
export function checkFile(caller, draft, file, query = {}) {
  const search = new URLSearchParams({ draft: draft.id, name: '网格.geojson', crs: 'cgcs2000', ...query })
  return caller.send('POST', `/api/mesh/checks?${search}`, { headers: { 'Content-Type': 'application/octet-stream' },
    body: typeof file === 'string' || Buffer.isBuffer(file) ? file : JSON.stringify(file) })
}

/** The day so many days after the server's today, at UTC+08:00. */
export const dayAfter = (server, days) => new Date(server.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)

/** Roads, rivers and compounds for a community, made from where its buildings stand: a road from beyond its western to beyond its eastern side, a
 * compound around the two buildings that are nearest to each other, and a lane far away. */
export function barriersOf(world, community, buildings) {
  const flat = world.facts.grids.filter((g) => g.code.startsWith(community)).flatMap((g) => g.geometry.coordinates.flat())
  const [west, east] = [Math.min(...flat.map((p) => p[0])), Math.max(...flat.map((p) => p[0]))]
  const [south, north] = [Math.min(...flat.map((p) => p[1])), Math.max(...flat.map((p) => p[1]))]
  const pairs = buildings.flatMap((a, i) => buildings.slice(i + 1).map((b) => ({ a, b, far: Math.hypot(a.lon - b.lon, a.lat - b.lat) })))
  const apart = 10 * M
  const { a, b } = pairs.filter((p) => p.far > apart).sort((x, y) => x.far - y.far)[0]
  const box = [Math.min(a.lon, b.lon) - apart, Math.min(a.lat, b.lat) - apart, Math.max(a.lon, b.lon) + apart, Math.max(a.lat, b.lat) + apart]
  const wall = [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]], [box[0], box[1]]]
  const y = south + (north - south) * 0.55
  const feature = (name, type, coordinates) => ({ type: 'Feature', properties: { name }, geometry: { type, coordinates } })
  return { type: 'FeatureCollection', features: [
    feature('中心路', 'LineString', [[west - 0.01, y], [(west + east) / 2, y + 5 * M], [east + 0.01, y]]),
    feature('春风里', 'Polygon', [wall]),
    feature('别处的巷子', 'MultiLineString', [[[west - 1, south], [west - 0.9, south]]]),
  ] }
}
