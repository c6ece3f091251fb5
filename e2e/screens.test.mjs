/* Every screen of the three faces in every print size and both languages: accessible, nothing scrolls sideways, big enough for a
 * thumb, no error in the console, no breach of the content security policy, no text left untranslated. Pictures of all of them are
 * left in build/shots for people to look at. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ok } from '../tests/harness.mjs'
import { act, residentReport } from '../tests/lib/journey.mjs'
import { DESK, PHONE } from './lib/browser.mjs'
import { sees } from './lib/faces.mjs'
import { axe, sideways, touch, words } from './lib/look.mjs'
import { Street } from './lib/street.mjs'

const NARROW = 360
const street = new Street('screens', { env: { WANGGE_RATE_FACTOR: '0' } })
const facts = {}

before(async () => {
  await street.open()
  await street.sessions('center', 'street', 'member1', 'dept1', 'admin', 'auditor')
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
})
after(() => street.close())

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
  ['find', () => '/#find'],
  ['progress-asks', () => `/r/${facts.handling.code}`],
  ['progress-handling', () => '/#find', (p) => follow(p, facts.handling)],
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
    await p.photograph(p.page.getByText(say(p, '拍处置前的样子', 'Photo before')), await street.photo(46))
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
    ['case-handling', () => QUEUE(`view=handling&case=${facts.handling.id}`)],
    ['case-archived', () => QUEUE(`view=archived&case=${facts.archived.id}`)],
    ['case-clock', () => QUEUE(`view=handling&case=${facts.handling.id}`), (p) => press(p, 'tab', say(p, '期限', 'Deadline'))],
    ['case-log', () => QUEUE(`view=handling&case=${facts.handling.id}`), (p) => press(p, 'tab', say(p, '存证日志', 'Sealed log'))],
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
    ['stats', () => '/console/stats'],
    ['registry', () => '/console/registry'],
    ['registry-building', () => `/console/registry?building=${facts.building}`],
    ['dispatch', () => '/console/dispatch', (p) => sees(p.page.getByText('06:00', { exact: false }))],
    ['dispatch-rule', () => '/console/dispatch', (p) => press(p, 'button', say(p, '新增规则', 'Add a rule'))],
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
  dept1: [['department', () => QUEUE(`view=handling&case=${facts.handling.id}`)]],
  admin: [
    ['accounts', () => '/console/accounts'],
    ['profile', () => '/console/profile'],
    ['alarms', () => '/console/alarms'],
    ['alarms-new', () => '/console/alarms', (p) => press(p, 'button', say(p, '新增来源', 'Add a source'))],
  ],
  auditor: [['audit', () => '/console/audit']],
}

/* ---- looking at them ---- */

/* Within the app and the console the way to the next screen is that of their links; what was opened on a screen is left behind by
 * way of another one. */
const ELSEWHERE = { app: '/app/nowhere', console: '/console/nowhere' }
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

async function look(p, screen, { face, label, width, limits, language = 'zh-CN', allowed }) {
  await go(p, screen, face)
  const [name] = screen
  const wrong = [...await words(p.page, language, facts.names)]
  await p.shot(`${face}-${name}-${label}`, { tall: face !== 'console' })
  wrong.push(...await axe(p.page))
  if (limits) wrong.push(...await touch(p.page, limits))
  for (const px of width) {
    await p.page.setViewportSize({ width: px, height: p.page.viewportSize().height })
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

/** One browser for all screens of a face in one look. */
function each(title, screens, open, how) {
  describe(title, { concurrency: 1 }, () => {
    let p
    before(async () => {
      p = await open()
    })
    after(() => street.leave(p))
    for (const screen of screens) it(screen[0], () => look(p, screen, how))
  })
}

async function phone(login, size, language) {
  const how = { ...PHONE, ...facts.here, size, language }
  const p = login ? await street.colleague(login, how) : await street.person('resident', how)
  p.language = language
  p.expect(/404 .*\/(api\/public\/reports|b|g|nothing)\//) // what the screens of wrong codes are about
  return p
}

async function desk(login, language) {
  const p = login ? await street.colleague(login, { ...DESK, language }) : await street.person('nobody', { ...DESK, language })
  p.language = language
  return p
}

// The longest first: nothing has to wait for them at the end.
describe('every screen', { concurrency: 3 }, () => {
  const wide = { face: 'console', width: [1440, 1280], allowed: '.views, .wg-scroll:has(table)' }
  const languages = ['zh-CN', 'en'].map((language) => [language, { ...wide, language, label: language === 'en' ? 'en' : 'normal' }])
  for (const [login, screens] of Object.entries(CONSOLE))
    for (const [language, how] of languages) each(`console of ${login}, ${language}`, screens, () => desk(login, language), how)

  for (const size of ['normal', 'large', 'huge']) {
    const how = { label: size, width: [390, NARROW], limits: LIMITS[size] }
    each(`app, ${size}`, APP, () => phone('member1', size, 'zh-CN'), { face: 'app', ...how })
    each(`public, ${size}`, PUBLIC, () => phone(null, size, 'zh-CN'), { face: 'public', ...how })
    each(`app before signing in, ${size}`, [['login', () => '/app/login']], () => phone(null, size, 'zh-CN'), { face: 'app', ...how })
  }
  const english = { label: 'en', width: [390, NARROW], limits: LIMITS.normal, language: 'en' }
  each('app, English', APP, () => phone('member1', 'normal', 'en'), { face: 'app', ...english })
  each('public, English', PUBLIC, () => phone(null, 'normal', 'en'), { face: 'public', ...english })
  for (const [language, how] of languages) each(`console before signing in, ${language}`, [['login', () => '/console/']], () => desk(null, language), how)
})
