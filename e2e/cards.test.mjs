/* 1-3-5 live: a yellow card and then a red one appear in front of who has the queue open, a minute after midnight at the latest and
 * without a reload. The server's clock is set to the evening before. */
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { Caller, ok, PASSWORD, Server } from '../tests/harness.mjs'
import { drop, fresh } from '../tests/lib/databases.mjs'
import { act } from '../tests/lib/journey.mjs'
import { DESK, launch, person, PHONE } from './lib/browser.mjs'
import { enterApp, enterConsole, panel, row, sees } from './lib/faces.mjs'
import { looks } from './lib/look.mjs'
import { ENGINE, HANGS_MS, steps } from './lib/street.mjs'

const MONDAY = Date.parse('2026-11-23T10:00:00+08:00')
const THURSDAY_NIGHT = Date.parse('2026-11-26T23:59:45+08:00')
const MONDAY_NIGHT = Date.parse('2026-11-30T23:59:45+08:00')
const WORDS = '楼顶广告牌松动，有坠落危险'

describe('a yellow and a red card', { timeout: HANGS_MS, concurrency: 1 }, () => {
  const world = { people: [], check: () => world.people.forEach((p) => p.check()), shots: async (name) => {
    for (const p of world.people) await p.picture(`failed-${name}-${p.name}`).catch(() => {})
  } }
  const step = steps(() => world, 'cards')
  const callers = async (login) =>
    new Caller(world.server, { token: (await ok(new Caller(world.server).POST('/api/session', { body: { login, password: PASSWORD } }), 201)).token })
  async function come(name, how = DESK) {
    const p = await person(world.browser, world.server, name, how)
    world.people.push(p)
    return p
  }
  async function night(at) {
    for (const p of world.people.splice(0)) await p.context.close()
    await world.server.restart({ at })
  }
  let id

  before(async () => {
    world.database = await fresh(ENGINE, 'zhangjiakou', MONDAY - 600_000)
    world.server = new Server(world.database, 'e2e-cards')
    await world.server.start({ at: MONDAY })
    world.browser = await launch()
  })
  after(async () => {
    await world.browser?.close()
    await world.server?.stop()
    if (world.database) drop(world.database)
  })

  step('an ordinary matter is reported and dispatched on Monday', async () => {
    const member = await callers('member1')
    const { scope } = await ok(member.GET('/api/me'))
    const { items } = await ok(member.GET('/api/buildings', { params: { query: { under: scope.places[0] } } }))
    const { classes, departments } = await ok(member.GET('/api/catalogue'))
    const category = classes.find((c) => c.code === 'safety').items[0].code
    const body = { category, text: WORDS, building: items[0].code, lon: items[0].lon, lat: items[0].lat, channel: 'member' }
    id = (await ok(member.POST('/api/cases', { body }), 201)).id
    await act(member, id, 'report_up')
    await act(await callers('leader1'), id, 'leader_up')
    await act(await callers('street'), id, 'township_dispatch', { form: { complexity: 'ordinary' }, target: { department: departments[0].code } })
  })

  step('the yellow card appears as Thursday ends', async () => {
    await night(THURSDAY_NIGHT)
    const centre = await come('centre')
    const member = await come('member', PHONE)
    await Promise.all([enterConsole(centre, 'center'), enterApp(member, 'member1')])
    await centre.page.goto(`${centre.base}/console/cases?view=all&case=${id}`)
    await sees(row(centre, WORDS))
    await member.page.goto(`${member.base}/app/cases/${id}`)
    await sees(row(centre, WORDS).getByText('黄牌'))
    await sees(panel(centre).getByText('待跟进：催办或督办'))
    await sees(panel(centre).getByText('派遣后 3 个工作日内未办结并反馈'))
    await sees(member.page.getByText('黄牌', { exact: true }))
    await centre.settle()
    await centre.shot('cards-yellow-console')
    await member.shot('cards-yellow-app')
  })

  step('the centre follows it up', async () => {
    const centre = world.people[0]
    const caller = await callers('center')
    await act(caller, id, 'urge', { note: '请今日处置' })
    await sees(panel(centre).getByText('请今日处置'))
  })

  step('the red card appears as the fifth day ends; the city sees it in its own view', async () => {
    await night(MONDAY_NIGHT)
    const city = await come('city')
    await enterConsole(city, 'center')
    await city.page.goto(`${city.base}/console/cases?view=all&case=${id}`)
    await sees(row(city, WORDS).getByText('红牌'))
    await city.page.getByRole('navigation', { name: '视图' }).getByRole('button', { name: /^红牌/ }).click()
    await sees(row(city, WORDS))
    await city.settle()
    await city.shot('cards-red-console')
    await sees(row(city, WORDS).getByText('红牌'))
  })

  step('the board of cards tells who has what they fell on', async () => {
    const city = world.people[0]
    await city.open('/console/cards')
    await sees(city.page.getByText(WORDS))
    await looks(city, 'cards-board')
  })

  step('the administrator is told which calendar is missing, imports it, and the task is gone', async () => {
    const admin = await come('admin')
    const page = await admin.open('/console/')
    await page.getByLabel('登录名').fill('admin')
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
    await admin.tap(page.getByRole('button', { name: '登录', exact: true }))
    await sees(page.getByText('2027 年工作日历未导入'))
    await admin.settle()
    await admin.shot('calendar-missing')
    const year = Buffer.from('2027-01-01\toff\t元旦\n2027-10-01\toff\t国庆节\n')
    await page.locator('input[type=file]').setInputFiles({ name: '2027.tsv', mimeType: 'text/plain', buffer: year })
    await page.getByText('2027 年工作日历未导入').waitFor({ state: 'detached' })
  })
})
