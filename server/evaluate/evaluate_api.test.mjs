/* Figures over HTTP, on the demo's data: 736 items of 小龙路, 98.51 % disposed, and everything adds up. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'

const PILOT = '530103003001'

forEachDatabase('figures', (world) => {
  const stats = (login, query = {}) => ok(world.as(login).GET('/api/stats/cases', { params: { query } }))
  const sum = (rows, what) => rows.reduce((n, r) => n + r[what], 0)

  test('the pilot community: 736 items, 521, 86 and 129, of which 725 are disposed of', async () => {
    const s = await stats('center', { under: PILOT })
    assert.deepEqual([s.total, s.disposed, s.disposed_permyriad], [736, 725, 9851])
    assert.deepEqual(Object.fromEntries(s.by_class.map((r) => [r.code, r.total])), { city: 521, order: 86, social: 129 })
    const list = await ok(world.as('center').GET('/api/cases', { params: { query: { under: PILOT, limit: 1 } } }))
    assert.equal(list.total, 736)
  })

  test('every breakdown adds up to the whole', async () => {
    const s = await stats('center')
    for (const by of ['by_class', 'by_state', 'by_place', 'by_channel']) {
      assert.equal(sum(s[by], 'total'), s.total, by)
      assert.equal(sum(s[by], 'archived'), s.archived, by)
    }
    assert.equal(sum(s.by_day, 'received'), s.total)
    assert.ok(s.definitions.length >= 5)
    assert.ok(s.satisfied <= s.rated && s.rated <= s.total)
  })

  test('a scope sees its own figures only', async () => {
    const member = await stats('member1')
    const own = await ok(world.as('member1').GET('/api/cases', { params: { query: { limit: 1 } } }))
    assert.ok(member.total <= own.total && member.total > 0)
    assert.equal((await stats('member-b')).total, 0)
    const month = await stats('center', { from: '2026-05-01T00:00:00+08:00', to: '2026-06-01T00:00:00+08:00' })
    assert.ok(month.total > 0 && month.total < 736)
    await refused(world.as('center').GET('/api/stats/cases', { params: { query: { from: 'May' } } }), 'input.invalid')
  })

  test('39 leaders and 245 members are on their grids', async () => {
    const all = async (role) => {
      const found = []
      let page
      do {
        const part = await ok(world.as('center').GET('/api/staff', { params: { query: { role, ...(page ? { page } : {}) } } }))
        found.push(...part.items)
        page = part.next
      } while (page)
      return found
    }
    assert.equal((await all('leader')).length, 39)
    assert.equal((await all('member')).length, 245 + 1)
  })

  test('wangge verify is clean after init', async () => {
    const report = await world.verify()
    assert.deepEqual(report.findings, [])
    assert.ok(report.rows > 5000)
  })
}, { data: 'demo', timeout: 240_000 })
