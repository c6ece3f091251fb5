import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeIn } from './fault'
import { area2, chainOf, enclosing, faceAt, footOf, isJunction, neighbours, partOf, ringsOf, snap, type Part } from './part'
import { mondayFrom } from './days'

/* Two squares side by side, a thousandth of a degree wide, the right one with a unit cut out of its middle:
 *   4───5───6
 *   │ 1 │ 2 │   face 3 lies in face 2
 *   1───2───3 */
const at = (id: number, x: number, y: number) => ({ id, lon: 102 + x / 1e4, lat: 25 + y / 1e4 })
const face = (id: number) => ({ id, community: '530103003001', area_m2: 1, lon: 102, lat: 25 })
const part: Part = partOf({
  version: 1, more: false,
  nodes: [at(1, 0, 0), at(2, 10, 0), at(3, 20, 0), at(4, 0, 10), at(5, 10, 10), at(6, 20, 10), at(7, 14, 4), at(8, 16, 4), at(9, 15, 6)],
  edges: [
    { id: 1, from: 1, to: 2, left: 1, right: 0 }, { id: 2, from: 2, to: 3, left: 2, right: 0 }, { id: 3, from: 3, to: 6, left: 2, right: 0 },
    { id: 4, from: 6, to: 5, left: 2, right: 0 }, { id: 5, from: 5, to: 4, left: 1, right: 0 }, { id: 6, from: 4, to: 1, left: 1, right: 0 },
    { id: 7, from: 2, to: 5, left: 1, right: 2 }, { id: 8, from: 7, to: 8, left: 3, right: 2 }, { id: 9, from: 8, to: 9, left: 3, right: 2 }, { id: 10, from: 9, to: 7, left: 3, right: 2 },
  ],
  faces: [face(1), face(2), face(3)],
})
const xy = (x: number, y: number) => ({ x: 1_020_000_000 + x * 1000, y: 250_000_000 + y * 1000 })

test('a face has the loop around it first, then its holes, all with the face on their left', () => {
  const rings = ringsOf(part, 2) ?? []
  assert.deepEqual(rings.map((r) => r.length), [4, 3])
  assert.ok(area2(rings[0] ?? []) > 0 && area2(rings[1] ?? []) < 0)
  assert.equal(area2(ringsOf(part, 1)?.[0] ?? []), 2 * 10_000 * 10_000)
})

test('a face of which a piece of the border is missing has no rings', () => {
  const edges = [...part.edges.values()].filter((e) => e.id !== 3)
  const broken = partOf({ version: 1, more: false, nodes: [...part.nodes.values()].map((n) => ({ id: n.id, lon: n.x / 1e7, lat: n.y / 1e7 })), edges, faces: [face(2)] })
  assert.equal(ringsOf(broken, 2), null)
})

test('a face within one other is told, one beside others or at the edge is not', () => {
  assert.deepEqual([1, 2, 3, 0, 99].map((f) => enclosing(part, f)), [0, 0, 2, 0, 0])
})

test('a face of which the part has only a piece may have other neighbours out of sight', () => {
  const edges = [...part.edges.values()].filter((e) => e.id !== 9)
  const piece = partOf({ version: 1, more: false, nodes: [...part.nodes.values()].map((n) => ({ id: n.id, lon: n.x / 1e7, lat: n.y / 1e7 })), edges, faces: [face(2), face(3)] })
  assert.equal(enclosing(piece, 3), 0)
})

test('a point lies in the face beside the first border that one meets', () => {
  assert.deepEqual([xy(5, 5), xy(12, 5), xy(15, 4.5), xy(19, 9), xy(30, 5)].map((p) => faceAt(part, p)), [1, 2, 3, 2, 0])
})

test('a pointer snaps to nodes before edges, and an edge gives a whole point on it', () => {
  assert.deepEqual(snap(part, xy(10.3, 9.8), 500), { at: xy(10, 10), kind: 'node', id: 5 })
  assert.deepEqual(snap(part, xy(10.3, 5), 500), { at: xy(10, 5), kind: 'edge', id: 7 })
  assert.equal(snap(part, xy(5, 5), 500).kind, 'free')
  assert.equal(snap(part, xy(15, 4.1), 500, 1).kind, 'free', 'another face’s border is none of ours')
  const foot = footOf({ x: 0, y: 0 }, { x: 1001, y: 333 }, { x: 500, y: 200 })
  assert.ok(Number.isInteger(foot.x) && Number.isInteger(foot.y))
  assert.ok(Math.abs(foot.x * 333 - foot.y * 1001) / Math.hypot(1001, 333) <= 1, 'within one unit of the edge')
})

test('a chain runs from junction to junction in the direction of its edge; a closed one comes back', () => {
  assert.ok(isJunction(part, 2) && !isJunction(part, 3))
  const edge = part.edges.get(3)
  const hole = part.edges.get(8)
  if (!edge || !hole) throw new Error('the edges are there')
  assert.deepEqual(chainOf(part, edge), { nodes: [2, 3, 6, 5], closed: false })
  const ring = chainOf(part, hole)
  assert.equal(ring.closed, true)
  assert.equal(ring.nodes[0], ring.nodes.at(-1))
})

test('neighbours share a border; the outside is none', () => {
  assert.deepEqual(neighbours(part, 2).sort(), [1, 3])
  assert.deepEqual(neighbours(part, 1), [2])
})

test('the place in a sentence of the server, in both languages', () => {
  assert.deepEqual(placeIn('边界相交（102.712345, 25.037000）'), { x: 1_027_123_450, y: 250_370_000 })
  assert.deepEqual(placeIn('edges cross at 102.712345, 25.037000'), { x: 1_027_123_450, y: 250_370_000 })
  assert.equal(placeIn('没有地点'), null)
})

test('the Monday on or after a day', () => {
  assert.equal(mondayFrom('2026-11-24'), '2026-11-30')
  assert.equal(mondayFrom('2026-11-30'), '2026-11-30')
  assert.equal(mondayFrom('2026-12-31'), '2027-01-04')
})
