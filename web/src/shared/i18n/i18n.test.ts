import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fill, locale, strings } from './index'

const t = strings(
  { plain: '网格', count: '共 {n} 件', two: '{a}和{b}' },
  { plain: 'Grid', count: '{n#case|cases}', two: '{a} and {b}' },
)

test('a text comes in the language of the page', () => {
  locale.value = 'zh-CN'
  assert.equal(t('plain'), '网格')
  assert.equal(t('count', { n: 2 }), '共 2 件')
  locale.value = 'en'
  assert.equal(t('plain'), 'Grid')
  assert.equal(t('two', { a: 'x', b: 'y' }), 'x and y')
  locale.value = 'zh-CN'
})

test('English counts one differently from many', () => {
  assert.equal(fill('{n#case|cases} open', { n: 1 }), '1 case open')
  assert.equal(fill('{n#case|cases} open', { n: 0 }), '0 cases open')
})

test('a variable nobody gave leaves nothing behind', () => {
  assert.equal(fill('a{x}b', {}), 'ab')
})

test('texts given as a later file fall back to Chinese until they are there', async () => {
  const late = strings({ a: '甲' }, () => Promise.resolve({ default: { a: 'A' } }))
  locale.value = 'en'
  assert.equal(late('a'), '甲')
  const { loadLocale } = await import('./index')
  await loadLocale('en')
  assert.equal(late('a'), 'A')
  locale.value = 'zh-CN'
})
