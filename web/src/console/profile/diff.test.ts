import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffLines, hunks, writeJson } from './diff'

const show = (a: string, b: string) => diffLines(a, b).map((l) => ({ same: ' ', gone: '-', new: '+' })[l.kind] + l.text)

test('lines that went and came, with their numbers', () => {
  assert.deepEqual(show('a\nb\nc', 'a\nx\nc'), [' a', '-b', '+x', ' c'])
  assert.deepEqual(show('', 'a\nb'), ['+a', '+b'])
  assert.deepEqual(show('a', 'a'), [' a'])
  assert.deepEqual(show('a\nb\nc\nd', 'b\nd\ne'), ['-a', ' b', '-c', ' d', '+e'])
  assert.deepEqual(diffLines('a\nb', 'a\nc').map((l) => [l.was, l.is]), [[1, 1], [2, 0], [0, 2]])
})
test('what is far from a change is left out', () => {
  const text = Array.from({ length: 30 }, (_, i) => String(i))
  const shown = hunks(diffLines(text.join('\n'), text.map((l, i) => (i === 15 ? 'x' : l)).join('\n')))
  assert.deepEqual(shown.map((l) => l?.text), ['12', '13', '14', '15', 'x', '16', '17', '18', undefined])
})
test('a file written again is the same value, items on one line', () => {
  const file = { name: { zh: '清单', en: 'List' }, classes: [{ code: 'a', items: [{ code: '1', limit_days: 3, deep: [1, true, null] }] }], none: [] }
  assert.deepEqual(JSON.parse(writeJson(file)), file)
  assert.ok(writeJson(file).includes('{ "code": "1", "limit_days": 3, "deep": [1, true, null] }'))
})
