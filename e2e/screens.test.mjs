/* Every screen of the three faces in every print size and both languages: accessible, nothing scrolls sideways, big enough for a
 * thumb, no error in the console, no breach of the content security policy, no text left untranslated. `make pictures` leaves
 * pictures of all of them in build/shots for people to look at. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ok } from '../tests/harness.mjs'
import { act, residentReport } from '../tests/lib/journey.mjs'
import { checkFile, looseGrids, splitGrid } from '../tests/lib/mesh.mjs'
import { DESK, PHONE } from './lib/browser.mjs'
import { sees } from './lib/faces.mjs'
import { axe, sideways, touch, words } from './lib/look.mjs'
import { Street } from './lib/street.mjs'

const NARROW = 360
const street = new Street('screens', { env: { WANGGE_RATE_FACTOR: '0' } })
const facts = {}

before(async () => {
  await street.open()
  await street.sessions('center', 'street', 'leader1', 'member1', 'dept1', 'admin', 'auditor')
  const { items } = await ok(street.as('center').GET('/api/buildings', { params: { query: { under: street.facts.home } } }))
  const photo = async (n, tidy) => street.anyone().upload(await street.photo(n, tidy))
  const building = items[0].code
  facts.building = building
  facts.home = street.facts.home
  const names = (await ok(street.as('admin').GET('/api/accounts', {}))).items.map((a) => a.name)
  facts.names = new Set([...names, ...names.map((n) => n.slice(0, 2)), ...names.map((n) => n.slice(-2))])
  const [longitude, latitude] = street.grid().inside
  facts.here = { permissions: ['geolocation'], geolocation: { longitude, latitude, accuracy: 12 } }
  const reported = { text: '消防通道停了一排电动车，救护车进不来', category: '09012', photos: [await photo(41)] }
  facts.reported = await residentReport(street, { building, ...reported })
  facts.handling = await residentReport(street, { building, text: '花坛里堆着装修剩下的砖头和水泥袋', category: '06036', photos: [await photo(42)] })
  await act(street.as('member1'), facts.handling.id, 'escalate', { note: '需要车辆清运' })
  await act(street.as('street'), facts.handling.id, 'accept_dispatch', { target: { department: 'chengguan' } })
  facts.archived = await residentReport(street, { building, text: '楼道里堆着旧家具，走不过去', category: '06036', photos: [await photo(43)] })
  const photos = [{ sha256: await photo(47), kind: 'before' }, { sha256: await photo(48, true), kind: 'after' }]
  await act(street.as('member1'), facts.archived.id, 'self_handle', { note: '和住户一起搬走了', photos })
  await act(street.as('street'), facts.archived.id, 'archive')
  for (const terms of [{ category: '06010', days: 'working', from_minute: 510, to_minute: 1050, department: 'huanwei' }, { days: 'any', from_minute: 1200, to_minute: 360, department: 'chengguan' }])
    await ok(street.as('street').POST('/api/dispatch/rules', { body: { terms } }), 201)
  facts.pending = (await ok(street.as('street').GET('/api/cases', { params: { query: { state: 'pending', limit: 1 } } }))).items[0].id
  await matters()
  await draft()
  await mesh()
})
after(() => street.close())

/** A draft of other borders, with a grid cut in two, and a file of loose polygons that was checked for it. */
async function mesh() {
  const made = await ok(street.as('center').POST('/api/mesh/drafts', { body: { name: '下沙第3网格拆分' } }), 201)
  facts.mesh = made.id
  facts.cut = street.grid().code
  await splitGrid(street, made, facts.cut)
  const checked = await checkFile(street.as('center'), made, looseGrids(street, facts.cut.slice(0, 12)), { name: '下沙社区网格.geojson' })
  assert.equal(checked.status, 201, checked.text.slice(0, 300))
}

/** Cases of other flows: asked about, handed outside, to be merged, whistled for, a campaign at several places, a house to be scored. */
async function matters() {
  const by = (login) => street.as(login)
  const open = async (login, body) => (await ok(by(login).POST('/api/cases', { body: street.report(body) }), 201)).id
  const five = (text) => open('street', { channel: 'hotline', flow: 'five-step', text, reporter_phone: '13577776666' })
  const { lon, lat } = street.report()
  facts.near = '喷泉池漏水，周围结冰很滑'
  facts.followed = await five(facts.near)
  const { items: [first] } = await ok(street.anyone().GET('/api/public/similar', { params: { query: { lon, lat, text: facts.near } } }))
  const phone = '13622223333'
  facts.asked = { phone, ...await ok(street.anyone().POST('/api/public/voices', { body: { ref: first.ref, phone, text: '昨晚又有人滑倒' } }), 201) }
  await act(by('street'), facts.followed, 'township_ask', { note: '漏水的是喷泉的哪一侧？' })
  facts.handed = await five('请清除喷泉周围的结冰')
  const { links: [link] } = await act(by('street'), facts.handed, 'township_outside', { note: '请关阀检修', outside: { name: '安居物业', phone: '13812345678' } })
  facts.link = (await ok(by('street').GET('/api/cases/{id}/links/{link}', { params: { path: { id: facts.handed, link: link.id } } }))).path
  facts.second = await five('喷泉旁的地砖结了冰')
  const call = { whistle: 'enforcement', arrive_by: '2026-11-23T14:00:00+08:00', meeting_point: '小区东门', task: '打通消防通道' }
  facts.raised = await open('street', { channel: 'centre', flow: 'whistle', text: '夜市占道，需要几家一起处理', form: call })
  facts.whistle = await open('street', { channel: 'centre', flow: 'whistle', text: '违建堵住消防通道', form: call })
  const [one, two, three] = street.facts.departments
  await act(by('street'), facts.whistle, 'blow', { units: [{ department: one, lead: true }, { department: two }, { department: three }] })
  await act(by('dept1'), facts.whistle, 'arrive', { photos: [{ sha256: await by('dept1').upload(), kind: 'scene' }] })
  const plan = { theme: 'ebike', until: '2026-12-01', method: '逐栋查看' }
  facts.planned = await open('street', { channel: 'centre', flow: 'campaign', text: '电动自行车进楼充电排查', form: plan })
  facts.campaign = await open('street', { channel: 'centre', flow: 'campaign', text: '大风天气高空坠物排查', form: { ...plan, theme: 'falling' } })
  await act(by('street'), facts.campaign, 'launch', { children: [{ text: '查看阳台花盆', place: facts.home }, { text: '查看外墙空调', place: facts.home }] })
  facts.rental = await open('leader1', { channel: 'leader', flow: 'grading', text: '二层出租屋年度评级' })
  facts.names.add('Filled in: {number} {place} {category} {due} {holder}') // what stands for what, to be typed as it is
  const body = { name: '转办告知', place: '530103003', text: '您反映的{类别}（{编号}）已转{承办}，期限{期限}。' }
  await ok(by('street').POST('/api/desk/templates', { body }), 201)
}

/** A draft of the county's own set-up in which a limit is longer, checked. */
async function draft() {
  const admin = street.as('admin')
  const what = { kind: 'catalogue', name: 'catalogue' }
  const catalogue = JSON.parse((await ok(admin.GET('/api/profile/text', { params: { query: what } }))).content)
  catalogue.classes.flatMap((c) => c.items).find((i) => i.code === '06036').limit_days = 6
  const { item } = await ok(admin.POST('/api/profile/drafts', { body: { name: '建筑垃圾时限改为 6 天' } }), 201)
  const at = { params: { path: { id: item.id } } }
  const put = await ok(admin.PUT('/api/profile/drafts/{id}/text', { ...at, body: { version: item.version, ...what, content: JSON.stringify(catalogue, null, 2) } }))
  await ok(admin.POST('/api/profile/drafts/{id}/check', { ...at, body: { version: put.item.version } }))
  facts.draft = item.id
}

/* ---- the screens ---- */

const heading = (p, name) => sees(p.page.getByRole('heading', { name }))
const press = (p, role, name) => p.tap(p.page.getByRole(role, { name }).first())

const isEn = (p) => p.language === 'en'
const say = (p, zh, en) => (isEn(p) ? en : zh)

/** name, address, what to do there until it looks as wanted. */
const PUBLIC = [
  ['home', () => '/'],
  ['building', () => `/b/${facts.building}`],
  ['building-unknown', () => '/b/5301030030019999999'],
  ['report', () => `/b/${facts.building}#report`, async (p) => {
    await p.photograph(p.page.getByText(say(p, '拍张照片', 'Take a photo'), { exact: true }), await street.photo(44))
    await sees(p.page.getByRole('img').first())
  }],
  ['report-by-position', () => '/#report', (p) => sees(p.page.getByText(street.grid().name))],
  ['report-refused', () => `/b/${facts.building}#report`, async (p) => {
    await press(p, 'button', say(p, '提交', 'Submit'))
    await sees(p.page.getByRole('alert'))
  }],
  ['receipt', () => `/b/${facts.building}#report`, async (p) => {
    await p.photograph(p.page.getByText(say(p, '拍张照片', 'Take a photo'), { exact: true }), await street.photo(45))
    await p.page.locator('#phone').fill('13800138000')
    await press(p, 'button', say(p, '提交', 'Submit'))
    await sees(p.page.getByTestId('receipt-code'))
  }],
  ['similar', () => '/#report', async (p) => {
    await p.page.locator('#what').fill(facts.near)
    await sees(p.page.getByTestId('similar'))
  }],
  ['outside', () => facts.link],
  ['find', () => '/#find'],
  ['progress-asks', () => `/r/${facts.handling.code}`],
  ['progress-handling', () => '/#find', (p) => follow(p, facts.handling)],
  ['progress-question', () => '/#find', (p) => follow(p, facts.asked)],
  ['progress-archived', () => '/#find', async (p) => {
    await follow(p, facts.archived)
    await press(p, 'radio', say(p, '不满意', /^(Not satisfied|Dissatisfied)/))
    await press(p, 'button', say(p, '没解决，要求重办', /not|again/i))
  }],
  ['who', () => '/#who', (p) => sees(p.page.getByText(street.grid().name))],
  ['unknown', () => '/b/'],
  ['grid', () => `/g/${facts.home}`],
  ['grid-unknown', () => '/g/530103003999001'],
  ['lost', () => '/nothing/here'],
]

async function follow(p, { code, phone }) {
  await p.page.locator('#code').fill(code)
  await p.page.locator('#find-phone').fill(phone)
  await p.tap(p.page.locator('form .btn'))
  await sees(p.page.getByText(code))
  await sees(p.page.locator('.steps'))
}

const APP = [
  ['today', () => '/app/'],
  ['call', () => '/app/', async (p) => {
    await press(p, 'button', say(p, '联系网格长', 'Call leader'))
    await sees(p.page.getByRole('dialog'))
  }],
  ['map', () => '/app/map'],
  ['messages', () => '/app/messages'],
  ['mine', () => '/app/mine'],
  ['report', () => '/app/report', (p) => sees(p.page.getByText(street.grid().name))],
  ['report-on-the-spot', () => '/app/report', async (p) => {
    await press(p, 'radio', say(p, '我已处理好', 'I have solved it'))
    if (!isEn(p)) await p.photograph(p.page.getByText('拍处置前的样子'), await street.photo(46)) // which the draft keeps
    await press(p, 'button', say(p, '提交', 'Submit'))
    await sees(p.page.getByRole('alert'))
  }],
  ['kinds', () => '/app/report', async (p) => {
    await press(p, 'button', say(p, '全部类别', 'All kinds'))
    await sees(p.page.getByRole('dialog'))
  }],
  ['position', () => '/app/report', async (p) => {
    await sees(p.page.getByText(street.grid().name))
    await press(p, 'button', say(p, '在地图上选', 'On the map'))
    await sees(p.page.getByRole('dialog').locator('canvas'))
  }],
  ['cases', () => '/app/cases'],
  ['case', () => `/app/cases/${facts.reported.id}`, async (p) => {
    await sees(p.page.getByRole('button', { name: say(p, '现场处置', 'Handle on the spot') }))
  }],
  ['case-archived', () => `/app/cases/${facts.archived.id}`],
  ['action', () => `/app/cases/${facts.reported.id}`, async (p) => {
    await press(p, 'button', say(p, '现场处置', 'Handle on the spot'))
    await sees(p.page.getByRole('dialog'))
  }],
  ['more-actions', () => `/app/cases/${facts.reported.id}`, async (p) => {
    await press(p, 'button', say(p, '更多', 'More'))
    await sees(p.page.getByRole('dialog'))
  }],
  ['report-volunteers', () => '/app/report', async (p) => {
    await press(p, 'radio', say(p, '志愿服务四单', 'Volunteer orders'))
    await sees(p.page.getByLabel(say(p, '希望服务日期', 'Wanted on')))
  }],
  ['similar', () => '/app/report', async (p) => {
    await press(p, 'radio', say(p, '事件', 'Event')) // the draft keeps what was chosen before
    await press(p, 'radio', say(p, '暴露垃圾', 'Exposed rubbish'))
    await p.page.getByPlaceholder(/./).last().fill(facts.near)
    await sees(p.page.getByTestId('similar'))
  }],
  ['case-whistle', () => `/app/cases/${facts.whistle}`, (p) => sees(p.page.getByRole('region', { name: say(p, '协同单位', 'Departments together') }))],
  ['action-score', () => `/app/cases/${facts.rental}`, async (p) => {
    await press(p, 'button', say(p, '核查评分', 'Score'))
    await sees(p.page.getByRole('dialog').getByText(say(p, '评定等级', 'Grade')))
  }],
  ['action-templates', () => `/app/cases/${facts.reported.id}`, async (p) => {
    await press(p, 'button', say(p, '现场处置', 'Handle on the spot'))
    await press(p, 'button', say(p, '选用回复模板', 'Use a reply template'))
    await sees(p.page.getByRole('dialog').getByText('转办告知', { exact: true }))
  }],
  ['outbox', () => '/app/outbox'],
  ['password', () => '/app/password'],
  ['missing', () => '/app/nowhere'],
]

const QUEUE = (query) => `/console/cases?${query}`
const CONSOLE = {
  street: [
    ['queue', () => '/console/'],
    ['queue-all', () => QUEUE('view=all')],
    ['queue-list', () => QUEUE('view=archived&map=0')],
    ['queue-empty', () => QUEUE('view=rejected')],
    ['case-pending', () => QUEUE(`view=pending&case=${facts.pending}`)],
    ['case-handling', () => QUEUE(`view=handling&case=${facts.handling.id}&map=0`)],
    ['case-archived', () => QUEUE(`view=archived&case=${facts.archived.id}&map=0`)],
    ['case-clock', () => QUEUE(`view=handling&case=${facts.handling.id}&map=0`), (p) => press(p, 'tab', say(p, '期限', 'Deadline'))],
    ['case-log', () => QUEUE(`view=handling&case=${facts.handling.id}&map=0`), (p) => press(p, 'tab', say(p, '存证日志', 'Sealed log'))],
    ['case-flow', () => QUEUE(`view=handling&case=${facts.handling.id}&map=0`), async (p) => {
      await press(p, 'tab', say(p, '流程图', 'Flow'))
      if (isEn(p)) await press(p, 'button', 'List') // wider than the panel is the drawing's right
    }],
    ['case-rating', () => QUEUE(`view=archived&case=${facts.archived.id}&map=0`), (p) => press(p, 'button', say(p, '评价处置情况', 'Rate how it was handled'))],
    ['case-templates', () => QUEUE(`view=handling&case=${facts.handling.id}&map=0`), async (p) => {
      await press(p, 'button', say(p, '催办', 'Urge'))
      await press(p, 'button', say(p, '回复模板', 'Templates'))
      await sees(p.page.getByText('转办告知', { exact: true }))
    }],
    ['case-voices', () => QUEUE(`view=all&case=${facts.followed}&map=0`), (p) => press(p, 'tab', say(p, '反映人', 'Reported by'))],
    ['case-link', () => QUEUE(`view=all&case=${facts.handed}&map=0`), (p) => sees(p.page.getByRole('group', { name: say(p, '一次性链接', 'One-time links') }))],
    ['case-merge', () => QUEUE(`view=all&case=${facts.second}&map=0`), async (p) => {
      await press(p, 'button', say(p, '并入主件', 'Merge'))
      await sees(p.page.getByRole('radiogroup', { name: say(p, '并入哪一件', 'Merge into') }))
    }],
    ['case-units', () => QUEUE(`view=all&case=${facts.raised}&map=0`), (p) => sees(p.page.getByLabel(say(p, '输入名称查找，回车选第一个', 'Type a name, Enter takes the first')))],
    ['case-whistle', () => QUEUE(`view=all&case=${facts.whistle}&map=0`), (p) => sees(p.page.getByRole('region', { name: say(p, '协同单位', 'Departments together') }))],
    ['case-parts', () => QUEUE(`view=all&case=${facts.planned}&map=0`), (p) => sees(p.page.getByRole('checkbox', { name: say(p, /全部网格$/, /grids/) }))],
    ['case-campaign', () => QUEUE(`view=all&case=${facts.campaign}&map=0`), (p) => sees(p.page.getByRole('region', { name: say(p, '子件进度', 'Parts') }))],
    ['kept-view', () => QUEUE('view=pending&q=小龙路&map=0'), (p) => press(p, 'button', say(p, '存为视图', 'Keep view'))],
    ['macro', () => QUEUE('view=pending&map=0'), async (p) => {
      await p.tap(p.page.getByRole('region', { name: say(p, '事件列表', 'Cases') }).getByRole('checkbox').first())
      await press(p, 'button', say(p, '批量办理', 'Act on all'))
      await press(p, 'radio', say(p, '受理并派遣', 'Accept and dispatch'))
      await sees(p.page.getByRole('dialog').getByRole('radiogroup').nth(1))
    }],
    ['bulk', () => QUEUE('view=pending&map=0'), async (p) => {
      const boxes = p.page.getByRole('region', { name: say(p, '事件列表', 'Cases') }).getByRole('checkbox')
      await sees(boxes)
      await p.tap(boxes.nth(0))
      await p.tap(boxes.nth(1))
      await press(p, 'button', say(p, '批量办理', 'Act on all'))
      await sees(p.page.getByRole('dialog'))
    }],
    ['command', () => '/console/command'],
    ['cards', () => '/console/cards'],
    ['flows', () => '/console/flows'],
    ['new-case', () => '/console/new'],
    ['new-case-refused', () => '/console/new', async (p) => {
      await press(p, 'button', say(p, '登记', 'Record'))
      await sees(p.page.getByRole('alert'))
    }],
    ['new-whistle', () => '/console/new', async (p) => {
      await press(p, 'radio', say(p, '吹哨报到', 'Whistle'))
      await sees(p.page.getByLabel(say(p, '集合地点', 'Where to meet')))
    }],
    ['stats', () => '/console/stats'],
    ['registry', () => '/console/registry'],
    ['registry-building', () => `/console/registry?building=${facts.building}`],
    ['mesh', () => '/console/mesh', (p) => sees(p.page.getByRole('link', { name: '下沙第3网格拆分', exact: true }))],
    ['mesh-editor', () => `/console/mesh/drafts/${facts.mesh}`, async (p) => {
      await press(p, 'button', new RegExp(facts.cut.slice(-6)))
      await sees(p.page.getByText(say(p, '无缝隙、无重叠', 'No gaps, no overlaps')))
    }],
    ['mesh-publish', () => `/console/mesh/drafts/${facts.mesh}`, async (p) => {
      await press(p, 'button', say(p, '发布…', 'Publish…'))
      await sees(p.page.getByText(say(p, '新网格还没有人在岗', 'New grids that nobody has a post on')))
    }],
    ['mesh-import', () => `/console/mesh/drafts/${facts.mesh}`, async (p) => {
      await press(p, 'button', say(p, '导入文件…', 'Import…'))
      await p.tap(p.page.getByRole('button', { name: say(p, '核对', 'Check'), exact: true }))
      await sees(p.page.getByText(say(p, '请选择坐标。', 'Choose the coordinates.')))
    }],
    ['mesh-import-report', () => `/console/mesh/drafts/${facts.mesh}`, async (p) => {
      await press(p, 'button', say(p, '导入文件…', 'Import…'))
      await press(p, 'button', '下沙社区网格.geojson')
      await sees(p.page.getByRole('button', { name: say(p, /^2 重叠/, /^2 ground of two features/) }))
    }],
    ['mesh-propose', () => `/console/mesh/drafts/${facts.mesh}`, async (p) => {
      await press(p, 'button', new RegExp(facts.cut.slice(-6)))
      await press(p, 'button', say(p, '网格提案', 'Propose grids'))
      await sees(p.page.getByText(say(p, /^现行 \d+ 个$/, /^\d+ in force$/)))
      await press(p, 'button', say(p, '提议', 'Propose'))
      await sees(p.page.getByRole('region', { name: say(p, '提案结果', 'What is proposed'), exact: true }).getByRole('table'))
    }],
    ['mesh-compare', () => '/console/mesh/compare?from=1&to=1'],
    ['dispatch', () => '/console/dispatch', (p) => sees(p.page.getByText('06:00', { exact: false }))],
    ['dispatch-rule', () => '/console/dispatch', (p) => press(p, 'button', say(p, '新增规则', 'Add a rule'))],
    ['dispatch-tester', () => '/console/dispatch', async (p) => {
      await p.tap(p.page.getByRole('combobox', { name: say(p, '类别', 'Category') }).first())
      await p.tap(p.page.getByRole('option', { name: say(p, '暴露垃圾', 'Exposed rubbish') }).first())
      await p.tap(p.page.getByRole('complementary', { name: say(p, '试一试', 'Try it') }).locator('.el-select').nth(1))
      await p.tap(p.page.getByRole('treeitem').first())
      await press(p, 'button', say(p, '比对', 'Try'))
      await sees(p.page.getByText(say(p, '建议派给', 'Suggested'), { exact: true }))
    }],
    ['staff', () => '/console/staff'],
    ['keys', () => QUEUE('view=all&map=0'), async (p) => {
      await sees(p.page.getByRole('region', { name: say(p, '事件列表', 'Cases') }).getByRole('link'))
      await p.page.keyboard.press('?')
      await sees(p.page.getByRole('dialog'))
    }],
    ['search', () => QUEUE('view=all&map=0'), async (p) => {
      await p.page.getByRole('combobox').first().fill('小龙路')
      await sees(p.page.getByRole('option'))
    }],
  ],
  dept1: [['department', () => QUEUE(`view=handling&case=${facts.handling.id}&map=0`)]],
  admin: [
    ['accounts', () => '/console/accounts'],
    ['profile', () => '/console/profile'],
    ['draft', () => `/console/profile?draft=${facts.draft}`],
    ['draft-text', () => `/console/profile?draft=${facts.draft}`, (p) => press(p, 'tab', say(p, '文本', 'Text'))],
    ['draft-changes', () => `/console/profile?draft=${facts.draft}`, (p) => press(p, 'tab', say(p, '修改', 'Changes'))],
    ['draft-dry-run', () => `/console/profile?draft=${facts.draft}`, async (p) => {
      await press(p, 'button', say(p, '试算', 'Dry run'))
      await sees(p.page.getByRole('region', { name: say(p, '对办理中事件的影响', 'What it means for open cases') }))
    }],
    ['draft-publish', () => `/console/profile?draft=${facts.draft}`, async (p) => {
      await press(p, 'button', say(p, '发布…', 'Publish…'))
      await sees(p.page.getByText(say(p, '发布草稿', 'Publish the draft')))
    }],
    ['alarms', () => '/console/alarms'],
    ['alarms-new', () => '/console/alarms', (p) => press(p, 'button', say(p, '新增来源', 'Add a source'))],
  ],
  auditor: [['audit', () => '/console/audit']],
}

/* ---- looking at them ---- */

/* Within the app and the console the way to the next screen is that of their links; what was opened on a screen is left behind by
 * way of another one. */
const ELSEWHERE = { app: '/app/nowhere', console: '/console/staff' }
const path = (address) => new URL(address, 'http://any').pathname

async function go(p, [, address, then], face) {
  const to = address()
  const here = p.page && path(p.page.url())
  if (here && face in ELSEWHERE) {
    if (p.touched) await p.page.keyboard.press('Escape') // what lies above all pages
    if (here === path(to) && (then || p.touched)) await p.turn(ELSEWHERE[face])
    await p.turn(to)
  } else {
    if (here === path(to)) await p.page.goto('about:blank') // an address with another fragment would not load
    await p.open(to)
  }
  await p.settle()
  await then?.(p)
  p.touched = then !== undefined
  await p.settle()
}

/** Print size and language as somebody changes them in another window of the same browser: the page in front of them follows at once. */
async function wear(p, { size, language }) {
  const wanted = { ...(size ? { 'wangge.text-size': size } : {}), 'wangge.locale': language }
  await p.page.evaluate((wanted) => {
    for (const [key, newValue] of Object.entries(wanted)) {
      if (localStorage.getItem(key) === newValue) continue
      localStorage.setItem(key, newValue)
      dispatchEvent(new StorageEvent('storage', { key, newValue, storageArea: localStorage }))
    }
  }, wanted)
  await p.page.waitForFunction(([size, language]) => (!size || document.documentElement.dataset.size === size) && document.documentElement.lang === language, [size, language])
  p.language = language
}

/** Colours are the same in every size and language: their contrast is measured in a screen's first look. */
async function look(p, name, { face, label, language, width, limits, allowed, first }) {
  const wrong = [...await words(p.page, language, facts.names)]
  await p.shot(`${face}-${name}-${label}`, { tall: face !== 'console' })
  wrong.push(...await axe(p.page, { contrast: first }))
  if (limits) wrong.push(...await touch(p.page, limits))
  for (const px of width) {
    if (px !== p.page.viewportSize().width) {
      await p.page.setViewportSize({ width: px, height: p.page.viewportSize().height })
      await p.settle() // what fits itself to its frame has done so
    }
    for (const sentence of await sideways(p.page, allowed)) wrong.push(`at ${px} px: ${sentence}`)
  }
  await p.page.setViewportSize({ width: width[0], height: p.page.viewportSize().height })
  p.check()
  assert.deepEqual(wrong, [])
}

const MAIN = '.btn:not(.plain, .quiet, .soft), .van-button--primary, .tabs a, .call'
const LIMITS = {
  normal: { least: 44, main: MAIN, mainLeast: 44 },
  large: { least: 44, main: MAIN, mainLeast: 60 },
  huge: { least: 44, main: MAIN, mainLeast: 60 },
}

/** One browser for all screens of a face: each is gone to once and looked at in every print size and language. */
function each(title, face, screens, open, looks) {
  describe(title, { concurrency: 1 }, () => {
    let p
    before(async () => {
      p = await open()
    })
    after(() => street.leave(p))
    for (const screen of screens) {
      const [name, , then] = screen
      let there = false
      for (const [n, how] of looks.entries())
        it(`${name}, ${how.label}`, async (t) => {
          t.after(async () => {
            if (!t.passed) await p.picture(`failed-${face}-${name}-${how.label}`).catch(() => {})
          })
          if (n === 0) {
            if (p.page && !p.page.url().startsWith('about:')) await wear(p, how)
            await go(p, screen, face)
            there = true
          } else {
            assert.ok(there, 'not reached: the screen did not open')
            const again = p.language !== how.language && face in ELSEWHERE // these begin a page anew in another language
            await wear(p, how)
            await p.settle()
            if (again) await then?.(p)
          }
          await p.settle()
          await look(p, name, { face, first: n === 0, ...how })
        })
    }
  })
}

async function phone(login) {
  const how = { ...PHONE, ...facts.here, size: 'normal', language: 'zh-CN' }
  const p = login ? await street.colleague(login, how) : await street.person('resident', how)
  p.language = 'zh-CN'
  p.expect(/404 .*\/(api\/public\/reports|b|g|nothing)\//) // what the screens of wrong codes are about
  return p
}

async function desk(login) {
  const p = login ? await street.colleague(login, DESK) : await street.person('nobody', DESK)
  p.language = 'zh-CN'
  return p
}

// The longest first: nothing has to wait for them at the end.
describe('every screen', { concurrency: 3 }, () => {
  const wide = { width: [1440, 1280], allowed: '.views, .wg-scroll:has(table)' }
  const console = [{ ...wide, label: 'normal', language: 'zh-CN' }, { ...wide, label: 'en', language: 'en' }]
  const small = ['normal', 'large', 'huge'].map((size) => ({ size, label: size, language: 'zh-CN', width: [390, NARROW], limits: LIMITS[size] }))
  const phones = [...small, { ...small[0], label: 'en', language: 'en' }]

  const half = Math.ceil(CONSOLE.street.length / 2)
  each('console of street', 'console', CONSOLE.street.slice(0, half), () => desk('street'), console)
  each('console of street, further', 'console', CONSOLE.street.slice(half), () => desk('street'), console)
  each('app', 'app', APP, () => phone('member1'), phones)
  each('public', 'public', PUBLIC, () => phone(null), phones)
  for (const login of ['admin', 'dept1', 'auditor']) each(`console of ${login}`, 'console', CONSOLE[login], () => desk(login), console)
  each('app before signing in', 'app', [['login', () => '/app/login']], () => phone(null), phones)
  each('console before signing in', 'console', [['login', () => '/console/']], () => desk(null), console)
})
