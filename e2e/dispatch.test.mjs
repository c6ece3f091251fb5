/* Dispatch rules and suggested categories, as a dispatcher at a desk and a grid member on the phone meet them. */
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { ok } from '../tests/harness.mjs'
import { DESK, PHONE } from './lib/browser.mjs'
import { panel, said, sees, text } from './lib/faces.mjs'
import { HANGS_MS, steps, Street } from './lib/street.mjs'

describe('dispatch rules and suggestions', { timeout: HANGS_MS, concurrency: 1 }, () => {
  const street = new Street('dispatch', { map: false, env: { WANGGE_RATE_FACTOR: '0' } })
  const step = steps(() => street, 'dispatch')
  const seen = {}
  let desk, phone

  before(async () => {
    await street.open()
    await street.sessions('street', 'member1', 'leader1')
    const [longitude, latitude] = street.grid().inside
    const report = { category: '06010', text: '垃圾桶满溢，垃圾散落到人行道上', lon: longitude, lat: latitude, channel: 'member' }
    seen.case = (await ok(street.as('member1').POST('/api/cases', { body: report }), 201)).id
    desk = await street.colleague('street', DESK)
    phone = await street.colleague('member1', { ...PHONE, permissions: ['geolocation'], geolocation: { longitude, latitude, accuracy: 12 } })
  })
  after(() => street.close())

  /** Chooses in one of the kit's pickers. */
  async function choose(scope, label, words) {
    await desk.tap(scope.getByRole('combobox', { name: label }))
    await desk.page.getByRole('combobox', { name: label }).last().fill(words)
    await desk.tap(desk.page.getByRole('option', { name: words }).first())
  }
  const rows = () => desk.page.getByRole('group', { name: '分派规则' }).locator('tbody tr')

  step('a dispatcher adds two rules and puts them in order', async () => {
    const page = await desk.open('/console/dispatch')
    await sees(page.getByText('还没有分派规则'))
    for (const [category, department] of [['', '综合执法队'], ['暴露垃圾', '城管中队']]) {
      await desk.tap(page.getByRole('button', { name: '新增规则' }))
      const form = page.getByRole('complementary', { name: '新增规则' })
      if (category) await choose(form, '任何类别', category)
      await choose(form, '选择部门', department)
      if (category) await desk.tap(form.getByRole('radio', { name: '每天' }))
      await desk.tap(form.getByRole('button', { name: '保存' }))
      await sees(rows().filter({ hasText: department }))
    }
    await desk.tap(page.getByRole('button', { name: '第 2 条上移' }))
    await sees(page.getByText('已移到第 1 条'))
    assert.match(await text(rows().first()), /暴露垃圾[\s\S]*城管中队/)
    await rows().first().focus()
    await page.keyboard.press('Alt+ArrowDown')
    await sees(page.getByText('已移到第 2 条'))
    await page.keyboard.press('Alt+ArrowUp')
    await sees(page.getByText('已移到第 1 条'))
    await desk.shot('console-dispatch-rules')
  })

  step('the tester says what would happen, and why', async () => {
    const { page } = desk
    const tester = page.getByRole('complementary', { name: '试一试' })
    await desk.tap(tester.getByRole('button', { name: '比对' }))
    await sees(tester.getByRole('alert'))
    await choose(tester, '类别', '道路破损')
    await desk.tap(tester.locator('.el-select').nth(1))
    await desk.tap(page.getByRole('treeitem').first())
    await desk.tap(tester.getByRole('button', { name: '比对' }))
    await sees(tester.getByText('规则只针对类别“暴露垃圾”'))
    await sees(tester.getByText('综合执法队', { exact: true }))
    await desk.shot('console-dispatch-tester')
  })

  step('a rule is tried before it is saved', async () => {
    const { page } = desk
    await desk.tap(page.getByRole('button', { name: '新增规则' }))
    const form = page.getByRole('complementary', { name: '新增规则' })
    await choose(form, '任何类别', '道路破损')
    await choose(form, '选择部门', '环卫所')
    await desk.tap(form.getByRole('button', { name: '先试一试' }))
    const tester = page.getByRole('complementary', { name: '试一试' })
    await sees(tester.getByText('按新规则已加入（尚未保存）比对'))
    await sees(tester.getByRole('listitem').filter({ hasText: '未保存' }))
    await desk.shot('console-dispatch-draft')
    await desk.tap(tester.getByRole('button', { name: '返回规则' }))
    await desk.tap(form.getByRole('button', { name: '取消' }))
    assert.equal(await rows().count(), 2)
  })

  step('on a case the rules\' targets come first, with load, distance and why; the dispatcher decides', async () => {
    const page = await desk.open(`/console/cases?view=pending&case=${seen.case}`)
    const choice = panel(desk).getByRole('radiogroup', { name: '派给' })
    await sees(choice.getByRole('radio').filter({ hasText: '规则首选' }))
    const chips = await choice.getByRole('radio').allInnerTexts()
    assert.match(chips[0], /城管中队[\s\S]*规则首选[\s\S]*在办 \d+/)
    assert.match(chips[1], /综合执法队[\s\S]*规则/)
    assert.match(chips[2], /环卫所[\s\S]*主责部门/)
    assert.ok(chips.some((c) => /\d+ 米/.test(c)), chips.join(' | '))
    assert.equal(await choice.locator('[role=radio][aria-checked=true]').count(), 0, 'nothing is chosen by itself')
    await desk.tap(panel(desk).getByRole('button', { name: '为什么建议这些？' }))
    await sees(panel(desk).getByText('类别是“暴露垃圾”'))
    await sees(panel(desk).getByText('距离从所在网格的中心点算起', { exact: false }))
    await desk.shot('console-dispatch-why')
    await desk.tap(choice.getByRole('radio').first())
    await desk.tap(panel(desk).getByRole('button', { name: /城管中队/ }).last())
    await said(desk, '处置中')
    assert.equal((await ok(street.as('street').GET('/api/cases/{id}', { params: { path: { id: seen.case } } }))).item.holder.name, '城管中队')
    assert.ok(page)
  })

  step('a leader who assigns by phone is told whom the rules suggest, how far and how busy', async () => {
    const form = { service: 'repair', wanted_on: '2026-11-25', wish: '修水龙头' }
    const { id } = await ok(street.as('member1').POST('/api/cases', { body: street.report({ channel: 'member', flow: 'volunteer', form, text: '独居老人家水龙头坏了' }) }), 201)
    const leader = await street.colleague('leader1', PHONE)
    const page = await leader.open(`/app/cases/${id}`)
    await leader.tap(page.getByRole('button', { name: '派单', exact: true }))
    const first = page.getByRole('dialog', { name: '派单', exact: true }).getByRole('radiogroup', { name: '建议派给' })
    await sees(first.getByText('规则首选'))
    assert.match(await text(first.getByRole('radio').first()), /城管中队[\s\S]*手上 \d+ 件/)
    assert.ok((await first.getByRole('radio').allInnerTexts()).some((c) => /\d+ 米/.test(c)))
    await leader.settle()
    await leader.shot('app-targets')
    await leader.tap(first.getByRole('radio').filter({ hasText: /\d+ 米/ }).first())
    await leader.tap(page.getByRole('dialog', { name: '派单', exact: true }).getByRole('button', { name: '提交' }))
    await sees(page.getByText('待接单', { exact: true }))
  })

  step('while a call is written down the text suggests categories', async () => {
    const page = await desk.open('/console/new')
    await page.getByLabel('反映的事情').fill('楼下垃圾桶满了，垃圾散了一地，味道很大')
    const box = page.getByRole('group', { name: '按文字建议的类别' })
    await sees(box.getByRole('button', { name: /暴露垃圾/ }))
    await sees(box.locator('u').first())
    await desk.shot('console-new-suggested')
    await desk.tap(box.getByRole('button', { name: /暴露垃圾/ }))
    await sees(page.getByRole('radio', { name: '暴露垃圾', checked: true }))
    await page.getByLabel('反映的事情').fill('')
  })

  step('so does the phone, where a tap takes it', async () => {
    const page = await phone.open('/app/report')
    await page.getByPlaceholder(/./).last().fill('有人从楼上拉线给电动车充电')
    const box = page.getByRole('group', { name: '按文字建议的类别' })
    await sees(box.getByRole('button').first())
    await box.scrollIntoViewIfNeeded()
    await phone.shot('app-report-suggested', { tall: true })
    const name = (await text(box.getByRole('button').first())).replace(/\d+%$/, '').trim()
    await phone.tap(box.getByRole('button').first())
    await sees(page.getByRole('radio', { name, checked: true }))
  })

  step('and a resident, who may leave it', async () => {
    const resident = await street.person('resident', PHONE)
    const page = await resident.open('/#report')
    await page.locator('#what').fill('旁边的窨井盖松动，车一过就响')
    const box = page.getByRole('group', { name: '按文字建议的类别' })
    const chip = box.getByRole('button', { name: /供水井盖异常/ })
    await sees(chip)
    await box.scrollIntoViewIfNeeded()
    await resident.tap(chip)
    await sees(box.getByRole('button', { name: /供水井盖异常/, pressed: true }))
    await resident.shot('public-report-suggested', { tall: true })
    street.check()
  })
})
