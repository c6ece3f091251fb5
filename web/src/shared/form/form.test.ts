import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filledIn, isEmpty, judge, liveFields } from './judge'
import { levelsOf } from './level'
import { forLevels, fromInput, initialOf, readGroup, toInput } from './model'
import { typedNumber } from './number'

const dispute = {
  title: '矛盾纠纷', type: 'object', required: ['kind', 'count'], unevaluatedProperties: false,
  properties: {
    kind: { type: 'string', title: '纠纷类型', 'x-order': 2, oneOf: [{ const: 'family', title: '婚姻家庭' }, { const: 'wage', title: '劳资', title_en: 'Wages' }] },
    count: { type: 'integer', title: '涉事人数', 'x-order': 1, minimum: 1, maximum: 500, 'x-unit': { zh: '人', en: 'people' } },
    story: { type: 'string', title: '经过', 'x-order': 3, minLength: 2, maxLength: 5, pattern: '^\\p{Script=Han}+$', 'x-rows': 4 },
    signs: { type: 'array', title: '风险', 'x-order': 4, uniqueItems: true, items: { type: 'string', enum: ['a', 'b'], 'x-labels': { a: { zh: '扬言', en: 'Threats' }, b: '聚集' } } },
    who: {
      type: 'array', title: '当事人', 'x-order': 5, maxItems: 2,
      items: { type: 'object', required: ['name'], properties: { name: { type: 'string', title: '姓名' }, phone: { type: 'string', title: '电话', format: 'phone' } } },
    },
    photos: { type: 'array', title: '照片', 'x-order': 6, minItems: 2, maxItems: 9, 'x-photos': { kind: 'scene' }, items: { type: 'string' } },
    hurt: { type: 'boolean', title: '有人受伤', 'x-order': 7, default: false },
  },
  allOf: [
    { if: { properties: { kind: { const: 'wage' } }, required: ['kind'] }, then: { required: ['amount'], properties: { amount: { type: 'number', title: '金额', multipleOf: 0.01 }, count: { minimum: 2 } } } },
    { if: { properties: { signs: { contains: { const: 'a' } } }, required: ['signs'] }, then: { required: ['story'] } },
  ],
  dependentRequired: { who: ['hurt'] },
}
const group = readGroup(dispute)
const names = (value: Parameters<typeof liveFields>[1]): string => liveFields(group, value).fields.map((f) => f.name).join()
const said = (value: Parameters<typeof judge>[1]): string => judge(group, value).map((f) => `${f.pointer} ${f.code} ${f.sentence}`).join('\n')

test('fields come in their order, those of a condition when it holds', () => {
  assert.equal(names({}), 'count,kind,story,signs,who,photos,hurt')
  assert.equal(names({ kind: 'family' }), 'count,kind,story,signs,who,photos,hurt')
  assert.ok(names({ kind: 'wage' }).includes('amount'))
  assert.deepEqual(initialOf(group), { hurt: false })
  assert.throws(() => readGroup({ properties: { x: { type: 'null', title: 'x' } } }))
})

test('options have their labels in both languages', () => {
  const signs = group.fields.find((f) => f.name === 'signs')
  assert.deepEqual(signs?.kind === 'ticks' && signs.options, [
    { value: 'a', title: { zh: '扬言', en: 'Threats' } }, { value: 'b', title: { zh: '聚集', en: '聚集' } },
  ])
})

test('what is missing and out of bounds is said as the server says it', () => {
  assert.equal(said({}), '/count required 请填写“涉事人数”\n/kind required 请选择“纠纷类型”')
  assert.equal(said({ kind: 'family', count: 0 }), '/count too-small “涉事人数”不能小于 1')
  assert.equal(said({ kind: 'family', count: 2.5 }), '/count type “涉事人数”应为整数')
  assert.equal(said({ kind: 'wage', count: 1, amount: 1.005 }), '/count too-small “涉事人数”不能小于 2\n/amount multiple “金额”必须是 0.01 的整数倍')
  assert.equal(said({ kind: 'wage', count: 2, amount: 12345.67 }), '')
  assert.equal(said({ kind: 'family', count: 1, story: '一二三四五六' }), '/story too-long “经过”最多 5 个字')
  assert.equal(said({ kind: 'family', count: 1, story: 'abc' }), '/story pattern “经过”的格式不对')
  assert.equal(said({ kind: 'family', count: 1, signs: ['a'] }), '/story required 请填写“经过”')
  assert.equal(said({ kind: 'family', count: 1, who: [{ name: '张三' }, { phone: '1' }] }), '/who/1/name required 请填写“姓名”\n/hurt required 请选择“有人受伤”')
  assert.equal(said({ kind: 'family', count: 1, photos: ['x'] }), '/photos too-few “照片”至少要有 2 张')
})

test('only shown and filled fields are sent, texts trimmed', () => {
  assert.deepEqual(filledIn(group, { kind: 'family', count: 1, amount: 5, story: '  一二 ', who: [{ name: ' 李 ', phone: '' }], signs: [], hurt: false }), {
    kind: 'family', count: 1, story: '一二', who: [{ name: '李' }], hurt: false,
  })
  assert.ok(isEmpty('  ') && isEmpty([]) && isEmpty({ a: '' }) && !isEmpty(0) && !isEmpty(false))
})

test('numbers and times are read as they are typed', () => {
  assert.equal(typedNumber('１２．５'), 12.5)
  assert.equal(typedNumber(' '), undefined)
  assert.equal(typedNumber('十二'), '十二')
  assert.equal(fromInput('time', '14:05'), '14:05:00+08:00')
  assert.equal(fromInput('date-time', '2026-01-04T14:05'), '2026-01-04T14:05:00+08:00')
  assert.equal(toInput('date-time', '2026-01-04T14:05:00+08:00'), '2026-01-04T14:05')
  assert.equal(fromInput('date', '2026-01-04'), '2026-01-04')
})

test('a level is one of the own posts; a single one is known and not asked for', () => {
  const order = readGroup({
    title: '交办', type: 'object', required: ['issuer'], additionalProperties: false,
    properties: {
      issuer: { type: 'string', title: '下达层级', 'x-level': true, oneOf: [{ const: 'city', title: '市级' }, { const: 'county', title: '县级' }, { const: 'township', title: '乡镇' }] },
      note: { type: 'string', title: '要求' },
    },
  })
  const as = (...places: string[]) => forLevels(order, levelsOf(places.map((place) => ({ role: 'dispatcher' as const, place }))))
  const of = (g: typeof order) => g.fields.flatMap((f) => (f.kind === 'choice' ? [[f.options.map((o) => o.value).join(), f.known, f.initial]] : []))
  assert.deepEqual(of(as('530103')), [['county', true, 'county']])
  assert.deepEqual(filledIn(as('530103'), initialOf(as('530103'))), { issuer: 'county' })
  assert.deepEqual(of(as('5301', '530103003')), [['city,township', false, '']])
  assert.deepEqual(of(as()), [['city,county,township', false, '']]) // the server says who may not
})
