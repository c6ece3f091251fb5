import { describe, expect, it } from 'vitest'
import { diffLines, hunks, writeJson } from './diff'

const show = (a: string, b: string) => diffLines(a, b).map((l) => ({ same: ' ', gone: '-', new: '+' })[l.kind] + l.text)

describe('what became of a text', () => {
  it('lines that went and came, with their numbers', () => {
    expect(show('a\nb\nc', 'a\nx\nc')).toEqual([' a', '-b', '+x', ' c'])
    expect(show('', 'a\nb')).toEqual(['+a', '+b'])
    expect(show('a', 'a')).toEqual([' a'])
    expect(show('a\nb\nc\nd', 'b\nd\ne')).toEqual(['-a', ' b', '-c', ' d', '+e'])
    expect(diffLines('a\nb', 'a\nc').map((l) => [l.was, l.is])).toEqual([[1, 1], [2, 0], [0, 2]])
  })
  it('what is far from a change is left out', () => {
    const text = Array.from({ length: 30 }, (_, i) => String(i))
    const shown = hunks(diffLines(text.join('\n'), text.map((l, i) => (i === 15 ? 'x' : l)).join('\n')))
    expect(shown.map((l) => l?.text)).toEqual(['12', '13', '14', '15', 'x', '16', '17', '18', undefined])
  })
  it('a file written again is the same value, items on one line', () => {
    const file = { name: { zh: '清单', en: 'List' }, classes: [{ code: 'a', items: [{ code: '1', limit_days: 3, deep: [1, true, null] }] }], none: [] }
    expect(JSON.parse(writeJson(file))).toEqual(file)
    expect(writeJson(file)).toContain('{ "code": "1", "limit_days": 3, "deep": [1, true, null] }')
  })
})
