/* Suggestions over HTTP: learned from what was closed, with words as places in the text; for staff and for residents. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'
import { archivedReport } from '../../tests/lib/journey.mjs'

forEachDatabase('suggestions', (world) => {
  const suggest = (text, login = 'member1') => world.as(login).POST('/api/suggestions', { body: { text } })

  test('two closed cases and the names of the categories are enough to begin with', async () => {
    await archivedReport(world, { category: 'ZZ03', text: '有人从窗户拉电线给电瓶车充电' })
    await archivedReport(world, { category: '06010', text: '垃圾桶满了没人倒' })
    const s = await ok(suggest('三单元又拉电线，电瓶车在楼下充电'))
    assert.equal(s.learned, 2)
    assert.equal(s.items[0].category, 'ZZ03')
    const named = await ok(suggest('😀人行道道路破损'))
    assert.equal(named.items[0].category, '06013')
    const text = Array.from('😀人行道道路破损')
    for (const w of named.items[0].words) assert.equal(text.slice(w.from, w.to).join(''), w.word)
    assert.ok(named.items.every((i) => i.permyriad > 0 && i.permyriad <= 10_000 && i.unit_name))
    assert.ok(named.items.length <= 3)
  })

  test('names are in the reader\'s language; every role that works with cases may ask', async () => {
    for (const login of ['center', 'leader1', 'inspector1', 'dept1'])
      assert.equal((await ok(suggest('道路破损', login))).items[0].name, '道路破损')
    const english = await ok(world.as('member1').with({ 'Accept-Language': 'en' }).POST('/api/suggestions', { body: { text: '道路破损' } }))
    assert.deepEqual([english.items[0].name, english.items[0].unit], ['Damaged road', 'zhujian'])
    await refused(suggest('道路破损', 'admin'), 'auth.denied')
    await refused(world.anyone().POST('/api/suggestions', { body: { text: '道路破损' } }), 'auth.needed')
  })

  test('what says nothing suggests nothing; what is too much is refused', async () => {
    for (const nothing of ['你好', '13800138000', '😀😀😀', '\u202e\u200f！？…', 'a'])
      assert.deepEqual((await ok(suggest(nothing))).items, [], nothing)
    assert.equal((await ok(suggest('道路破损'.repeat(500)))).items[0].category, '06013')
    await refused(suggest('破'.repeat(2001)), 'input.invalid')
    await refused(suggest('破损'.repeat(5_000)), 'input.invalid')
    await refused(suggest('破损'.repeat(17_000)), 'input.invalid')
    await refused(suggest('\u0001道路破损'), 'input.invalid')
    await refused(suggest(''), 'input.invalid')
  })

  test('a resident gets the same, so many times a minute', async () => {
    const resident = world.anyone({ from: '203.0.113.77' })
    const ask = () => resident.POST('/api/public/suggestions', { body: { text: '门口道路破损' } })
    assert.equal((await ok(ask())).items[0].category, '06013')
    const answers = []
    for (let n = 0; n < 40; n++) answers.push((await ask()).error?.code ?? 'answered')
    assert.ok(answers.includes('rate.limited'), answers.join())
  })
})
