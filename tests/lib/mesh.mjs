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

/** The day so many days after the server's today, at UTC+08:00. */
export const dayAfter = (server, days) => new Date(server.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)
