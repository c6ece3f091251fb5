/* Where everything of a flow's picture goes: dagre lays out in layers, one for each step, held there by frames between the steps.
 * Lines back to an earlier step are laid out the other way round, so that they pull nothing backwards; those within a step are drawn
 * beside its states. In a flow with many lines only those that matter now have room for their names. */
import { Graph, layout } from '@dagrejs/dagre'
import type { Line, Picture, Spot } from './graph'
import { Router, type Band, type Through } from './route'

export interface Box { x: number, y: number, w: number, h: number }
export interface Point { x: number, y: number }
export interface PlacedSpot extends Box { spot: Spot }
export interface PlacedLine { line: Line, path: string, label: Box, texts: string[], /** Within a step, where no room is kept for its name. */ beside: boolean }
export interface Lane extends Box { n: number, name: string }
export interface Placed { left: number, labels: boolean, width: number, height: number, spots: PlacedSpot[], lines: PlacedLine[], lanes: Lane[] }
export type Direction = 'LR' | 'TB'

const size = { name: 13, small: 11.5, label: 12, labelLine: 17, padX: 14, spotH: 48, lane: 30, laneSide: 34, margin: 14 }
const shown = 4

/** Width of a text set at that size: a Chinese sign is as wide as high, a Latin letter about half. */
export function textWidth(text: string, px: number): number {
  let em = 0
  for (const c of text) em += c > '\u2e7f' ? 1 : /[MWmw@]/.test(c) ? 0.85 : /[iljt.,:;'| ()/]/.test(c) ? 0.36 : 0.57
  return em * px
}

export function labelTexts(line: Line): string[] {
  const sorted = [...line.actions].sort((a, b) => Number(b.seqs.length > 0) - Number(a.seqs.length > 0))
  const texts = sorted.map((a) => (a.seqs.length ? `${a.seqs.join(' · ')} ${a.name}` : a.name))
  const unique = texts.filter((t, i) => texts.indexOf(t) === i)
  return unique.length > shown ? [...unique.slice(0, shown - 1), `+${unique.length - shown + 1}`] : unique
}

function spotWidth(spot: Spot, small: string): number {
  return Math.max(84, textWidth(spot.name, size.name) + 2 * size.padX + (spot.now || spot.visited.length ? 14 : 0), textWidth(small, size.small) + 2 * size.padX)
}

interface Placing { graph: Graph, reversed: Set<string>, labels: boolean }

function spotsInto({ graph }: Placing, picture: Picture, small: (spot: Spot) => string): void {
  for (const spot of picture.spots) graph.setNode(spot.code, { width: spotWidth(spot, small(spot)), height: size.spotH })
}

/** Frames: a step's states lie between the frame in front of it and the one behind it. */
function framesInto({ graph }: Placing, picture: Picture): void {
  const steps = [...new Set(picture.spots.map((s) => s.step))].sort((a, b) => a - b)
  for (const [i] of [...steps, 0].entries()) graph.setNode(`|${i}`, { width: 0, height: 0 })
  for (const spot of picture.spots) {
    const i = steps.indexOf(spot.step)
    graph.setEdge(`|${i}`, spot.code, { weight: 0, minlen: 1 }, 'frame')
    graph.setEdge(spot.code, `|${i + 1}`, { weight: 0, minlen: 1 }, 'frame')
  }
}

const labelOf = (texts: readonly string[]): { width: number, height: number } => ({ width: Math.max(0, ...texts.map((t) => textWidth(t, size.label))) + 10, height: texts.length * size.labelLine + 2 })

function linesInto({ graph, reversed, labels }: Placing, picture: Picture, isInside: (line: Line) => boolean): void {
  for (const line of picture.lines) {
    if (isInside(line)) continue
    if (line.back) reversed.add(line.key)
    const room = labels ? { ...labelOf(labelTexts(line)), labelpos: 'c' as const } : { width: 0, height: 0 }
    graph.setEdge(line.back ? line.to : line.from, line.back ? line.from : line.to, { ...room, weight: line.taken.length ? 4 : line.back ? 1 : 2 }, line.key)
  }
}

/** Where a line of dagre's is, across, at one place along. */
function acrossAt(points: readonly Point[], u: number, lr: boolean): number {
  const p = points.map((q) => (lr ? { u: q.x, v: q.y } : { u: q.y, v: q.x })).sort((a, b) => a.u - b.u)
  const after = p.findIndex((q) => q.u >= u)
  const [a, b] = [p[after - 1] ?? p[0], p[after] ?? p.at(-1)]
  if (!a || !b) return 0
  return b.u === a.u ? a.v : a.v + ((b.v - a.v) * (u - a.u)) / (b.u - a.u)
}

function bandsOf(placed: readonly PlacedSpot[], lr: boolean): Map<number, Band> {
  const bands = new Map<number, Band>()
  for (const p of placed) {
    const [from, to] = lr ? [p.x, p.x + p.w] : [p.y, p.y + p.h]
    const band = bands.get(p.spot.step)
    bands.set(p.spot.step, { from: Math.min(from, band?.from ?? from), to: Math.max(to, band?.to ?? to) })
  }
  return bands
}

function lanesOf(placed: readonly PlacedSpot[], picture: Picture, dir: Direction, width: number, height: number): Lane[] {
  const along = dir === 'LR' ? (b: Box): [number, number] => [b.x, b.x + b.w] : (b: Box): [number, number] => [b.y, b.y + b.h]
  const spans = picture.steps.map((s) => ({ ...s, of: placed.filter((p) => p.spot.step === s.n).map(along) })).filter((s) => s.of.length)
    .map((s) => ({ n: s.n, name: s.name, from: Math.min(...s.of.map((o) => o[0])), to: Math.max(...s.of.map((o) => o[1])) }))
  return spans.map((s, i) => {
    const before = spans[i - 1]
    const after = spans[i + 1]
    const from = before ? (before.to + s.from) / 2 : 0
    const to = after ? (s.to + after.from) / 2 : dir === 'LR' ? width : height
    return dir === 'LR' ? { n: s.n, name: s.name, x: from, y: 0, w: to - from, h: height } : { n: s.n, name: s.name, x: 0, y: from, w: width, h: to - from }
  })
}

/** The middle of the gap between two steps that follow each other. */
function between(p: PlacedSpot, q: PlacedSpot, bands: ReadonlyMap<number, Band>, dir: Direction): Point {
  const [a, b] = p.spot.step < q.spot.step ? [p, q] : [q, p]
  const u = ((bands.get(a.spot.step)?.to ?? 0) + (bands.get(b.spot.step)?.from ?? 0)) / 2
  return dir === 'LR' ? { x: u, y: (p.y + p.h / 2 + q.y + q.h / 2) / 2 } : { x: (p.x + p.w / 2 + q.x + q.w / 2) / 2, y: u }
}

const fewLines = 18

/** `small`: the second line of a state, as wide as it is. */
export function place(picture: Picture, dir: Direction, small: (spot: Spot) => string): Placed {
  const labels = dir === 'LR' && picture.lines.length <= fewLines
  const placing: Placing = { graph: new Graph({ multigraph: true }), reversed: new Set(), labels }
  const { graph } = placing
  const stepOf = new Map(picture.spots.map((s) => [s.code, s.step]))
  const isInside = (line: Line): boolean => stepOf.get(line.from) === stepOf.get(line.to)
  graph.setGraph({ rankdir: dir, nodesep: dir === 'LR' ? 34 : 22, edgesep: dir === 'LR' ? 14 : 12, ranksep: dir === 'LR' ? (labels ? 22 : 44) : 30, marginx: 0, marginy: 0 })
  graph.setDefaultEdgeLabel(() => ({}))
  spotsInto(placing, picture, small)
  framesInto(placing, picture)
  linesInto(placing, picture, isInside)
  layout(graph)
  const dx = dir === 'LR' ? size.margin : size.laneSide + size.margin
  const dy = dir === 'LR' ? size.lane + size.margin : size.margin
  const spots = picture.spots.map((spot): PlacedSpot => {
    const n = graph.node(spot.code) as unknown as { x: number, y: number, width: number, height: number }
    return { spot, x: n.x - n.width / 2 + dx, y: n.y - n.height / 2 + dy, w: n.width, h: n.height }
  })
  const lr = dir === 'LR'
  const bands = bandsOf(spots, lr)
  const at = new Map(spots.map((p) => [p.spot.code, p]))
  const router = new Router(dir, bands, at)
  const ways = new Map(picture.lines.filter((l) => !isInside(l)).map((line) => {
    const [v, w] = line.back ? [line.to, line.from] : [line.from, line.to]
    const e = graph.edge({ v, w, name: line.key }) as unknown as { points: Point[], x?: number, y?: number }
    return [line.key, { points: e.points.map((p) => ({ x: p.x + dx, y: p.y + dy })), label: { x: (e.x ?? 0) + dx, y: (e.y ?? 0) + dy } }]
  }))
  const middle = (p: PlacedSpot | undefined): number => (p ? (lr ? p.y + p.h / 2 : p.x + p.w / 2) : 0)
  router.ports(picture.lines, (line, out) => {
    const way = ways.get(line.key)
    const other = at.get(out ? line.to : line.from)
    if (!way || !other) return middle(other)
    const here = bands.get(at.get(out ? line.from : line.to)?.spot.step ?? 0)
    const forward = out !== line.back
    return here ? acrossAt(way.points, forward ? here.to + 30 : here.from - 30, lr) : middle(other)
  })
  const lines = picture.lines.map((line): PlacedLine => {
    const texts = labelTexts(line)
    const { width, height } = labelOf(texts)
    const way = ways.get(line.key)
    const box = (p: Point): Box => ({ x: p.x - width / 2, y: p.y - height / 2, w: width, h: height })
    if (!way) {
      const { path, tip } = router.around(line)
      return { line, texts, path, label: box(tip), beside: true }
    }
    const [low, high] = [stepOf.get(line.from) ?? 0, stepOf.get(line.to) ?? 0].sort((a, b) => a - b)
    const through: Through[] = [...bands].filter(([n]) => n > (low ?? 0) && n < (high ?? 0)).map(([, b]) => ({ u: (b.from + b.to) / 2, half: (b.to - b.from) / 2, v: acrossAt(way.points, (b.from + b.to) / 2, lr) }))
    if (labels) through.push({ u: lr ? way.label.x : way.label.y, half: (lr ? width : height) / 2, v: lr ? way.label.y : way.label.x })
    through.sort((a, b) => (line.back ? b.u - a.u : a.u - b.u))
    const half = through[Math.floor(through.length / 2)]
    const [p, q] = [at.get(line.from), at.get(line.to)]
    const free = half ? (lr ? { x: half.u, y: half.v } : { x: half.v, y: half.u }) : p && q ? between(p, q, bands, dir) : way.label
    return { line, texts, path: router.across(line, through), label: box(labels ? way.label : free), beside: false }
  })
  const shown = lines.filter((l) => (labels && !l.beside) || l.line.taken.length)
  const left = Math.min(0, ...shown.map((l) => l.label.x - 4))
  const right = Math.max(...spots.map((s) => s.x + s.w), ...lines.filter((l) => l.beside).map((l) => l.label.x + l.label.w / 2 + 12), ...shown.map((l) => l.label.x + l.label.w))
  const bottom = Math.max(...spots.map((s) => s.y + s.h), ...lines.map((l) => l.label.y + l.label.h))
  const [width, height] = [Math.ceil(right + size.margin), Math.ceil(bottom + size.margin)]
  return { left, width: width - left, height, spots, lines, labels, lanes: lanesOf(spots, picture, dir, width, height) }
}

export { size }
