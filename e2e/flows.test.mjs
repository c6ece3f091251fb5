/* Journeys by other flows than the six steps, each by the people who take them in their own browsers: a dispute of low risk to its
 * end in the community. Cases are opened over HTTP where the opening itself is told elsewhere. */
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { ok } from '../tests/harness.mjs'
import { DESK, PHONE } from './lib/browser.mjs'
import { panel, said, sees } from './lib/faces.mjs'
import { steps, Street } from './lib/street.mjs'

describe('journeys of other flows', { timeout: 400_000, concurrency: 1 }, () => {
  const street = new Street('flows')
  const step = steps(() => street, 'flows')
  let member, leader, dispatcher

  before(async () => {
    await street.open()
    member = await street.colleague('member1', PHONE)
    leader = await street.colleague('leader1', PHONE)
    dispatcher = await street.colleague('street', DESK)
  })
  after(() => street.close())

  const open = async (flow, words, more = {}) =>
    (await ok(street.as('member1').POST('/api/cases', { body: street.report({ channel: 'member', flow, text: words, ...more }) }), 201)).id
  const sheet = (p, name) => p.page.getByRole('dialog', { name, exact: true })
  const chip = (inside, group, name) => inside.getByRole('radiogroup', { name: group, exact: true }).getByRole('radio', { name, exact: true })

  describe('a dispute', { concurrency: 1 }, () => {
    let id

    step('the member fills in the register on the phone', async () => {
      id = await open('dispute', '楼上装修到深夜，两家已争吵数次')
      const page = await member.open(`/app/cases/${id}`)
      await sees(page.getByText('纠纷', { exact: true }))
      await member.tap(page.getByRole('button', { name: '登记' }))
      const form = sheet(member, '登记')
      await member.tap(form.getByRole('button', { name: '提交' }))
      await sees(form.getByText('请选择“纠纷类型”'))
      await member.shot('app-form-wrong')
      await form.getByLabel('纠纷类型').selectOption({ label: '邻里' })
      const first = form.getByRole('region', { name: '当事人 第 1 项' })
      await first.getByLabel('姓名或单位').fill('陈家')
      await member.tap(chip(first, '一方', '甲方'))
      await member.tap(form.getByRole('button', { name: '添加当事人' }))
      const second = form.getByRole('region', { name: '当事人 第 2 项' })
      await second.getByLabel('姓名或单位').fill('吴家')
      await second.getByLabel('电话').fill('13812345678')
      await member.tap(chip(second, '一方', '乙方'))
      await form.getByLabel('涉及人数').fill('4')
      await form.getByLabel('主要诉求').fill('晚十点后停工')
      await member.shot('app-form')
      await member.tap(form.getByRole('button', { name: '提交' }))
      await sees(page.getByText('晚十点后停工'))
      await member.shot('app-dispute', { tall: true })
    })

    step('the centre passes it on and judges the risk', async () => {
      const page = await dispatcher.open(`/console/cases?view=all&case=${id}`)
      await sees(panel(dispatcher).getByText('晚十点后停工'))
      await dispatcher.shot('console-dispute')
      await dispatcher.tap(panel(dispatcher).getByRole('button', { name: '归类分流' }))
      await said(dispatcher, '归类分流')
      const form = panel(dispatcher).locator('form')
      await dispatcher.tap(chip(form, '风险等级', '低风险'))
      await dispatcher.tap(chip(form, '有肢体冲突或扬言伤害', '否'))
      await dispatcher.tap(chip(form, '可能聚集或越级上访', '否'))
      await form.getByLabel('评估依据').fill('双方愿意谈')
      await dispatcher.shot('console-form')
      await dispatcher.tap(form.getByRole('button', { name: '风险评估' }))
      await sees(panel(dispatcher).getByText('低风险'))
      await page.getByRole('tab', { name: '流转' }).waitFor()
    })

    step('low risk: the grid leader settles it in the community', async () => {
      const page = await leader.open(`/app/cases/${id}`)
      await leader.tap(page.getByRole('button', { name: '化解成功' }))
      const form = sheet(leader, '化解成功')
      await form.getByRole('radio').first().waitFor()
      await leader.shot('app-settle')
      assert.equal(await form.getByRole('alert').count(), 0)
    })
  })
})
