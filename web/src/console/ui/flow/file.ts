/* A flow file that is being written, as what is drawn; null while it is not yet one. The server's check judges it, this does not. */
import type { FlowGraph } from '@/shared/api'

type Tree = Record<string, unknown>
const isTree = (v: unknown): v is Tree => typeof v === 'object' && v !== null && !Array.isArray(v)
const trees = (v: unknown): Tree[] => (Array.isArray(v) ? v.filter(isTree) : [])
const texts = (v: unknown): string[] => (Array.isArray(v) ? v.filter((t): t is string => typeof t === 'string') : [])
const word = (v: unknown): string => (typeof v === 'string' ? v : '')
function named(v: unknown): { name: string, name_en: string } {
  const n = isTree(v) ? v : {}
  return { name: word(n['zh']), name_en: word(n['en']) }
}

function whenText(flow: Tree, when: unknown): { when?: string, when_en?: string } {
  const say = (en: boolean): string => trees(when).map((w) => {
    const fact = trees(flow['facts']).find((f) => f['code'] === w['fact'])
    const of = (v: unknown): string => (en ? named(v).name_en : named(v).name)
    return `${of(fact?.['name'])}${en ? ': ' : '：'}${texts(w['in']).map((code) => of(trees(fact?.['values']).find((v) => v['code'] === code)?.['name'])).join(en ? ', ' : '、')}`
  }).join(en ? '; ' : '；')
  return trees(when).length ? { when: say(false), when_en: say(true) } : {}
}

function starts(flow: Tree, code: string): string[] {
  const start = isTree(flow['start']) ? flow['start'] : {}
  return Object.keys(start).filter((channel) => start[channel] === code)
}

function limitOf(s: Tree): FlowGraph['states'][number]['limit'] {
  const limit = isTree(s['limit']) ? s['limit'] : null
  if (limit && typeof limit['amount'] === 'number') return { amount: limit['amount'], unit: word(limit['unit']) }
  return typeof s['limit_days'] === 'number' ? { amount: s['limit_days'], unit: 'workdays' } : undefined
}

function actionOf(flow: Tree, a: Tree): FlowGraph['actions'][number] {
  const help = named(a['help'])
  const branches = trees(a['to_when']).map((b) => ({ to: word(b['to']), ...whenText(flow, b['when']) }))
  const last = word(a['to']) ? [{ to: word(a['to']) }] : branches.length ? [] : [{}]
  return {
    code: word(a['code']), ...named(a['name']), ...(help.name ? { help: help.name, help_en: help.name_en } : {}), from: texts(a['from']), ways: [...branches, ...last], who: texts(a['who']),
    ...whenText(flow, a['when']), ...(word(a['clock']) ? { clock: word(a['clock']) } : {}), note: word(a['note']) || 'none', photos: typeof a['photos'] === 'number' ? a['photos'] : 0, ...(word(a['form']) ? { form: word(a['form']) } : {}),
    target: texts(a['target']).length > 0 || typeof a['target'] === 'string', units: isTree(a['units']), ...(word(a['request']) ? { request: word(a['request']) } : {}), ...(word(a['grants']) || word(a['refuses']) ? { answers: word(a['grants']) || word(a['refuses']) } : {}), public: isTree(a['public_title']),
  }
}

export function graphOfFile(text: string): FlowGraph | null {
  let flow: unknown
  try {
    flow = JSON.parse(text)
  } catch {
    return null
  }
  if (!isTree(flow) || !trees(flow['states']).length || !trees(flow['steps']).length) return null
  const of = flow
  return {
    code: word(of['code']), ...named(of['name']), kind: word(of['kind']), edition: 0, newest: false,
    steps: trees(of['steps']).map((s, n) => ({ code: String(n + 1), ...named(s) })),
    states: trees(of['states']).map((s) => ({
      code: word(s['code']), ...named(s['name']), step: typeof s['step'] === 'number' ? s['step'] : 1, final: s['final'] === true, ...(s['final'] === true ? { end: word(s['kind']) || 'done' } : {}), ...(word(s['holder']) ? { holder: word(s['holder']) } : {}),
      disposed: s['disposed'] === true, limit: limitOf(s), start: starts(of, word(s['code'])),
    })),
    actions: trees(of['actions']).map((a) => actionOf(of, a)),
  }
}
