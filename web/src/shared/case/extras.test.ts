import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActionForm } from '@/shared/api'
import { asksExtras, bodyOfExtras, leadUnit, missingExtras, noExtras, toggleUnit } from './extras'

const plain: ActionForm = {
  note: 'optional', photos: 0, photo_kinds: [], target: false, target_kinds: [], reasons: [], satisfaction: false, units_min: 0, units_max: 0, units_add: false, unit_choices: [],
  child_many: false, merge: false, link_days: 0, ask: false,
}
const unit = (department: string) => ({ department, name: department, lead: false, called: '2026-11-23T01:00:00Z' })

test('an action that asks for nothing more sends nothing more', () => {
  assert.equal(asksExtras(plain), false)
  assert.deepEqual(missingExtras(plain, noExtras(plain)), {})
  assert.deepEqual(bodyOfExtras(plain, noExtras(plain)), {})
})

test('the first department leads, the next takes over when it goes, and any can be given the lead', () => {
  let units = toggleUnit(toggleUnit(toggleUnit([], 'a', true), 'b', true), 'c', true)
  assert.deepEqual(units.map((u) => u.lead), [true, false, false])
  units = toggleUnit(units, 'a', true)
  assert.deepEqual(units, [{ department: 'b', lead: true }, { department: 'c', lead: false }])
  units = leadUnit(units, 'c')
  const form = { ...plain, units_min: 1, units_max: 10 }
  assert.deepEqual(bodyOfExtras(form, { ...noExtras(form), units }), { units: [{ department: 'b' }, { department: 'c', lead: true }] })
})

test('departments that are called in addition need no lead', () => {
  assert.deepEqual(toggleUnit([], 'a', false), [{ department: 'a', lead: false }])
})

test('too few and too many departments are said', () => {
  const form = { ...plain, units_min: 2, units_max: 2 }
  const one = [{ department: 'a', lead: true }]
  assert.ok(missingExtras(form, { ...noExtras(form), units: one }).units)
  assert.ok(missingExtras(form, { ...noExtras(form), units: [...one, { department: 'b', lead: false }, { department: 'c', lead: false }] }).units)
})

test('the department it is taken for is chosen, unless there is but one', () => {
  const two = { ...plain, unit_choices: [unit('a'), unit('b')] }
  assert.ok(missingExtras(two, noExtras(two)).unit)
  const one = { ...plain, unit_choices: [unit('a')] }
  assert.deepEqual(bodyOfExtras(one, noExtras(one)), { unit: 'a' })
})

test('one part is where the whole is unless a place is named; many have each a place', () => {
  const one = { ...plain, child: '五步' }
  assert.deepEqual(bodyOfExtras(one, { ...noExtras(one), text: ' 整改 ' }), { children: [{ text: '整改' }] })
  const many = { ...one, child_many: true }
  assert.deepEqual(Object.keys(missingExtras(many, noExtras(many))), ['text', 'places'])
  const places = [{ code: '1', name: '一' }, { code: '2', name: '二' }]
  assert.deepEqual(bodyOfExtras(many, { ...noExtras(many), text: '查', places }), { children: [{ text: '查', place: '1' }, { text: '查', place: '2' }] })
})

test('a link goes to a name, with or without a telephone', () => {
  const form = { ...plain, link_days: 7 }
  assert.ok(missingExtras(form, noExtras(form)).name)
  assert.deepEqual(bodyOfExtras(form, { ...noExtras(form), name: '供水公司', phone: '138 0000-0000' }), { outside: { name: '供水公司', phone: '13800000000' } })
})
