/* The part of a draft that is on the screen, as a small mesh: nodes, edges, faces, and what can be asked of them. Coordinates are whole
 * numbers, degrees × 10⁷, as the server keeps them. An edge has one face on its left and one on its right; 0 is the outside. */
import type { MeshFaceItem, MeshMap } from '@/shared/api'

export interface Pt { x: number, y: number }
export interface Node extends Pt { id: number }
export interface Edge { id: number, from: number, to: number, left: number, right: number }
export interface Part {
  version: number
  more: boolean
  nodes: ReadonlyMap<number, Node>
  edges: ReadonlyMap<number, Edge>
  faces: ReadonlyMap<number, MeshFaceItem>
  /** Edges that meet in a node. */
  around: ReadonlyMap<number, readonly Edge[]>
  /** Edges that a face has on either side. */
  borders: ReadonlyMap<number, readonly Edge[]>
}
/** Where a pointer came to rest: at a node, on an edge, or nowhere in particular. */
export interface Snap { at: Pt, kind: 'node' | 'edge' | 'free', id: number }

const units = 1e7
export const toE7 = (degrees: number): number => Math.round(degrees * units)
export const toPoint = (p: Pt): { lon: number, lat: number } => ({ lon: p.x / units, lat: p.y / units })
export const toLngLat = (p: Pt): [number, number] => [p.x / units, p.y / units]

function listed<K>(into: Map<K, Edge[]>, key: K, edge: Edge): void {
  const held = into.get(key)
  if (held) held.push(edge)
  else into.set(key, [edge])
}

export function partOf(map: MeshMap): Part {
  const edges = new Map<number, Edge>()
  const around = new Map<number, Edge[]>()
  const borders = new Map<number, Edge[]>()
  for (const e of map.edges) {
    edges.set(e.id, e)
    listed(around, e.from, e)
    listed(around, e.to, e)
    listed(borders, e.left, e)
    listed(borders, e.right, e)
  }
  return {
    version: map.version, more: map.more, edges, around, borders,
    nodes: new Map(map.nodes.map((n) => [n.id, { id: n.id, x: toE7(n.lon), y: toE7(n.lat) }])),
    faces: new Map(map.faces.map((f) => [f.id, f])),
  }
}

const ends = (part: Part, edge: Edge): [Node, Node] | null => {
  const [a, b] = [part.nodes.get(edge.from), part.nodes.get(edge.to)]
  return a && b ? [a, b] : null
}

/** Twice the signed area; positive runs counter-clockwise. */
export function area2(ring: readonly Pt[]): number {
  const [o] = ring
  if (!o) return 0
  return ring.reduce((sum, p, i) => {
    const q = ring[(i + 1) % ring.length] ?? p
    return sum + ((p.x - o.x) * (q.y - o.y) - (q.x - o.x) * (p.y - o.y))
  }, 0)
}

/** Whether `p` lies left of the way from `a` to `b`, by its turn: positive is left. */
const turn = (a: Pt, b: Pt, p: Pt): number => (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)

/** The way round a corner that keeps the face on the left: of several edges that go on, the one that turns most to the left side of it. */
function sharpest(at: Node, from: Node, goesOn: readonly Node[]): Node | undefined {
  const back = Math.atan2(from.y - at.y, from.x - at.x)
  const angle = (n: Node): number => {
    const d = back - Math.atan2(n.y - at.y, n.x - at.x)
    return d <= 0 ? d + 2 * Math.PI : d
  }
  return [...goesOn].sort((a, b) => angle(a) - angle(b))[0]
}

/** The loops of a face as nodes, the one around it first; null when a piece of its border is not in the part. */
export function ringsOf(part: Part, face: number): Node[][] | null {
  const next = new Map<number, Node[]>()
  for (const edge of part.borders.get(face) ?? []) {
    const both = ends(part, edge)
    if (!both) return null
    const [from, to] = edge.left === face ? both : [both[1], both[0]]
    next.set(from.id, [...(next.get(from.id) ?? []), to])
  }
  const rings: Node[][] = []
  for (const [start] of next) {
    while (next.get(start)?.length) {
      const ring: Node[] = []
      let [at, from]: [Node | undefined, Node | undefined] = [part.nodes.get(start), undefined]
      do {
        const on: Node[] | undefined = at && next.get(at.id)
        const to: Node | undefined = at && on && (on.length > 1 && from ? sharpest(at, from, on) : on[0])
        if (!at || !on || !to) return null
        on.splice(on.indexOf(to), 1)
        ring.push(at)
        ;[from, at] = [at, to]
      } while (at.id !== start)
      rings.push(ring)
    }
  }
  rings.sort((a, b) => area2(b) - area2(a))
  const [outer] = rings
  return outer && area2(outer) > 0 ? rings : null
}

const metric = (p: Pt): number => Math.cos((p.y / units / 180) * Math.PI)
/** Distance in units of latitude. */
export function distance(a: Pt, b: Pt): number {
  return Math.hypot((a.x - b.x) * metric(a), a.y - b.y)
}

/** The point of an edge nearest to `p`, in whole units. */
export function footOf(a: Pt, b: Pt, p: Pt): Pt {
  const k = metric(p) ** 2
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const long = dx * dx * k + dy * dy
  const share = long > 0 ? Math.min(1, Math.max(0, ((p.x - a.x) * dx * k + (p.y - a.y) * dy) / long)) : 0
  return { x: Math.round(a.x + share * dx), y: Math.round(a.y + share * dy) }
}

export function nearestNode(part: Part, p: Pt, reach: number, among: Iterable<Node> = part.nodes.values()): Node | null {
  let [best, least]: [Node | null, number] = [null, reach]
  for (const n of among) {
    const far = distance(p, n)
    if (far <= least) [best, least] = [n, far]
  }
  return best
}

export function nearestEdge(part: Part, p: Pt, reach: number, among: Iterable<Edge> = part.edges.values()): { edge: Edge, at: Pt } | null {
  let best: { edge: Edge, at: Pt } | null = null
  let least = reach
  for (const edge of among) {
    const both = ends(part, edge)
    if (!both) continue
    const at = footOf(...both, p)
    const far = distance(p, at)
    if (far <= least) [best, least] = [{ edge, at }, far]
  }
  return best
}

/** Nodes come before edges; `face` keeps to its own border. */
export function snap(part: Part, p: Pt, reach: number, face = 0): Snap {
  const border = face ? part.borders.get(face) ?? [] : [...part.edges.values()]
  const node = nearestNode(part, p, reach, nodesOf(part, border))
  if (node) return { at: { x: node.x, y: node.y }, kind: 'node', id: node.id }
  const found = nearestEdge(part, p, reach, border)
  return found ? { at: found.at, kind: 'edge', id: found.edge.id } : { at: { x: Math.round(p.x), y: Math.round(p.y) }, kind: 'free', id: 0 }
}

function* nodesOf(part: Part, edges: Iterable<Edge>): Generator<Node> {
  const told = new Set<number>()
  for (const e of edges) {
    for (const id of [e.from, e.to]) {
      const node = part.nodes.get(id)
      if (node && !told.has(id)) yield node
      told.add(id)
    }
  }
}
export const borderNodes = (part: Part, face: number): Node[] => [...nodesOf(part, part.borders.get(face) ?? [])]
/** Where more than two edges meet: such a node cannot be taken out. */
export const isJunction = (part: Part, node: number): boolean => (part.around.get(node)?.length ?? 0) > 2

/** What lies on either side of the first border that one meets going from `p` in a direction; null when there is none in the part. */
function firstMet(part: Part, p: Pt, flip: boolean, back: boolean): number | null {
  const turned = (n: Pt): Pt => (flip ? { x: n.y, y: n.x } : n)
  const me = turned(p)
  let [face, least]: [number | null, number] = [null, Infinity]
  for (const edge of part.edges.values()) {
    const both = ends(part, edge)
    if (!both) continue
    const [a, b] = both.map(turned) as [Pt, Pt]
    if ((a.y > me.y) === (b.y > me.y)) continue
    const far = (a.x + ((b.x - a.x) * (me.y - a.y)) / (b.y - a.y) - me.x) * (back ? -1 : 1)
    if (far < 0 || far >= least) continue
    least = far
    face = turn(both[0], both[1], p) > 0 ? edge.left : edge.right
  }
  return face
}

/** The face that holds a point; 0 outside. */
export function faceAt(part: Part, p: Pt): number {
  for (const flip of [false, true]) {
    for (const back of [false, true]) {
      const met = firstMet(part, p, flip, back)
      if (met !== null) return met
    }
  }
  return part.edges.size === 0 ? part.faces.keys().next().value ?? 0 : 0
}

/** The faces that share a border with this one. */
export function neighbours(part: Part, face: number): number[] {
  const found = new Set((part.borders.get(face) ?? []).map((e) => (e.left === face ? e.right : e.left)))
  return [...found].filter((f) => f > 0)
}

/** The one face that has all of the ground around this one; 0 when there are several, the outside, or not all of the border is in the part. */
export function enclosing(part: Part, face: number): number {
  const beside = new Set((part.borders.get(face) ?? []).map((e) => (e.left === face ? e.right : e.left)))
  const [only] = beside
  return beside.size === 1 && only && ringsOf(part, face) ? only : 0
}

/** The edges between two junctions, as nodes in the direction of this edge; of a closed chain the first is the last. */
export function chainOf(part: Part, edge: Edge): { nodes: number[], closed: boolean } {
  const walk = (at: number, came: Edge): number[] => {
    const way = [at]
    let [node, last] = [at, came]
    for (;;) {
      const meet = part.around.get(node) ?? []
      const on = meet.length === 2 ? meet.find((e) => e.id !== last.id) : undefined
      if (!on) return way
      node = on.from === node ? on.to : on.from
      last = on
      way.push(node)
      if (last.id === edge.id || node === at) return way
    }
  }
  const ahead = walk(edge.to, edge)
  if (ahead.at(-1) === edge.to && ahead.length > 1) return { nodes: ahead, closed: true }
  return { nodes: [...walk(edge.from, edge).reverse(), ...ahead], closed: false }
}

export interface Span { west: number, south: number, east: number, north: number }
/** The box of a face as far as the part has it, in degrees. */
export function spanOf(part: Part, face: number): Span | null {
  const all = borderNodes(part, face)
  if (!all.length) return null
  const [xs, ys] = [all.map((n) => n.x / units), all.map((n) => n.y / units)]
  return { west: Math.min(...xs), east: Math.max(...xs), south: Math.min(...ys), north: Math.max(...ys) }
}
