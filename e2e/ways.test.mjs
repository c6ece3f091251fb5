/* The ways a matter takes between levels, units and people, one journey for each flow beside those of flows.test.mjs: an order from the
 * city down to a member and back; the five steps up four levels and across to a department; volunteers, services, rental houses, what
 * is settled on the spot; a dispute that the resident opens again. Everybody has a browser of their own, and what others did appears
 * in it by itself. */
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { ok } from '../tests/harness.mjs'
import { act, residentReport } from '../tests/lib/journey.mjs'
import { DESK, PHONE } from './lib/browser.mjs'
import { action, chip, decide, panel, record, row, sees, sheet, take, task } from './lib/faces.mjs'
import { looks } from './lib/look.mjs'
import { HANGS_MS, steps, Street } from './lib/street.mjs'

describe('the ways of a matter', { timeout: HANGS_MS, concurrency: 1 }, () => {
  const street = new Street('ways', { map: false, env: { WANGGE_RATE_FACTOR: '0' } })
  const who = {}

  before(async () => {
    await street.open()
    await street.hire('city1', { role: 'dispatcher', place: '5301' })
    await street.hire('county1', { role: 'dispatcher', place: '530103' })
    const [longitude, latitude] = street.grid().inside
    const here = { ...PHONE, permissions: ['geolocation'], geolocation: { longitude, latitude, accuracy: 12 } }
    for (const login of ['city1', 'county1', 'street', 'center']) who[login] = await street.colleague(login, DESK)
    for (const login of ['member1', 'leader1', 'dept1', 'dept5', 'dept10']) who[login] = await street.colleague(login, here)
    await street.sessions('inspector1', 'admin', 'dept3')
  })
  after(() => street.close())

  const open = async (login, flow, words, more = {}) =>
    (await ok(street.as(login).POST('/api/cases', { body: street.report({ channel: 'member', flow, text: words, ...more }) }), 201)).id
  const mine = (login) => who[login].open('/console/cases?view=mine')
  const shown = (login, id) => who[login].open(`/console/cases?view=all&case=${id}`)
  const today = (login) => who[login].open('/app/')

  /** Photos of the kinds that a form asks for, by what stands on their buttons. */
  const photos = (p, form, ...labels) => labels.reduce(async (done, label, n) => {
    await done
    await p.photograph(form.getByText(label, { exact: true }).last(), await street.photo(70 + n, n > 0))
  }, Promise.resolve())

  /** It appears in somebody's own list by itself, and is opened there. */
  async function comes(login, words) {
    const p = who[login]
    const there = p.touch ? task(p, words) : row(p, words)
    await sees(there)
    await p.tap(there.first())
    await sees(p.touch ? p.page.getByRole('heading', { name: '办理过程' }) : panel(p).getByRole('heading', { name: words }))
  }

  describe('an order from the city', { concurrency: 1 }, () => {
    const step = steps(() => street, 'order')
    const WORDS = '冬季燃气安全隐患逐户排查'

    step('the city writes it and issues it to the county', async () => {
      const { city1 } = who
      const page = await city1.open('/console/new')
      const { items } = await ok(street.as('city1').GET('/api/buildings', { params: { query: { under: street.facts.home } } }))
      await Promise.all([mine('county1'), mine('street'), today('member1')])
      await city1.tap(chip(page, '办哪种事', '上级交办'))
      await page.getByLabel('交办的事情').fill(WORDS)
      await page.getByLabel('地点', { exact: true }).fill(items[0].address)
      await city1.tap(page.getByRole('button').filter({ hasText: items[0].address }).first())
      assert.equal(await page.getByRole('radio', { name: '暴露垃圾' }).count(), 0, 'an order is not put under a category of events')
      await city1.tap(chip(page, '单据', '交办单'))
      assert.equal(await page.getByText('下达层级').count(), 0, 'the city is the only level of whoever writes it')
      await city1.tap(chip(page, '紧急程度', '紧急'))
      await page.getByLabel('工作要求').fill('本周内逐户查看灶具、软管和报警器')
      await looks(city1, 'ways-order-new')
      await city1.tap(page.getByRole('button', { name: '登记', exact: true }))
      await looks(city1, 'ways-order-written')
      await city1.tap(page.getByRole('link', { name: '打开办理' }))
      await decide(city1, '下达', (form) => city1.tap(chip(form, '承办层级', '县（区）')))
      await looks(city1, 'ways-order-issued')
    })

    step('the county passes it to the township, the township to the grid', async () => {
      await comes('county1', WORDS)
      await looks(who.county1, 'ways-order-county')
      assert.equal(await who.county1.counting(() => decide(who.county1, '分解到乡镇（街道）')), 1)
      await comes('street', WORDS)
      await decide(who.street, '分解到网格')
    })

    step('the member sees it among today\'s tasks and reports what was done', async () => {
      await comes('member1', WORDS)
      await looks(who.member1, 'ways-order-member')
      await take(who.member1, '落实反馈', async (form) => {
        await photos(who.member1, form, '拍现场照片')
        await who.member1.tap(chip(form, '结果', '已落实'))
        await form.getByLabel('采取的措施').fill('入户 46 户，换软管 3 根')
        await form.getByLabel(/^说明/).fill('已全部查完')
        await who.member1.shot('ways-order-report')
      })
      await sees(who.member1.page.getByText('待乡镇（街道）审核', { exact: true }))
    })

    step('and back up: each level checks it, the city closes it', async () => {
      await sees(panel(who.street).getByText('入户 46 户，换软管 3 根'))
      await looks(who.street, 'ways-order-check')
      await decide(who.street, '审核上报')
      await sees(panel(who.county1).getByText('待县（区）审核', { exact: true }))
      await decide(who.county1, '审核上报')
      await sees(panel(who.city1).getByText('待市审核', { exact: true }))
      await decide(who.city1, '办结')
      await looks(who.city1, 'ways-order-closed')
      await sees(who.member1.page.getByText('已办结', { exact: true }))
    })
  })

  describe('five steps up four levels', { concurrency: 1 }, () => {
    const step = steps(() => street, 'levels')
    const WORDS = '河堤护栏断了二十米，两边都不归社区管'
    let id

    step('the member passes it up to the leader, the leader to the township', async () => {
      await Promise.all([today('leader1'), mine('street'), mine('county1'), mine('city1')])
      id = await open('member1', 'five-step', WORDS)
      await today('member1')
      await comes('member1', WORDS)
      await take(who.member1, '上报网格长', (form) => form.getByLabel(/^说明/).fill('护栏锈断，有孩子在河边玩'))
      await comes('leader1', WORDS)
      await sees(who.leader1.page.getByText('护栏锈断，有孩子在河边玩'))
      await looks(who.leader1, 'ways-levels-leader')
      await take(who.leader1, '上报乡镇（街道）')
    })

    step('township, county and city each see it come', async () => {
      await comes('street', WORDS)
      await decide(who.street, '上报县（区）', (form) => form.getByLabel('说明').fill('需水务部门施工'))
      await comes('county1', WORDS)
      await decide(who.county1, '上报市', (form) => form.getByLabel('说明').fill('河道归市里管'))
      await comes('city1', WORDS)
      await looks(who.city1, 'ways-levels-city')
    })

    step('the city sends it across to a department in three clicks, and the department has it', async () => {
      await today('dept10')
      const { city1 } = who
      await sees(panel(city1).getByRole('radiogroup', { name: '派给' }).getByRole('radio').first())
      const clicks = await city1.counting(() => decide(city1, '分流派遣', async (form) => {
        await city1.tap(chip(form, '难易程度', /^复杂/))
        await city1.tap(chip(form, '派给', /环卫所/))
      }))
      assert.ok(clicks <= 3, `${clicks} clicks`)
      await comes('dept10', WORDS)
      await looks(who.dept10, 'ways-levels-department')
    })

    step('it asks to suspend; the county grants it, the clock stands; later it goes on', async () => {
      const { dept10, county1 } = who
      await take(dept10, '申请挂起', async (form) => {
        await dept10.tap(chip(form, '原因', '等待材料或设备'))
        await form.getByLabel(/^说明/).fill('护栏定制要一周')
      })
      await sees(dept10.page.getByText('等待答复'))
      await sees(panel(county1).getByText('护栏定制要一周'))
      await looks(county1, 'ways-suspend-asked')
      await decide(county1, '同意挂起')
      await sees(dept10.page.getByText('已挂起', { exact: true }))
      await looks(dept10, 'ways-suspended')
      await take(dept10, '恢复办理')
      await sees(panel(county1).getByText('办理中', { exact: true }))
    })

    step('the city supervises it; the mark stands wherever the case is seen', async () => {
      await decide(who.city1, '督办', (form) => form.getByLabel('说明').fill('本周五前完工'))
      await sees(who.dept10.page.getByText('督办 1 次'))
      await sees(panel(who.county1).getByText('督办 1 次'))
    })

    step('the department feeds back, the member checks, the leader closes', async () => {
      const { dept10, member1, leader1 } = who
      await today('member1')
      const taps = await dept10.counting(() => take(dept10, '处置反馈', async (form) => {
        await photos(dept10, form, '拍处置后的样子')
        await form.getByLabel(/^说明/).fill('新护栏已装好')
      }))
      assert.ok(taps <= 3, `${taps} taps`)
      await comes('member1', WORDS)
      await take(member1, '核查通过', (form) => photos(member1, form, '拍核查照片'))
      await leader1.open(`/app/cases/${id}`)
      await take(leader1, '办结归档')
      await looks(leader1, 'ways-levels-closed')
      await shown('city1', id)
      await sees(panel(who.city1).getByText('已办结', { exact: true }))
      await looks(who.city1, 'ways-levels-way')
    })
  })

  describe('returned, passed on, void', { concurrency: 1 }, () => {
    const step = steps(() => street, 'returned')
    let id

    step('a department returns it; the centre sees how such matters ended and sends it elsewhere', async () => {
      const { dept1 } = who
      const past = await open('member1', 'five-step', '花坛里堆了半车建筑垃圾')
      const all = { form: { complexity: 'ordinary' }, target: { department: street.facts.departments[9] } }
      await act(street.as('member1'), past, 'report_up')
      await act(street.as('leader1'), past, 'leader_up')
      await act(street.as('street'), past, 'township_dispatch', all)
      const sha256 = await street.as('dept10').upload()
      await act(street.as('dept10'), past, 'feedback', { note: '已清运', photos: [{ sha256, kind: 'after' }] })
      await act(street.as('member1'), past, 'verify_pass', { photos: [{ sha256: await street.as('member1').upload(), kind: 'check' }] })
      await act(street.as('leader1'), past, 'close')
      id = await open('member1', 'five-step', '花坛旁又倒了一车建筑垃圾')
      await act(street.as('member1'), id, 'report_up')
      await act(street.as('leader1'), id, 'leader_up')
      await act(street.as('street'), id, 'township_dispatch', { ...all, target: { department: street.facts.departments[0] } })
      await shown('street', id)
      await dept1.open(`/app/cases/${id}`)
      await take(dept1, '退回', async (form) => {
        await dept1.tap(chip(form, '原因', '不属于本单位职责清单'))
        await form.getByLabel(/^说明/).fill('清运归环卫所')
        await dept1.shot('ways-return')
      })
      const toDecide = panel(who.street).getByRole('region', { name: '待裁定' })
      await sees(toDecide.getByText('清运归环卫所'))
      await sees(toDecide.getByText('花坛里堆了半车建筑垃圾'))
      await looks(who.street, 'ways-precedents')
      await decide(who.street, '分流派遣', async (form) => {
        await who.street.tap(chip(form, '难易程度', /^一般/))
        await who.street.tap(chip(form, '派给', /环卫所/))
      })
      await decide(who.street, '转办', async (form) => {
        await who.street.tap(chip(form, '派给', /网格员/).first())
        await form.getByLabel('说明').fill('先由网格员劝导')
      })
    })

    step('void: who asks may not agree; a second person does', async () => {
      const { street: desk, center } = who
      await shown('center', id)
      await decide(desk, '申请作废', async (form) => {
        await desk.tap(chip(form, '原因', '情况已自行消除'))
        await form.getByLabel('说明').fill('倾倒人已自行清走')
      })
      assert.equal(await panel(desk).getByRole('button', { name: '复核同意作废' }).count(), 0, 'not by who asked')
      await looks(desk, 'ways-void-asked')
      await decide(center, '复核同意作废')
      await sees(panel(desk).getByText('已作废', { exact: true }))
      await looks(center, 'ways-void')
    })
  })

  describe('two reports of one matter', { concurrency: 1 }, () => {
    const step = steps(() => street, 'merge')
    let main, second

    step('the centre merges the second into the first', async () => {
      main = await open('street', 'five-step', '东门路灯整排不亮', { channel: 'hotline', reporter_phone: '13577776666', reporter_name: '何师傅' })
      second = await open('street', 'five-step', '小区东门晚上一片黑', { channel: 'hotline', reporter_phone: '13577775555', reporter_name: '马阿姨' })
      await shown('street', second)
      await decide(who.street, '并入主件', async (form) => {
        await form.getByRole('searchbox', { name: '并入哪一件' }).fill('路灯整排')
        await who.street.tap(form.getByRole('radio').filter({ hasText: '东门路灯整排不亮' }))
        await looks(who.street, 'ways-merge')
      })
      await looks(who.street, 'ways-merged')
      await who.street.tap(panel(who.street).getByRole('link').filter({ hasText: '东门路灯整排不亮' }).first())
      await sees(panel(who.street).getByText('2 人反映'))
      await looks(who.street, 'ways-merge-main')
    })
  })

  describe('volunteers', { concurrency: 1 }, () => {
    const step = steps(() => street, 'volunteers')
    const WORDS = '独居老人家里灯坏了，想请人来换'

    step('a member orders for a neighbour; the centre assigns it', async () => {
      const { member1 } = who
      await mine('street')
      const page = await member1.open('/app/report')
      await member1.tap(chip(page, '办哪种事', '志愿服务四单'))
      await page.getByLabel(/^服务项目/).selectOption({ label: '小修小补' })
      await page.getByLabel('希望服务日期').fill('2026-11-24')
      await page.getByLabel('服务对象').fill('李奶奶')
      await page.getByLabel('具体需要').fill('换卧室顶灯')
      await page.getByLabel(/^说明/).fill(WORDS)
      await looks(member1, 'ways-volunteer-order')
      await member1.tap(page.getByRole('button', { name: '提交' }))
      await sees(page.getByRole('heading', { name: '已上报' }))
      await comes('street', WORDS)
      await today('dept5')
      const clicks = await who.street.counting(() => decide(who.street, '派单', async (form) => {
        await who.street.tap(form.getByRole('combobox').first())
        await who.street.page.getByRole('combobox').last().fill('社会保障')
        await who.street.tap(who.street.page.getByRole('option', { name: /社会保障/ }).first())
      }))
      assert.ok(clicks <= 3, `${clicks} clicks`)
    })

    step('the volunteers take it in two taps and say what they did', async () => {
      const { dept5 } = who
      await comes('dept5', WORDS)
      await looks(dept5, 'ways-volunteer-offer')
      assert.equal(await dept5.counting(() => take(dept5, '接单')), 2)
      await take(dept5, '服务完成', async (form) => {
        await photos(dept5, form, '拍现场照片')
        await form.getByLabel('服务时长（分钟）').fill('40')
        await form.getByLabel('志愿者人数').fill('2')
        await form.getByLabel('服务内容').fill('换了顶灯，查了开关')
        await dept5.shot('ways-volunteer-record')
      })
    })

    step('who ordered asks the neighbour and rates it', async () => {
      const { member1 } = who
      const { items } = await ok(street.as('member1').GET('/api/cases', { params: { query: { q: WORDS } } }))
      await member1.open(`/app/cases/${items[0].id}`)
      await take(member1, '电话回访评单', async (form) => {
        await member1.tap(chip(form, '满意度', '满意'))
        await form.getByLabel(/^说明/).fill('老人说很好')
        await member1.shot('ways-volunteer-rate')
      })
      await sees(member1.page.getByText('已评单', { exact: true }))
      await looks(member1, 'ways-volunteer-rated')
    })
  })

  describe('a service', { concurrency: 1 }, () => {
    const step = steps(() => street, 'service')
    const WORDS = '为父亲申请高龄津贴'
    let id, code

    step('the centre writes down what the caller applies for and asks for papers', async () => {
      const { street: desk } = who
      const page = await desk.open('/console/new')
      const { items } = await ok(street.as('street').GET('/api/buildings', { params: { query: { under: street.facts.home } } }))
      await desk.tap(chip(page, '办哪种事', '便民服务事项'))
      await page.getByLabel(/的事情$/).fill(WORDS)
      await page.getByLabel('地点', { exact: true }).fill(items[0].address)
      await desk.tap(page.getByRole('button').filter({ hasText: items[0].address }).first())
      await page.getByLabel('申请事项').fill('高龄津贴')
      await page.getByLabel('申请人').fill('赵大爷')
      await desk.tap(chip(page, '由他人代办', '是'))
      await desk.tap(chip(page, '需要上门', '是'))
      await page.getByLabel('联系电话').fill('13566667777')
      await looks(desk, 'ways-service-new')
      id = await record(desk, WORDS, async () => {
        code = await page.getByTestId('receipt-code').innerText()
        await looks(desk, 'ways-service-recorded')
      })
      await decide(desk, '一次性告知补正', (form) => form.getByLabel('要问反映人的问题').fill('还缺身份证和户口本复印件'))
      await looks(desk, 'ways-service-asked')
    })

    step('with the code that was read out the caller reads what is still needed', async () => {
      const caller = await street.person('caller', PHONE)
      const page = await caller.open('/')
      await caller.tap(page.getByRole('button', { name: '查询进度' }))
      await page.getByLabel('查询码').fill(code.toLowerCase())
      await page.getByLabel('手机号').fill('13566667777')
      await caller.tap(page.getByRole('button', { name: '查询', exact: true }))
      await sees(page.getByText('还缺身份证和户口本复印件').first())
    })

    step('the member hands them in; the department grants it; the member tells the applicant', async () => {
      const { street: desk, member1, dept5 } = who
      await member1.open(`/app/cases/${id}`)
      await take(member1, '代为补正', (form) => form.getByLabel(/^说明/).fill('上门取了两份复印件'))
      await today('dept5')
      await decide(desk, '受理', async (form) => {
        await desk.tap(form.getByRole('combobox').first())
        await desk.page.getByRole('combobox').last().fill('社会保障')
        await desk.tap(desk.page.getByRole('option', { name: /社会保障/ }).first())
      })
      await comes('dept5', WORDS)
      await looks(dept5, 'ways-service-department')
      await today('member1')
      await take(dept5, '办结', async (form) => {
        await dept5.tap(chip(form, '结果', '予以办理'))
        await form.getByLabel('说明', { exact: true }).first().fill('下月起发放')
      })
      await comes('member1', WORDS)
      assert.equal(await member1.counting(() => take(member1, '告知申请人')), 2)
      await sees(panel(desk).getByText('已办结', { exact: true }))
      await looks(desk, 'ways-service-closed')
    })
  })

  describe('a rental house', { concurrency: 1 }, () => {
    const step = steps(() => street, 'rental')
    const WORDS = '二层出租屋年度评级'
    const ITEMS = [['用电用气（20 分）', 18], ['房屋结构（15 分）', 14], ['人员登记（20 分）', 20], ['治安秩序（20 分）', 19]]
    let id

    /** The member's score: every item, the grade, two photos. */
    function score(name, grade, fire, photographed) {
      const { member1 } = who
      return take(member1, name, async (form) => {
        await photographed(form)
        for (const [label, points] of [['消防安全（25 分）', fire], ...ITEMS]) await form.getByLabel(label).fill(String(points))
        await member1.tap(chip(form, '评定等级', new RegExp(`^${grade}`)))
        await member1.shot(`ways-rental-score-${fire}`)
      })
    }

    step('the member scores it: every item, two photos', async () => {
      const { member1 } = who
      id = await open('leader1', 'grading', WORDS, { channel: 'leader' })
      await Promise.all([today('member1'), today('leader1')])
      await comes('member1', WORDS)
      await looks(member1, 'ways-rental')
      await action(member1, '核查评分')
      const form = sheet(member1, '核查评分')
      await photos(member1, form, '拍核查照片')
      await member1.tap(form.getByRole('button', { name: '提交' }))
      await sees(form.getByRole('alert').filter({ hasText: '2 张照片' }))
      await member1.tap(form.getByRole('button', { name: '关闭' }))
      await score('核查评分', '黄色', 9, async (open) => {
        await photos(member1, open, '拍核查照片')
        await member1.photograph(open.getByText('添加照片', { exact: true }), await street.photo(79))
      })
    })

    step('the leader reviews it and sends the owner a link; the owner agrees without an account', async () => {
      const { leader1 } = who
      await comes('leader1', WORDS)
      await sees(leader1.page.getByText('黄色：关注').first())
      await looks(leader1, 'ways-rental-scored')
      await take(leader1, '复核通过', async (form) => {
        await form.getByLabel('对方名称').fill('房东王先生')
        await form.getByLabel(/^说明/).fill('消防安全 9 分，请确认')
        await leader1.shot('ways-rental-confirm')
      })
      const links = leader1.page.getByRole('group', { name: '一次性链接' })
      await leader1.tap(links.getByRole('button', { name: '复制地址' }))
      const address = await links.getByLabel('链接地址').inputValue()
      await looks(leader1, 'ways-rental-link')
      await mine('street')
      const owner = await street.person('owner', PHONE)
      const page = await owner.open(new URL(address).pathname)
      await sees(page.getByText('消防安全 9 分，请确认'))
      await sees(page.getByText('黄色：关注')) // what they are to agree to
      await sees(page.getByText('消防安全（25 分）'))
      await owner.tap(page.getByRole('button', { name: '房东确认' }))
      await looks(owner, 'ways-rental-owner')
      await owner.tap(page.getByRole('button', { name: '提交结果' }))
      await sees(page.getByText('已提交，谢谢您的配合'))
      await sees(links.getByText(/已使用/))
    })

    step('the township publishes yellow; it is mended, scored green and published', async () => {
      const { street: desk, member1, leader1 } = who
      await comes('street', WORDS)
      await today('member1')
      await decide(desk, '公示')
      await looks(desk, 'ways-rental-published')
      await comes('member1', WORDS)
      await today('leader1')
      await score('复查评分', '绿色', 24, (form) => photos(member1, form, '拍处置后的样子'))
      await comes('leader1', WORDS)
      await take(leader1, '复核通过', (form) => form.getByLabel('对方名称').fill('房东王先生'))
      await take(leader1, '无异议，送公示', (form) => form.getByLabel(/^说明/).fill('房东当面确认'))
      await decide(desk, '公示')
      await sees(panel(desk).getByText('已公示', { exact: true }))
      await sees(panel(desk).getByText('绿色：放心').first())
      await looks(desk, 'ways-rental-green')
    })
  })

  describe('a dispute that is not settled', { concurrency: 1 }, () => {
    const step = steps(() => street, 'reopened')
    const WORDS = '楼上漏水泡坏了吊顶，谈不拢赔多少'
    const DISPUTES = 'ZZ01'
    let report, resident

    /** From now on residents' reports of that kind go the way of disputes. */
    async function catalogued() {
      const admin = street.as('admin')
      const at = (d) => ({ params: { path: { id: d.item.id } } })
      const what = { kind: 'catalogue', name: 'catalogue' }
      const catalogue = JSON.parse((await ok(admin.GET('/api/profile/text', { params: { query: what } }))).content)
      catalogue.classes.flatMap((c) => c.items).find((i) => i.code === DISPUTES).flow = 'dispute'
      const made = await ok(admin.POST('/api/profile/drafts', { body: { name: '矛盾纠纷走调解' } }), 201)
      const body = { version: made.item.version, ...what, content: JSON.stringify(catalogue, null, 2) }
      const draft = await ok(admin.PUT('/api/profile/drafts/{id}/text', { ...at(made), body }))
      const checked = await ok(admin.POST('/api/profile/drafts/{id}/check', { ...at(draft), body: { version: draft.item.version } }))
      assert.deepEqual(checked.faults, [])
      await ok(admin.POST('/api/profile/drafts/{id}/publication', { ...at(draft), body: { version: checked.draft.version, move_open: false } }))
    }

    /** Both sides sign, the member visits them, the township closes it. */
    async function settled(login, action, terms) {
      const { id } = report
      await act(street.as(login), id, action, { note: '双方签字', form: { form: 'written', terms } })
      await act(street.as('member1'), id, 'visited', { form: { fulfilled: 'all', calm: true, lessons: '及时回访' } })
      await act(street.as('street'), id, 'reviewed', { form: { score: 90, in_time: true, papers: true } })
    }

    /** The resident's page of it: code and phone. */
    async function follow() {
      const page = await resident.open(`/r/${report.code}`)
      await page.locator('#find-phone').fill(report.phone)
      await resident.tap(page.locator('form .btn'))
      await sees(page.getByText(WORDS))
      return page
    }

    step('a resident reports it; the community settles it', async () => {
      await catalogued()
      report = await residentReport(street, { text: WORDS, category: DISPUTES })
      const { id } = report
      const parties = [{ name: '陈家', side: 'first' }, { name: '吴家', side: 'second' }]
      await act(street.as('member1'), id, 'register', { form: { kind: 'neighbour', parties, people: 2, demand: '赔偿吊顶' } })
      await act(street.as('street'), id, 'route')
      await act(street.as('street'), id, 'assess', { form: { risk: 'low', violence: false, crowd: false, grounds: '愿意谈' } })
      await settled('leader1', 'community_settle', '赔偿 800 元')
    })

    step('the resident says that it is not settled, and it is in front of the township again', async () => {
      const { street: desk } = who
      resident = await street.person('resident', PHONE)
      resident.expect(/404 .*\/api\/public\/reports\//) // without the phone it is nobody's
      const page = await follow()
      await mine('street')
      await resident.tap(page.getByRole('button', { name: '没解决，要求重办' }))
      await page.getByLabel('哪里没有解决').fill('钱没有赔，昨晚又漏了')
      await looks(resident, 'ways-reopening')
      await resident.tap(page.getByRole('button', { name: '要求重新办理' }))
      await sees(page.getByText('已要求重新办理，网格中心会再次受理。'))
      await looks(resident, 'ways-reopened')
      await comes('street', WORDS)
      await sees(panel(desk).getByText('钱没有赔，昨晚又漏了'))
      await looks(desk, 'ways-reopened-desk')
    })

    step('it is weighed anew and goes to the mediators; the resident is content', async () => {
      const { street: desk } = who
      await decide(desk, '风险评估', async (form) => {
        await desk.tap(chip(form, '风险等级', '中风险'))
        await desk.tap(chip(form, '有肢体冲突或扬言伤害', '否'))
        await desk.tap(chip(form, '可能聚集或越级上访', '否'))
        await form.getByLabel('评估依据').fill('协议没有履行')
      })
      await decide(desk, '指派调解', (form) => desk.tap(form.getByRole('radio').first()))
      const { item } = await ok(street.as('street').GET('/api/cases/{id}', { params: { path: { id: report.id } } }))
      assert.deepEqual([item.state, item.reopened], ['mediating', 1])
      await act(street.as('street'), report.id, 'reassign', { note: '归司法所', target: { department: 'sifa' } })
      await settled('dept3', 'settle', '当场赔付 800 元')
      const page = await follow()
      await resident.tap(page.getByRole('radio', { name: '满意', exact: true }))
      await resident.tap(page.getByRole('button', { name: '提交评价' }))
      await sees(page.getByText('谢谢您的评价', { exact: false }))
      await looks(resident, 'ways-reopened-rated')
    })
  })

  describe('on the spot', { concurrency: 1 }, () => {
    const step = steps(() => street, 'spot')

    step('the member handles it at once; the leader confirms', async () => {
      const { member1, leader1 } = who
      const words = '楼道感应灯被胶带贴住'
      await open('street', 'on-the-spot', words, { channel: 'hotline' })
      await Promise.all([today('member1'), today('leader1')])
      await comes('member1', words)
      const taps = await member1.counting(() => take(member1, '现场处置', (form) => photos(member1, form, '拍处置前的样子', '拍处置后的样子')))
      assert.ok(taps <= 4, `${taps} taps`)
      await comes('leader1', words)
      assert.equal(await leader1.counting(() => take(leader1, '确认办结')), 2)
      await sees(member1.page.getByText('已办结', { exact: true }))
    })

    step('what cannot be settled becomes a case of its own; the first waits for it', async () => {
      const { member1, leader1, street: desk } = who
      const words = '楼顶水箱漏水'
      await open('street', 'on-the-spot', words, { channel: 'hotline' })
      await today('member1')
      await comes('member1', words)
      await today('leader1')
      await take(member1, '转流程办理', async (form) => {
        await form.getByLabel(/^要办的事/).fill('水箱需更换，请物业主管部门处理')
        await form.getByLabel(/^说明/).fill('水箱锈穿')
        await member1.shot('ways-spot-pass')
      })
      await looks(member1, 'ways-spot-passed')
      await comes('leader1', words)
      await looks(leader1, 'ways-spot-waits')
      await sees(leader1.page.getByText('水箱需更换，请物业主管部门处理'))
    })
  })
})
