/* How the lines of a flow's picture run. Worked out along the steps (u) and across them (v), so that both directions are one: out of
 * a box straight to the edge of its step, over the gap in one bend, straight through the steps between, and into the box. */
import type { Line } from './graph'
import type { Direction, PlacedSpot, Point } from './layout'

export interface Band { from: number, to: number } /* where the boxes of a step begin and end, along */
export interface Through { u: number, half: number, v: number } /* a place that a line passes straight: its name */
interface End { line: Line, spot: PlacedSpot, side: 1 | -1, out: boolean, toward: number, v: number }

const cornerRoom = { LR: 9, TB: 14 }
const reach = 20

export class Router {
  private readonly ends = new Map<string, End>()
  constructor(private readonly dir: Direction, private readonly bands: ReadonlyMap<number, Band>, private readonly spots: ReadonlyMap<string, PlacedSpot>) {}

  private box(p: PlacedSpot): { u: number, v: number, lu: number, lv: number } {
    return this.dir === 'LR' ? { u: p.x + p.w / 2, v: p.y + p.h / 2, lu: p.w, lv: p.h } : { u: p.y + p.h / 2, v: p.x + p.w / 2, lu: p.h, lv: p.w }
  }

  private point(u: number, v: number): string {
    return this.dir === 'LR' ? `${u.toFixed(1)},${v.toFixed(1)}` : `${v.toFixed(1)},${u.toFixed(1)}`
  }

  /** Lines that meet at one side of a box are spread over it, in the order of where they go. */
  ports(lines: readonly Line[], next: (line: Line, out: boolean) => number): void {
    const sides = new Map<string, End[]>()
    const add = (line: Line, code: string, out: boolean): void => {
      const spot = this.spots.get(code)
      const [from, to] = [this.spots.get(line.from), this.spots.get(line.to)]
      if (!spot || !from || !to) return
      const within = from.spot.step === to.spot.step
      const side = within || (out !== line.back) ? 1 : -1
      const end: End = { line, spot, side, out, toward: next(line, out), v: 0 }
      this.ends.set(`${line.key}/${out ? 'a' : 'b'}`, end)
      const key = `${code}/${side}`
      sides.set(key, [...(sides.get(key) ?? []), end])
    }
    for (const line of lines) {
      add(line, line.from, true)
      add(line, line.to, false)
    }
    for (const ends of sides.values()) {
      ends.sort((a, b) => a.toward - b.toward || Number(a.out) - Number(b.out))
      for (const [i, end] of ends.entries()) {
        const { v, lv } = this.box(end.spot)
        const room = lv - 2 * cornerRoom[this.dir]
        end.v = v + (ends.length > 1 ? -room / 2 + (room * i) / (ends.length - 1) : 0)
      }
    }
  }

  private start(line: Line, out: boolean): { u: number, v: number, edge: number } | null {
    const end = this.ends.get(`${line.key}/${out ? 'a' : 'b'}`)
    const band = end && this.bands.get(end.spot.spot.step)
    if (!end || !band) return null
    const { u, lu } = this.box(end.spot)
    return { u: u + (end.side * lu) / 2, v: end.v, edge: end.side > 0 ? band.to : band.from }
  }

  private bend(u: number, v: number, u2: number, v2: number): string {
    const mid = (u + u2) / 2
    return `C${this.point(mid, v)} ${this.point(mid, v2)} ${this.point(u2, v2)}`
  }

  /** Between steps; `through`: what it passes on its way, in order of the way. */
  across(line: Line, through: readonly Through[]): string {
    const [a, b] = [this.start(line, true), this.start(line, false)]
    if (!a || !b) return ''
    const way = line.back ? -1 : 1
    let path = `M${this.point(a.u, a.v)}L${this.point(a.edge, a.v)}`
    let at = { u: a.edge, v: a.v }
    for (const t of [...through, { u: b.edge, half: 0, v: b.v }]) {
      path += this.bend(at.u, at.v, t.u - way * t.half, t.v)
      if (t.half) path += `L${this.point(t.u + way * t.half, t.v)}`
      at = { u: t.u + way * t.half, v: t.v }
    }
    return `${path}L${this.point(b.u, b.v)}`
  }

  /** Within a step, around on the side where the work goes on. Gives the outermost point too. */
  around(line: Line): { path: string, tip: Point } {
    const [a, b] = [this.start(line, true), this.start(line, false)]
    if (!a || !b) return { path: '', tip: { x: 0, y: 0 } }
    const u = Math.max(a.u, b.u) + reach + Math.min(34, Math.abs(b.v - a.v) * 0.13)
    const tip = { u: u - (u - Math.max(a.u, b.u)) * 0.25, v: (a.v + b.v) / 2 }
    return {
      path: `M${this.point(a.u, a.v)}C${this.point(u, a.v)} ${this.point(u, b.v)} ${this.point(b.u, b.v)}`,
      tip: this.dir === 'LR' ? { x: tip.u, y: tip.v } : { x: tip.v, y: tip.u },
    }
  }
}
