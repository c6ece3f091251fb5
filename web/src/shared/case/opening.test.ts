import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalogue, CategoryView, FlowView } from '@/shared/api'
import { openable, openingForm, ownCategory } from './opening'

const flow = (code: string, open_who: string[], form?: string): FlowView => ({ code, name: code, name_en: code, kind: 'event', open_who, ...(form ? { form } : {}) })
const kind = (code: string, form?: string): CategoryView => ({ code, name: code, name_en: code, unit: '', limit_days: 3, flow: 'six-step', ...(form ? { form } : {}) })
const catalogue: Catalogue = {
  profile: '', title: '', title_en: '', states: [], steps: [], steps_en: [], departments: [],
  classes: [{ code: '1', name: '', name_en: '', items: [kind('plain'), kind('special', 'of-category')] }],
  flows: [flow('six-step', []), flow('whistle', ['township', 'grid-leader'], 'call'), flow('dispute', ['grid-member', 'dispatcher']), flow('campaign', ['city', 'county'], 'plan')],
  forms: ['call', 'plan', 'of-category'].map((name) => ({ name, schema: { title: name } })),
}
const codes = (role: 'member' | 'leader' | 'dispatcher' | 'department', place: string) => openable(catalogue, [{ role, place }]).map((f) => f.code)

test('flows are offered by post, those of a centre by its level', () => {
  assert.deepEqual(codes('member', '530103003001001'), ['dispute'])
  assert.deepEqual(codes('leader', '530103003001'), ['whistle'])
  assert.deepEqual(codes('dispatcher', '530103003'), ['whistle', 'dispute'])
  assert.deepEqual(codes('dispatcher', '530103'), ['dispute', 'campaign'])
  assert.deepEqual(codes('department', '530103'), [])
})

test('the form of the category goes before that of the flow', () => {
  assert.equal(openingForm(catalogue, 'plain', ''), undefined)
  assert.deepEqual(openingForm(catalogue, 'plain', 'whistle'), { title: 'call' })
  assert.deepEqual(openingForm(catalogue, 'special', 'whistle'), { title: 'of-category' })
  assert.deepEqual(openingForm(catalogue, '', 'campaign'), { title: 'plan' })
})

test('a flow with a category of its own asks for none', () => {
  const of = { ...catalogue, flows: [{ ...flow('volunteer', ['grid-member']), category: 'plain' }, flow('whistle', [])] }
  assert.deepEqual([ownCategory(of, 'volunteer'), ownCategory(of, 'whistle'), ownCategory(of, ''), ownCategory(null, 'volunteer')], ['plain', '', '', ''])
})
