/* The whole journey of a report, with everybody's browser open at once: resident, grid member, dispatcher, department. Nobody
 * reloads a page; what others do appears by itself. Once in normal print, once in large print on the phones. */
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { ok, until } from '../tests/harness.mjs'
import { DESK, PHONE } from './lib/browser.mjs'
import { count, counts, enterApp, enterConsole, isLarge, panel, row, said, sees, tab, task, text, view } from './lib/faces.mjs'
import { HANGS_MS, steps, Street } from './lib/street.mjs'

const PHONE_NUMBER = '13987654321'
const KIND = '占道经营'
const WORDS = '水果摊占了半条人行道，推轮椅的只能走机动车道'

function journey(print) {
  describe(`the journey in ${print} print`, { timeout: HANGS_MS, concurrency: 1 }, () => {
    const large = print === 'large'
    const street = new Street(`journey-${print}`)
    const step = steps(() => street, print)
    const seen = {}
    let resident, member, dispatcher, department, building, counted
    const tasks = async () => parseInt(await member.page.getByRole('group', { name: '我的任务' }).getByRole('button').first().innerText(), 10)

    before(async () => {
      await street.open()
      const center = await street.signIn('center')
      const { items } = await ok(center.GET('/api/buildings', { params: { query: { under: street.facts.home } } }))
      building = items[0]
      const grid = street.grid()
      const here = { permissions: ['geolocation'], geolocation: { longitude: grid.inside[0], latitude: grid.inside[1], accuracy: 12 } }
      resident = await street.person('resident', PHONE)
      member = await street.person('member', { ...PHONE, ...here })
      dispatcher = await street.person('dispatcher', DESK)
      department = await street.person('department', DESK)
    })
    after(() => street.close())

    step('everybody signs in', async () => {
      await Promise.all([enterApp(member, 'member1', { large }), enterConsole(dispatcher, 'street'), enterConsole(department, 'dept1')])
      if (large) await isLarge(member)
      seen.tasks = await until('the tasks are counted', tasks, Number.isInteger)
      counted = { reported: await count(dispatcher, '待网格员处理'), pending: await count(dispatcher, '待受理') }
    })

    step('the plate at the door shows the address and who is responsible', async () => {
      const page = await resident.open(`/b/${building.code}`)
      if (large) {
        await resident.tap(page.getByRole('button', { name: '大字', exact: true }))
        await isLarge(resident)
      }
      await sees(page.getByText(building.address))
      await sees(page.getByText(building.grid_name))
      const me = (await ok((await street.signIn('member1')).GET('/api/me'))).account
      const card = page.locator('section').filter({ has: page.getByRole('heading', { name: '您的网格员' }) })
      await sees(card.getByText(me.name, { exact: true }))
      await sees(card.getByText(me.duty_hours))
      assert.equal(await card.getByRole('link', { name: `给${me.name}打电话` }).getAttribute('href'), `tel:${me.phone}`)
    })

    step('a resident reports with a photo in three taps', async () => {
      const { page } = resident
      const taps = await resident.counting(async () => {
        await resident.tap(page.getByRole('button', { name: '反映问题' }))
        await resident.photograph(page.getByText('拍张照片', { exact: true }), await street.photo(1))
        await resident.tap(page.getByRole('button', { name: '提交' }))
      })
      assert.ok(taps <= 3, `${taps} taps`)
      await sees(page.getByRole('heading', { name: '已收到您反映的问题' }))
      seen.first = await text(page.getByTestId('receipt-code'))
      assert.match(seen.first, /^[0-9A-Z-]{8,}$/)
      seen.firstNumber = /\d{8}-\d+/.exec(await page.locator('.proof').innerText())[0]
    })

    step('the member and the dispatcher see it without touching anything', async () => {
      await until('the member\'s list', tasks, (now) => now === seen.tasks + 1)
      await counts(dispatcher, '待网格员处理', counted.reported + 1)
      await sees(member.page.getByText('待网格员处理'))
    })

    step('a second report, with kind, words and phone', async () => {
      const { page } = resident
      await resident.open(`/b/${building.code}`)
      await resident.tap(page.getByRole('button', { name: '反映问题' }))
      await resident.photograph(page.getByText('拍张照片', { exact: true }), await street.photo(2))
      await resident.tap(page.getByRole('button', { name: '更多类别' }))
      await resident.tap(page.getByRole('button', { name: KIND }))
      await page.getByLabel('发生了什么').fill(WORDS)
      await page.getByLabel('手机号').fill(PHONE_NUMBER)
      await resident.tap(page.getByRole('button', { name: '提交' }))
      await sees(page.getByRole('heading', { name: '已收到您反映的问题' }))
      seen.code = await text(page.getByTestId('receipt-code'))
      seen.number = /\d{8}-\d+/.exec(await page.locator('.proof').innerText())[0]
    })

    step('the member passes it up; the dispatcher\'s count rises by itself', async () => {
      const { page } = member
      await member.tap(task(member, WORDS))
      await sees(page.getByRole('heading', { name: KIND }))
      await member.tap(page.getByRole('button', { name: '更多' }))
      await member.tap(page.getByRole('button', { name: /^上报中心/ }))
      await page.getByLabel(/^说明/).fill('摊主不听劝，请执法人员来')
      await member.tap(page.getByRole('button', { name: '提交' }))
      await sees(page.getByText('待受理', { exact: true }))
      await counts(dispatcher, '待受理', counted.pending + 1)
    })

    step('the dispatcher accepts and dispatches in three clicks', async () => {
      const { page } = dispatcher
      if (await view(dispatcher, '待受理').getAttribute('aria-current') === null) await dispatcher.tap(view(dispatcher, '待受理'))
      await sees(row(dispatcher, WORDS))
      seen.handling = await count(department, '处置中')
      const clicks = await dispatcher.counting(async () => {
        await dispatcher.tap(row(dispatcher, WORDS))
        await dispatcher.tap(panel(dispatcher).getByRole('radiogroup', { name: '派给' }).getByRole('radio').filter({ hasText: '城管中队' }))
        await dispatcher.tap(panel(dispatcher).getByRole('button', { name: '受理并派遣给 城管中队' }))
      })
      assert.ok(clicks <= 3, `${clicks} clicks`)
      await said(dispatcher, '处置中')
      await sees(panel(dispatcher).getByText('城管中队'))
      await counts(dispatcher, '待受理', counted.pending)
    })

    step('the department sees it live and feeds back with a photo', async () => {
      const { page } = department
      await counts(department, '处置中', seen.handling + 1)
      await department.tap(view(department, '处置中'))
      await department.tap(row(department, WORDS))
      const form = panel(department)
      await form.getByLabel('说明').fill('已劝离摊位，人行道恢复畅通')
      await department.photograph(form.getByText('拍照或选照片'), await street.photo(3, true))
      await sees(form.getByRole('img', { name: '照片 1（共 1 张）' }))
      await department.tap(form.getByRole('button', { name: '处置反馈' }))
      await said(department, '待核查')
      assert.equal(await page.getByRole('alert').count(), 0)
    })

    step('the member checks on site, with a photo', async () => {
      const { page } = member
      await sees(page.getByRole('button', { name: '核查通过' })) // the open page followed by itself
      await member.tap(page.getByRole('button', { name: '核查通过' }))
      await member.photograph(page.getByText('拍核查照片'), await street.photo(4, true))
      await member.tap(page.getByRole('button', { name: '提交' }))
      await sees(page.getByText('待归档', { exact: true }))
    })

    step('the dispatcher archives', async () => {
      await sees(panel(dispatcher).getByRole('button', { name: '归档', exact: true })) // so did the dispatcher's
      await dispatcher.tap(panel(dispatcher).getByRole('button', { name: '归档', exact: true }))
      await said(dispatcher, '已归档')
      await dispatcher.shot(`journey-${print}-console`)
    })

    step('code and phone show the resident the whole way; they rate it', async () => {
      const other = await street.person('resident-at-home', PHONE)
      const page = await other.open('/')
      if (large) await other.tap(page.getByRole('button', { name: '大字', exact: true }))
      await other.tap(page.getByRole('button', { name: '查询进度' }))
      await page.getByLabel('查询码').fill(seen.code.toLowerCase())
      await page.getByLabel('手机号').fill('13900000000')
      other.expect(/404/)
      await other.tap(page.getByRole('button', { name: '查询', exact: true }))
      await sees(page.getByRole('alert').filter({ hasText: '查询码或手机号不正确' }))
      await page.getByLabel('手机号').fill(PHONE_NUMBER)
      await other.tap(page.getByRole('button', { name: '查询', exact: true }))
      await sees(page.getByRole('heading', { name: KIND }))
      const titles = ['网格员已上报网格中心', '已受理并派遣：城管中队', '已处置，等待核查', '现场核查通过', '已办结归档']
      for (const title of titles) await sees(page.getByText(title, { exact: true }))
      const way = await page.locator('section').filter({ has: page.getByRole('heading', { name: '办理过程' }) }).innerText()
      assert.deepEqual(titles.map((t) => way.indexOf(t)), titles.map((t) => way.indexOf(t)).sort((a, b) => b - a), 'newest first')
      assert.ok(!way.includes('摊主不听劝'), 'a note among colleagues stays among them')
      assert.ok(way.includes('人行道恢复畅通'), 'what was done is told')
      const taps = await other.counting(async () => {
        await other.tap(page.getByRole('radio', { name: '满意', exact: true }))
        await other.tap(page.getByRole('button', { name: '提交评价' }))
      })
      assert.ok(taps <= 2, `${taps} taps`)
      await sees(page.getByText('谢谢您的评价'))
      const rated = member.page.locator('section').filter({ has: member.page.getByRole('heading', { name: '评价', exact: true }) })
      await sees(rated.getByText('满意', { exact: true })) // whoever handled it reads it by itself
      await other.shot(`journey-${print}-progress`, { tall: true })
    })

    step('the first report: handled on the spot, archived, and said to be not solved', async () => {
      const { page } = member
      await member.tap(page.getByRole('button', { name: '返回' }))
      await member.open(`/app/cases/${Number(seen.firstNumber.split('-')[1])}`)
      await member.tap(page.getByRole('button', { name: '现场处置' })) // the resident's photo shows how it was before
      await member.photograph(page.getByText('拍处置后的样子'), await street.photo(6, true))
      await member.tap(page.getByRole('button', { name: '提交' }))
      await sees(page.getByText('待归档', { exact: true }))

      await dispatcher.tap(view(dispatcher, '待归档'))
      await dispatcher.tap(dispatcher.page.locator(`#row-${Number(seen.firstNumber.split('-')[1])}`).getByRole('link'))
      await dispatcher.tap(panel(dispatcher).getByRole('button', { name: '归档', exact: true }))
      await said(dispatcher, '已归档')
      await dispatcher.tap(view(dispatcher, '待受理'))

      const mine = await resident.open('/')
      await resident.tap(mine.getByRole('link').filter({ hasText: seen.first }))
      await resident.tap(mine.getByRole('button', { name: '没解决，要求重办' }))
      await mine.getByLabel('哪里没有解决').fill('第二天又和原来一样')
      await resident.tap(mine.getByRole('button', { name: '要求重新办理' }))
      await sees(mine.getByText('已要求重新办理'))
      await counts(dispatcher, '待受理', counted.pending + 1)
      await sees(dispatcher.page.locator(`#row-${Number(seen.firstNumber.split('-')[1])}`).getByText('重办'))
    })

    step('the member reports in three taps; the grid follows from where they stand', async () => {
      const { page } = member
      await member.open('/app/')
      await tab(member, '上报')
      await sees(page.getByText(street.grid().name))
      const taps = await member.counting(async () => {
        await member.photograph(page.getByText('拍现场照片'), await street.photo(7))
        await member.tap(page.getByRole('radio', { name: '暴露垃圾' }))
        await member.tap(page.getByRole('button', { name: '提交' }))
      })
      assert.ok(taps <= 3, `${taps} taps`)
      await sees(page.getByRole('heading', { name: '已上报' }))
      await counts(dispatcher, '待受理', counted.pending + 2)
    })

    step('what the member solves on the spot goes straight to the archive\'s door', async () => {
      const { page } = member
      await member.tap(page.getByRole('button', { name: /^再报一条/ }))
      await member.tap(page.getByRole('radio', { name: '我已处理好' }))
      await member.photograph(page.getByText('拍处置前的样子'), await street.photo(8))
      await member.photograph(page.getByText('拍处置后的样子'), await street.photo(9, true))
      await member.tap(page.getByRole('radio', { name: '暴露垃圾' }))
      await member.tap(page.getByRole('button', { name: '提交' }))
      await sees(page.getByRole('heading', { name: '已上报' }))
      await member.tap(page.getByRole('button', { name: '查看事件' }))
      await sees(page.getByText('待归档', { exact: true }))
      await sees(page.getByText(street.grid().name))
    })

    step('nobody altered the history', async () => {
      const report = await street.verify()
      assert.equal(report.ok, true, JSON.stringify(report))
    })
  })
}

describe('the journey', { concurrency: 2 }, () => ['normal', 'large'].forEach(journey))
