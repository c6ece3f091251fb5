/* Journeys by other flows than the six steps, each by the people who take them in their own browsers: a dispute of low risk settled in
 * the community; a whistle for three departments, with more time asked for and granted by somebody else; a campaign at several
 * places. Every new screen is also held to what screens.test.mjs holds the others to. */
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { ok } from '../tests/harness.mjs'
import { DESK, PHONE } from './lib/browser.mjs'
import { action, chip, panel, record, said, sees, sheet } from './lib/faces.mjs'
import { looks } from './lib/look.mjs'
import { HANGS_MS, steps, Street } from './lib/street.mjs'

describe('journeys of other flows', { timeout: HANGS_MS, concurrency: 1 }, () => {
  const street = new Street('flows', { map: false })
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

  describe('a dispute', { concurrency: 1 }, () => {
    const step = steps(() => street, 'dispute')
    let id

    step('the member fills in the register on the phone', async () => {
      id = await open('dispute', '楼上装修到深夜，两家已争吵数次')
      const page = await member.open(`/app/cases/${id}`)
      await sees(page.getByText('纠纷', { exact: true }))
      await member.tap(page.getByRole('button', { name: '登记纠纷', exact: true }))
      const form = sheet(member, '登记纠纷')
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
    })

    step('low risk: the grid leader settles it in the community', async () => {
      const page = await leader.open(`/app/cases/${id}`)
      await leader.tap(page.getByRole('button', { name: '社区调解成功' }))
      const form = sheet(leader, '社区调解成功')
      await leader.tap(chip(form, '协议形式', '书面调解协议'))
      await form.getByLabel('协议内容').fill('晚九点后不施工，周日停工')
      await form.getByLabel('说明').fill('双方签字')
      await leader.shot('app-settle')
      await leader.tap(form.getByRole('button', { name: '提交' }))
      await sees(page.getByText('晚九点后不施工，周日停工'))
      await sees(page.getByText('待回访', { exact: true }))
    })
  })

  describe('a whistle', { concurrency: 1 }, () => {
    const step = steps(() => street, 'whistle')
    const told = '违建堵住消防通道，需要几家一起处理'
    const three = [['dept1', '城管中队'], ['dept7', '消防工作站'], ['dept6', '综合执法队']]
    const crew = {}
    let id

    before(async () => {
      for (const [login] of three) crew[login] = await street.colleague(login, PHONE)
    })

    step('the township opens it by hand: flow, form, place', async () => {
      const { items } = await ok(street.as('street').GET('/api/buildings', { params: { query: { under: street.facts.home } } }))
      const page = await dispatcher.open('/console/new')
      await page.getByLabel('反映的事情').fill(told)
      await page.getByLabel('地点', { exact: true }).fill(items[0].address)
      await dispatcher.tap(page.getByRole('button').filter({ hasText: items[0].address }).first())
      await dispatcher.tap(page.getByRole('radio', { name: '违章建筑' }).or(page.getByRole('radiogroup').getByRole('radio')).first())
      await dispatcher.tap(chip(page, '办哪种事', '吹哨报到'))
      await dispatcher.tap(page.getByRole('button', { name: '登记', exact: true }))
      await sees(page.getByText('请选择“哨类”'))
      await dispatcher.tap(chip(page, '哨类', '综合执法哨'))
      await page.getByLabel('要求到场时间').fill('2026-11-23T14:00')
      await page.getByLabel('集合地点').fill('小区东门')
      await page.getByLabel('需要解决的问题').fill('拆除违建，打通通道')
      await looks(dispatcher, 'console-open-whistle')
      id = await record(dispatcher, told)
    })

    step('it calls three departments, the second is to lead', async () => {
      const form = panel(dispatcher).locator('form')
      const find = form.getByLabel('输入名称查找，回车选第一个')
      await dispatcher.tap(form.getByRole('button', { name: '发哨' }))
      await sees(form.getByRole('alert'))
      await dispatcher.tap(form.getByRole('button', { name: '消防工作站' }))
      await find.fill('城管')
      await find.press('Enter')
      await find.fill('综合')
      await find.press('Enter')
      await dispatcher.tap(form.getByRole('button', { name: '城管中队 设为牵头' }))
      await looks(dispatcher, 'console-units')
      await dispatcher.tap(form.getByRole('button', { name: '发哨' }))
      const board = panel(dispatcher).getByRole('region', { name: '协同单位' })
      await sees(board.getByText('3 个单位，已到 0 个，完成 0 个'))
      assert.equal(await board.getByText('未报到').count(), 3)
    })

    step('each comes, with a photo, and the board tells it by itself', async () => {
      const board = panel(dispatcher).getByRole('region', { name: '协同单位' })
      let here = 0
      for (const [login] of three) {
        await mark(crew[login], '报到', '拍现场照片')
        await sees(board.getByText(`3 个单位，已到 ${++here} 个，完成 0 个`))
        if (here === 1) await looks(crew[login], 'app-whistle')
      }
      await dispatcher.tap(panel(dispatcher).getByRole('button', { name: '全部到齐' }).first())
      await said(dispatcher, '全部到齐')
    })

    step('the lead asks for more time; the township grants it', async () => {
      const page = await crew.dept1.open(`/app/cases/${id}`)
      await action(crew.dept1, '申请延期')
      const form = sheet(crew.dept1, '申请延期')
      await form.getByLabel('延长工作日').fill('2')
      await crew.dept1.tap(chip(form, '原因', '需履行法定程序'))
      await form.getByLabel('说明').fill('拆除要先公告')
      await crew.dept1.shot('app-extend')
      await crew.dept1.tap(form.getByRole('button', { name: '提交' }))
      await sees(page.getByText('等待答复'))
      await sees(panel(dispatcher).getByText('拆除要先公告'))
      await looks(dispatcher, 'console-extend')
      await dispatcher.tap(panel(dispatcher).getByRole('button', { name: '同意延期' }).first())
      await said(dispatcher, '同意延期')
      await panel(dispatcher).getByText('等待答复').first().waitFor({ state: 'detached' })
    })

    step('each finishes its part, the lead sums up, all are rated', async () => {
      for (const [login] of three) await mark(crew[login], '本单位已完成', '拍处置后的样子', '我方部分已完成')
      await crew.dept1.open(`/app/cases/${id}`)
      await action(crew.dept1, '处置完毕')
      const form = sheet(crew.dept1, '处置完毕')
      await form.getByLabel('说明').fill('通道已打通')
      await crew.dept1.tap(form.getByRole('button', { name: '提交' }))
      const rate = panel(dispatcher).locator('form')
      for (const [n, [, name]] of three.entries()) {
        await dispatcher.tap(chip(rate, '单位', new RegExp(name)))
        await dispatcher.tap(chip(rate, '满意度', n === 2 ? '基本满意' : '满意'))
        if (n === 0) await looks(dispatcher, 'console-rate')
        await dispatcher.tap(rate.getByRole('button', { name: '评价单位' }))
        await sees(panel(dispatcher).getByRole('region', { name: '协同单位' }).getByText(n === 2 ? '已评价：基本满意' : '已评价：满意').nth(n === 2 ? 0 : n))
      }
      await dispatcher.tap(panel(dispatcher).getByRole('button', { name: '销哨归档' }).first())
      await said(dispatcher, '销哨归档')
      await looks(dispatcher, 'console-whistle-end')
    })

    /* one action of a department on its phone, with a photo */
    async function mark(p, name, photo, note) {
      await p.open(`/app/cases/${id}`)
      await action(p, name)
      const form = sheet(p, name)
      await p.photograph(form.getByText(photo, { exact: true }).last(), await street.photo(60))
      if (note) await form.getByLabel('说明').fill(note)
      await p.tap(form.getByRole('button', { name: '提交' }))
      await form.waitFor({ state: 'detached' })
    }
  })

  describe('a campaign', { concurrency: 1 }, () => {
    const step = steps(() => street, 'campaign')
    let id, centre

    step('the centre parts it by places of the tree', async () => {
      centre = await street.colleague('center', DESK)
      const form = { theme: 'ebike', until: '2026-12-01', method: '逐栋查看' }
      id = (await ok(street.as('center').POST('/api/cases', { body: street.report({ channel: 'centre', flow: 'campaign', text: '电动自行车进楼充电排查', form }) }), 201)).id
      const page = await centre.open(`/console/cases?view=all&case=${id}`)
      const open = panel(centre).locator('form')
      await open.getByLabel('要办的事').fill('查看楼道和架空层有无充电')
      await centre.tap(open.getByRole('checkbox', { name: /全部网格$/ }).last())
      await sees(open.getByText(/已选 [1-9]\d* 处/))
      await looks(centre, 'console-parts')
      await centre.tap(open.getByRole('button', { name: '部署点位' }))
      const board = panel(centre).getByRole('region', { name: '子件进度' })
      await sees(board.getByRole('link'))
      await looks(centre, 'console-parts-board')
      await centre.tap(board.getByRole('link').first())
      await sees(panel(centre).getByText('所属总件'))
      await page.goBack()
    })
  })
})
