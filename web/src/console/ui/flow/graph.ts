/* A flow as what is drawn: states, and between two of them one line with all the actions that lead there; upon it the way of a case. */
import type { FlowGraph } from '@/shared/api'

export interface Taken { seq: number, action: string, action_name: string, from_state?: string | undefined, to_state: string }

export interface LineAction { code: string, name: string, when: string, seqs: number[] }
export interface Line { key: string, from: string, to: string, actions: LineAction[], taken: number[], back: boolean }
export interface Stay { code: string, name: string, seqs: number[] }
export interface Spot { code: string, name: string, step: number, final: boolean, end: string, disposed: boolean, start: boolean, holder: string, limit: FlowGraph['states'][number]['limit'], stays: Stay[], visited: number[], now: boolean }
export interface Picture { steps: { n: number, name: string }[], spots: Spot[], lines: Line[] }

const pickName = (n: { name: string, name_en: string }, en: boolean): string => (en && n.name_en ? n.name_en : n.name)

function lineOf(lines: Map<string, Line>, from: Spot, to: Spot): Line {
  const key = `${from.code}>${to.code}`
  let line = lines.get(key)
  if (!line) {
    line = { key, from: from.code, to: to.code, actions: [], taken: [], back: to.step < from.step }
    lines.set(key, line)
  }
  return line
}

function spotsOf(graph: FlowGraph, en: boolean): Map<string, Spot> {
  return new Map(graph.states.map((s) => [s.code, {
    code: s.code, name: pickName(s, en), step: s.step, final: s.final, end: s.end ?? '', disposed: s.disposed, start: s.start.length > 0,
    holder: s.holder ?? '', limit: s.limit, stays: [], visited: [], now: false,
  }]))
}

/** The flow alone, or with the steps that a case has taken. Steps of another edition that no line fits get one of their own. */
export function pictureOf(graph: FlowGraph, en: boolean, taken: readonly Taken[] = [], state?: string): Picture {
  const spots = spotsOf(graph, en)
  const lines = new Map<string, Line>()
  for (const a of graph.actions)
    for (const code of a.from) {
      const from = spots.get(code)
      for (const way of from ? a.ways : []) {
        const to = way.to ? spots.get(way.to) : from
        if (!from || !to) continue
        if (to === from) from.stays.push({ code: a.code, name: pickName(a, en), seqs: [] })
        else lineOf(lines, from, to).actions.push({ code: a.code, name: pickName(a, en), when: (en ? way.when_en : way.when) ?? '', seqs: [] })
      }
    }
  for (const step of taken) mark(spots, lines, step)
  const now = state ? spots.get(state) : undefined
  if (now) now.now = true
  return { steps: graph.steps.map((s, n) => ({ n: n + 1, name: pickName(s, en) })), spots: [...spots.values()], lines: [...lines.values()] }
}

function mark(spots: Map<string, Spot>, lines: Map<string, Line>, step: Taken): void {
  const to = spots.get(step.to_state)
  const from = step.from_state ? spots.get(step.from_state) : undefined
  if (!to) return
  if (!from) {
    to.visited.push(step.seq)
    return
  }
  if (from === to) {
    let stay = from.stays.find((s) => s.code === step.action)
    if (!stay) from.stays.push(stay = { code: step.action, name: step.action_name, seqs: [] })
    stay.seqs.push(step.seq)
    return
  }
  const line = lineOf(lines, from, to)
  let action = line.actions.find((a) => a.code === step.action)
  if (!action) line.actions.push(action = { code: step.action, name: step.action_name, when: '', seqs: [] })
  action.seqs.push(step.seq)
  line.taken.push(step.seq)
  to.visited.push(step.seq)
}
