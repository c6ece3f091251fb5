/* `wangge import calendar` and `wangge check cases`: the deadlines that waited for a year's calendar are right once it is there, while
 * a server runs and after one was not running. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { forEachDatabase, ok, refused, until } from '../../tests/harness.mjs'
import { act, read } from '../../tests/lib/journey.mjs'

const YEAR = '2027-01-01\toff\t元旦\n2027-01-04\toff\t元旦\n2027-10-01\toff\t国庆节\n'
const GUESS = '2027-01-02T00:00:00+08:00'
const RIGHT = '2027-01-06T00:00:00+08:00'

forEachDatabase('a calendar that comes late', (world) => {
  let id
  const asJson = async (...args) => {
    const { code, stdout, stderr } = await world.command(...args, '--json')
    return { code, ...JSON.parse(stdout || `{"stderr":${JSON.stringify(stderr)}}`) }
  }

  test('a deadline in the missing year is a guess; the check finds nothing wrong with it', async () => {
    await world.server.restart({ at: Date.parse('2026-12-31T09:00:00+08:00') })
    const member = await world.signIn('member1')
    const center = await world.signIn('center')
    id = (await ok(member.POST('/api/cases', { body: world.report({ channel: 'member' }) }), 201)).id
    await act(center, id, 'accept_dispatch', { target: { department: world.facts.department } })
    const { item } = await read(center, id)
    assert.deepEqual([item.due, item.provisional], [GUESS, true])
    const check = await asJson('check', 'cases')
    assert.deepEqual([check.code, check.ok, check.findings], [0, true, []])
    assert.ok(check.cases >= 1)
  })

  test('the import sets it right, and the running server tells so', async () => {
    const file = join(world.database.dir, '2027.tsv')
    writeFileSync(file, YEAR)
    const done = await asJson('import', 'calendar', file)
    assert.deepEqual([done.code, done.changed], [0, 1])
    const center = await world.signIn('center')
    const { item } = await until('the new deadline', () => read(center, id), (c) => c.item.due === RIGHT)
    assert.equal(item.provisional, false)
    assert.deepEqual([(await asJson('import', 'calendar', file)).changed, (await asJson('check', 'cases')).code], [0, 0])
    assert.match((await world.command('check', 'cases')).stdout, /0 件期限与日历不符/)
  })

  test('queue and late filter follow it', async () => {
    await world.server.restart({ at: Date.parse('2027-01-05T09:00:00+08:00') })
    const late = async (at) => {
      if (at) await world.server.restart({ at: Date.parse(at) })
      const center = await world.signIn('center')
      const { items } = await ok(center.GET('/api/cases', { params: { query: { late: true } } }))
      return items.some((i) => i.id === id)
    }
    assert.equal(await late(), false)
    assert.equal(await late('2027-01-06T09:00:00+08:00'), true)
  })

  test('a year can be withdrawn: it is a guess again, and the administrator is told until it is imported anew', async () => {
    const admin = await world.signIn('admin')
    const center = await world.signIn('center')
    const calendar = () => ok(admin.GET('/api/calendar'))
    const before = await calendar()
    assert.deepEqual([before.missing, before.provisional], [[], 0])
    assert.ok(before.years.some((y) => y.year === 2027 && y.off === 3))
    const year = (n) => ({ params: { path: { year: n } } })
    await refused(center.DELETE('/api/calendar/{year}', year(2027)), 'auth.denied')
    await refused(admin.DELETE('/api/calendar/{year}', year(2031)), 'not-found')
    await refused(admin.DELETE('/api/calendar/{year}', year(2023)), 'not-found') // what was is not undone
    await ok(admin.DELETE('/api/calendar/{year}', year(2027)), 204)
    const { item } = await until('the guess', () => read(center, id), (c) => c.item.due === GUESS)
    assert.equal(item.provisional, true)
    const during = await ok(center.GET('/api/calendar'))
    assert.deepEqual([during.missing, during.provisional, during.edition], [[{ year: 2027, cases: 1 }], 1, before.edition + 1])
    await refused(admin.POST('/api/calendar', { body: { text: '2027-13-01\toff\t元旦\n' } }), 'config.invalid')
    await refused(center.POST('/api/calendar', { body: { text: YEAR } }), 'auth.denied')
    await ok(admin.POST('/api/calendar', { body: { text: YEAR } }), 204)
    await until('the right one', () => read(center, id), (c) => c.item.due === RIGHT)
    assert.deepEqual((await calendar()).missing, [])
  })

  test('nothing of it looks like a forgery', async () => {
    const report = await world.verify()
    assert.deepEqual(report.findings, [])
  })
})
