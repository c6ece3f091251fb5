/* The hand on the map: the tool that is held, what it has drawn so far, and the one edit that comes of it. It knows no map: places come in
 * as whole coordinates, and `reach` says how far a finger's width is there. */
import { computed, shallowRef, watch, type Ref } from 'vue'
import type { MeshEdited, MeshEditIn } from '@/shared/api'
import { borderNodes, chainOf, distance, enclosing, faceAt, isJunction, nearestEdge, nearestNode, neighbours, snap, toPoint, type Part, type Pt, type Snap } from './part'

export const tools = ['select', 'split', 'merge', 'move', 'insert', 'remove', 'reshape', 'carve'] as const
export type Tool = (typeof tools)[number]
export const toolKeys: Record<Tool, string> = { select: 'V', split: 'S', merge: 'M', move: 'B', insert: 'N', remove: 'X', reshape: 'R', carve: 'C' }
/** A node on its way, or a new one pulled out of an edge. */
export interface Drag { kind: 'node' | 'edge', id: number, at: Pt, moved: boolean }

interface World {
  part: Readonly<Ref<Part | null>>
  send: (edits: MeshEditIn[]) => Promise<MeshEdited | null>
  open: Readonly<Ref<boolean>>
  reach: () => number
}

const line = (points: readonly Pt[]): MeshEditIn['lines'] => [{ points: points.map(toPoint) }]
const fewestOfRing = 3

export function useHand({ part, send, open, reach }: World) {
  const tool = shallowRef<Tool>('select')
  const face = shallowRef(0)
  const node = shallowRef(0)
  const edge = shallowRef(0)
  const drawn = shallowRef<readonly Pt[]>([])
  const over = shallowRef<Snap | null>(null)
  const drag = shallowRef<Drag | null>(null)
  const snapping = shallowRef(true)
  const chain = computed(() => {
    const e = part.value?.edges.get(edge.value)
    return e && part.value ? chainOf(part.value, e) : null
  })
  /** The face whose border a point keeps to. */
  const bound = computed(() => (tool.value === 'split' ? face.value : 0))
  const drawing = computed(() => tool.value === 'carve' || (tool.value === 'split' && face.value > 0) || (tool.value === 'reshape' && edge.value > 0))

  function cancel(): void {
    const nothing = !drawn.value.length && !drag.value && !edge.value && !node.value
    drawn.value = []
    drag.value = null
    edge.value = 0
    node.value = 0
    over.value = null
    if (nothing) tool.value = 'select'
  }
  function take(next: Tool): void {
    cancel()
    tool.value = next
  }
  function choose(next: number): void {
    face.value = next
    node.value = 0
  }
  /* a face or node that the last edit took away is let go of */
  watch(part, (now) => {
    if (!now) return
    if (face.value && !now.faces.has(face.value)) face.value = 0
    if (node.value && !now.nodes.has(node.value)) node.value = 0
    if (edge.value && !now.edges.has(edge.value)) edge.value = 0
  })

  function aim(p: Pt): Snap {
    const here: Snap = { at: { x: Math.round(p.x), y: Math.round(p.y) }, kind: 'free', id: 0 }
    return part.value && snapping.value ? snap(part.value, p, reach(), bound.value) : here
  }
  /** The whole new border that points would make: between the ends of the chain, which stay; of a closed chain the points alone. */
  function course(points: readonly Pt[]): Pt[] {
    const [way, held] = [chain.value, part.value]
    const [first, last] = [held?.nodes.get(way?.nodes[0] ?? 0), held?.nodes.get(way?.nodes.at(-1) ?? 0)]
    if (!way || way.closed || !first || !last) return [...points, ...points.slice(0, 1)]
    const [from, to] = [points[0], points.at(-1)]
    /* drawn from the other end, it is turned round */
    const turned = from && to && distance(from, last) + distance(to, first) < distance(from, first) + distance(to, last)
    const inner = (turned ? [...points].reverse() : points).filter((p) => distance(p, first) > 0 && distance(p, last) > 0)
    return [first, ...inner, last]
  }
  /** What is drawn is enough to be finished. */
  function enough(): boolean {
    const fewest = tool.value === 'carve' || (tool.value === 'reshape' && chain.value?.closed) ? fewestOfRing : tool.value === 'split' ? 2 : 1
    return drawing.value && drawn.value.length >= fewest
  }
  function add(p: Pt): void {
    const last = drawn.value.at(-1)
    if (!last || last.x !== p.x || last.y !== p.y) drawn.value = [...drawn.value, p]
  }
  async function finish(): Promise<void> {
    const points = drawn.value
    if (drag.value) return release()
    if (tool.value === 'split' && points.length > 1) await did(send([{ op: 'split', face: face.value, lines: line(points) }]))
    else if (tool.value === 'carve' && points.length >= fewestOfRing) {
      const community = part.value?.faces.get(faceAt(part.value, points[0] ?? { x: 0, y: 0 }))?.community
      await did(send([{ op: 'carve', lines: line([...points, points[0] ?? { x: 0, y: 0 }]), ...(community ? { community } : {}) }]))
    } else if (tool.value === 'reshape') await reshape()
  }
  /** The new face of an edit is the one to go on with; what was refused is drawn no longer. */
  async function did(sent: Promise<MeshEdited | null>): Promise<void> {
    const carving = tool.value === 'carve'
    const done = await sent
    drawn.value = []
    edge.value = 0
    over.value = null
    if (done && carving && done.born[0]) choose(done.born[0])
  }
  async function reshape(): Promise<void> {
    if (!enough()) return
    await did(send([{ op: 'reshape', edge: edge.value, lines: line(course(drawn.value)) }]))
  }

  /** A click, or a point put by the keyboard. */
  async function point(p: Pt): Promise<void> {
    const held = part.value
    if (!held) return
    const here = aim(p)
    if (tool.value === 'select' || !open.value) return choose(faceAt(held, p))
    if (tool.value === 'split') {
      if (!face.value) return choose(faceAt(held, p))
      add(here.at)
      if (drawn.value.length > 1 && here.kind !== 'free') await finish()
    } else if (tool.value === 'carve') {
      const [first] = drawn.value
      if (first && drawn.value.length >= fewestOfRing && distance(first, p) <= reach()) return finish()
      add(here.at)
    } else if (tool.value === 'merge') await mergeAt(held, faceAt(held, p))
    else if (tool.value === 'insert') {
      const on = nearestEdge(held, p, reach())
      if (on) await did(send([{ op: 'insert-node', edge: on.edge.id, at: toPoint(on.at) }]))
    } else if (tool.value === 'remove') {
      const on = nearestNode(held, p, reach())
      if (on) await remove(on.id)
    } else if (tool.value === 'reshape') {
      if (edge.value) add(here.at)
      else edge.value = nearestEdge(held, p, reach() * 1.5)?.edge.id ?? 0
    } else if (tool.value === 'move') {
      const on = nearestNode(held, p, reach())
      if (on) node.value = on.id
      else choose(faceAt(held, p))
    }
  }
  async function mergeAt(held: Part, other: number): Promise<void> {
    if (!face.value) return choose(other)
    if (other && other !== face.value && neighbours(held, face.value).includes(other)) await merge(other)
  }
  async function merge(other: number): Promise<void> {
    await did(send([{ op: 'merge', face: face.value, other }]))
  }
  async function remove(id: number): Promise<void> {
    await did(send([{ op: 'remove-node', node: id }]))
  }

  function hover(p: Pt): void {
    over.value = part.value && tool.value !== 'select' && tool.value !== 'merge' ? aim(p) : null
  }
  /** Takes hold of a node or a border; false when there is none. */
  function grab(p: Pt): boolean {
    const held = part.value
    if (!held || !open.value || tool.value !== 'move') return false
    const among = face.value ? borderNodes(held, face.value) : undefined
    const on = (among && nearestNode(held, p, reach(), among)) ?? nearestNode(held, p, reach())
    if (on) drag.value = { kind: 'node', id: on.id, at: { x: on.x, y: on.y }, moved: false }
    else {
      const found = nearestEdge(held, p, reach())
      if (found) drag.value = { kind: 'edge', id: found.edge.id, at: found.at, moved: false }
    }
    return drag.value !== null
  }
  function pull(to: Pt): void {
    if (drag.value) drag.value = { ...drag.value, at: { x: Math.round(to.x), y: Math.round(to.y) }, moved: true }
  }
  /** Lets go: the one edit is sent; what is refused goes back by itself. */
  async function release(): Promise<void> {
    const was = drag.value
    if (!was?.moved) {
      if (was?.kind === 'node') node.value = was.id
      drag.value = null
      return
    }
    await send([was.kind === 'node' ? { op: 'move-node', node: was.id, at: toPoint(was.at) } : { op: 'insert-node', edge: was.id, at: toPoint(was.at) }])
    drag.value = null
  }
  /** Moves the node that was chosen, by the keyboard; Enter lets go of it. */
  function nudge(dx: number, dy: number): boolean {
    const at = drag.value?.at ?? part.value?.nodes.get(node.value)
    if (!node.value || !at || !open.value) return false
    drag.value = { kind: 'node', id: node.value, at: { x: Math.round(at.x + dx), y: Math.round(at.y + dy) }, moved: true }
    return true
  }
  /** A face within one other becomes part of that one, which is the one to go on with. */
  async function fill(id: number): Promise<void> {
    const around = part.value ? enclosing(part.value, id) : 0
    if (around && await send([{ op: 'fill', face: id }])) choose(around)
  }
  const mayRemove = (id: number): boolean => part.value !== null && !isJunction(part.value, id)

  return { tool, face, node, edge, chain, drawn, over, drag, snapping, drawing, take, choose, cancel, finish, enough, course, point, hover, grab, pull, release, nudge, merge, remove, fill, mayRemove }
}
export type Hand = ReturnType<typeof useHand>
