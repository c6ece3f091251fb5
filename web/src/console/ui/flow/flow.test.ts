import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FlowGraph } from '@/shared/api'
import { pictureOf } from './graph'
import { labelTexts, place, textWidth } from './layout'

const state = (code: string, step: number, more: Partial<FlowGraph['states'][number]> = {}): FlowGraph['states'][number] => ({ code, name: `环节${code}`, name_en: code, step, final: false, disposed: false, start: [], holder: 'dispatcher', ...more })
const action = (code: string, from: string[], ways: FlowGraph['actions'][number]['ways']): FlowGraph['actions'][number] => ({ code, name: `操作${code}`, name_en: code, from, ways, who: ['dispatcher'], note: 'none', photos: 0, target: false, units: false, public: false })
const graph: FlowGraph = {
  code: 'x', name: '流程', name_en: 'Flow', kind: 'event', edition: 1, newest: true,
  steps: ['一', '二', '三'].map((name, n) => ({ code: String(n + 1), name, name_en: name })),
  states: [state('a', 1, { start: ['default'] }), state('b', 2), state('c', 2), state('d', 3, { final: true, end: 'done' })],
  actions: [action('go', ['a'], [{ to: 'b' }]), action('also', ['a'], [{ when: '风险：高', to: 'b' }, { to: 'c' }]), action('back', ['b'], [{ to: 'a' }]), action('across', ['b'], [{ to: 'c' }]), action('note', ['b'], [{}]), action('end', ['c'], [{ to: 'd' }])],
}
const steps = [
  { seq: 1, action: 'open', action_name: '上报', to_state: 'a' }, { seq: 2, action: 'go', action_name: '去', from_state: 'a', to_state: 'b' },
  { seq: 3, action: 'note', action_name: '记', from_state: 'b', to_state: 'b' }, { seq: 4, action: 'back', action_name: '回', from_state: 'b', to_state: 'a' },
  { seq: 5, action: 'go', action_name: '去', from_state: 'a', to_state: 'b' }, { seq: 6, action: 'gone', action_name: '旧版操作', from_state: 'b', to_state: 'd' },
]

test('one line between two states, with all actions that lead there; what stays is at the state', () => {
  const p = pictureOf(graph, false)
  assert.deepEqual(p.lines.map((l) => `${l.key} ${l.actions.map((a) => a.code).join('+')}`), ['a>b go+also', 'a>c also', 'b>a back', 'b>c across', 'c>d end'])
  assert.deepEqual(p.lines.filter((l) => l.back).map((l) => l.key), ['b>a'])
  assert.deepEqual(p.spots.find((s) => s.code === 'b')?.stays.map((s) => s.code), ['note'])
})
test('the way of a case is numbered as its log, loops too, and what the edition does not know gets a line', () => {
  const p = pictureOf(graph, true, steps, 'd')
  const line = (key: string) => p.lines.find((l) => l.key === key)
  assert.deepEqual(line('a>b')?.taken, [2, 5])
  assert.deepEqual(labelTexts(line('a>b')!), ['2 · 5 go', 'also'])
  assert.deepEqual(line('b>a')?.taken, [4])
  assert.deepEqual(line('b>d')?.actions.map((a) => a.name), ['旧版操作'])
  assert.deepEqual(p.spots.filter((s) => s.now).map((s) => s.code), ['d'])
  assert.deepEqual(p.spots.find((s) => s.code === 'b')?.stays[0]?.seqs, [3])
})
test('steps stand in order and do not overlap, along either direction', () => {
  for (const dir of ['LR', 'TB'] as const) {
    const p = place(pictureOf(graph, false, steps, 'd'), dir, () => '网格中心')
    assert.deepEqual(p.lanes.map((l) => l.n), [1, 2, 3])
    for (const s of p.spots) {
      const lane = p.lanes.find((l) => l.n === s.spot.step)!
      assert.ok(dir === 'LR' ? s.x >= lane.x && s.x + s.w <= lane.x + lane.w : s.y >= lane.y && s.y + s.h <= lane.y + lane.h)
      for (const o of p.spots) if (o !== s) assert.ok(s.x + s.w <= o.x || o.x + o.w <= s.x || s.y + s.h <= o.y || o.y + o.h <= s.y)
    }
    assert.ok(p.lines.every((l) => l.path.startsWith('M') && !l.path.includes('NaN')))
  }
})
test('a Chinese sign is as wide as high', () => assert.equal(textWidth('环节', 13), 26))
