/* One matter, many voices: a neighbour joins an open case, the centre asks and is answered, somebody outside handles it by a link, and
 * machines get their key. Nobody at the centre reloads a page. */
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { ok, refused } from '../tests/harness.mjs'
import { act, at } from '../tests/lib/journey.mjs'
import { DESK, PHONE } from './lib/browser.mjs'
import { panel, sees, text } from './lib/faces.mjs'
import { axe, sideways, words } from './lib/look.mjs'
import { HANGS_MS, steps, Street } from './lib/street.mjs'

const PHONE_NUMBER = '13622223333'
const WORDS = '喷泉池漏水，周围结冰很滑'
const QUESTION = '漏水的是喷泉的哪一侧？'
const ANSWER = '靠幼儿园门口那一侧，昨晚又有人滑倒'
const ORDER = '请关阀检修喷泉，清除结冰'
const MINUTES = { category: '06010', channel: 'hotline', flow: 'five-step' }

describe('one matter, many voices', { timeout: HANGS_MS, concurrency: 1 }, () => {
  const street = new Street('voices', { map: false, env: { WANGGE_RATE_FACTOR: '0' } })
  const step = steps(() => street, 'voices')
  const seen = {}
  let resident, desk, member, outside

  const openCase = async (more) => ok(street.as('street').POST('/api/cases', { body: street.report({ ...MINUTES, ...more }) }), 201)
  const shown = (id) => `/console/cases?view=all&case=${id}`
  const links = () => panel(desk).getByRole('group', { name: '一次性链接' })
  const ORDERED = { note: ORDER, outside: { name: '安居物业', phone: '13812345678' } }

  /** What every page is held to: accessible, nothing wider than the window, in one language. */
  async function good(p, language = 'zh-CN') {
    await p.settle()
    assert.deepEqual([...await axe(p.page), ...await sideways(p.page, '.views, .wg-scroll:has(table)')], [])
    if (language === 'en') assert.deepEqual(await words(p.page, 'en', seen.names), [])
  }

  before(async () => {
    await street.open()
    await street.sessions('street', 'member1', 'admin')
    const names = (await ok(street.as('admin').GET('/api/accounts', {}))).items.map((a) => a.name)
    seen.names = new Set([...names, ...names.map((n) => n.slice(0, 2)), ...names.map((n) => n.slice(-2))])
    const photo = await street.anyone().upload(await street.photo(61))
    seen.id = (await openCase({ text: WORDS, reporter_name: '周大姐', reporter_phone: '13599998888', photos: [photo] })).id
    const [longitude, latitude] = street.grid().inside
    const here = { ...PHONE, permissions: ['geolocation'], geolocation: { longitude, latitude, accuracy: 12 } }
    resident = await street.person('resident', here)
    outside = await street.person('outside', PHONE)
    desk = await street.colleague('street', DESK)
    member = await street.colleague('member1', here)
    await desk.open(shown(seen.id))
    await sees(panel(desk).getByRole('heading', { name: WORDS }))
  })
  after(() => street.close())

  step('a resident who reports near an open case sees it and joins it', async () => {
    const page = await resident.open('/#report')
    await page.locator('#what').fill('喷泉池漏水结冰')
    await page.locator('#phone').fill(PHONE_NUMBER)
    const card = page.getByTestId('similar').filter({ hasText: '暴露垃圾' }).first()
    await sees(card)
    await sees(card.getByText(/1 人反映/))
    assert.equal((await page.getByTestId('similar').allInnerTexts()).join().includes('结冰'), false, 'nobody else\'s words')
    await good(resident)
    await resident.shot('public-similar', { tall: true })
    await resident.tap(card.getByRole('button', { name: '我也反映' }))
    await sees(page.getByRole('heading', { name: '已收到您反映的问题' }))
    seen.code = await text(page.getByTestId('receipt-code'))
    await resident.shot('public-joined-receipt', { tall: true })
  })

  step('the dispatcher\'s open case tells of two, and who they are', async () => {
    await sees(panel(desk).getByText('2 人反映'))
    await desk.tap(panel(desk).getByRole('tab', { name: '反映人' }))
    await sees(panel(desk).getByText('喷泉池漏水结冰'))
    await good(desk)
    await desk.shot('console-voices')
  })

  step('a grid member who sees the same joins it too', async () => {
    const page = await member.open('/app/report')
    await member.tap(page.getByRole('radio', { name: '暴露垃圾' }))
    await page.getByPlaceholder(/./).last().fill('喷泉池漏水结冰')
    const card = page.getByTestId('similar').filter({ hasText: WORDS })
    await sees(card)
    await good(member)
    await card.scrollIntoViewIfNeeded()
    await member.shot('app-similar', { tall: true })
    await member.tap(card.getByRole('button', { name: '跟随这一件' }))
    await sees(page.getByText(/已记入/))
    await member.shot('app-joined', { tall: true })
    await sees(panel(desk).getByText('3 人反映'))
  })

  step('the centre asks; the resident answers on the page of the receipt; the centre sees it', async () => {
    await act(street.as('street'), seen.id, 'township_ask', { note: QUESTION })
    const page = await resident.open('/')
    await resident.tap(page.getByRole('link').filter({ hasText: seen.code }))
    await sees(page.getByRole('heading', { name: '网格中心想向您了解' }))
    await sees(page.getByText(QUESTION).first())
    await good(resident)
    await resident.shot('public-question', { tall: true })
    await resident.tap(page.getByRole('button', { name: '提交回答' }))
    await sees(page.getByRole('alert').filter({ hasText: '请写一句话回答' }))
    await page.getByLabel('您的回答').fill(ANSWER)
    await resident.tap(page.getByRole('button', { name: '提交回答' }))
    await sees(page.getByText('已收到您的回答', { exact: false }))
    assert.equal(await page.getByRole('heading', { name: '网格中心想向您了解' }).count(), 0)
    await resident.shot('public-answered', { tall: true })
    await desk.tap(panel(desk).getByRole('tab', { name: '办理经过' }))
    await sees(panel(desk).getByText(ANSWER))
    await desk.shot('console-answered')
  })

  step('a link for somebody outside appears in the case; its address is there to be copied', async () => {
    await act(street.as('street'), seen.id, 'township_outside', ORDERED)
    await sees(links().getByText('安居物业'))
    await desk.context.grantPermissions(['clipboard-write', 'clipboard-read'])
    await desk.tap(links().getByRole('button', { name: '复制地址' }))
    await sees(links().getByText('已复制'))
    seen.address = await links().getByLabel('链接地址').inputValue()
    assert.equal(await desk.page.evaluate(() => navigator.clipboard.readText()), seen.address)
    assert.match(seen.address, /\/o\/\d+-[\w-]{24}$/)
    await links().scrollIntoViewIfNeeded()
    await good(desk)
    await desk.shot('console-links')
  })

  step('whoever holds it opens it on the phone and says what was done, once', async () => {
    const path = new URL(seen.address).pathname
    const late = await street.person('late', PHONE)
    late.expect(/409/)
    await late.open(path)
    await sees(late.page.getByText(ORDER))
    const page = await outside.open(path)
    await sees(page.getByText(ORDER))
    await sees(page.getByText(WORDS))
    await good(outside)
    await outside.shot('public-outside', { tall: true })
    await page.getByLabel('说明').fill('阀门已更换，冰已清除')
    await outside.tap(page.getByRole('button', { name: '提交结果' }))
    await sees(page.getByRole('alert').filter({ hasText: /至少拍 1 张照片/ }))
    await outside.photograph(page.getByText('拍张照片', { exact: true }), await street.photo(62, true))
    await outside.tap(page.getByRole('button', { name: '提交结果' }))
    await sees(page.getByText('已提交，谢谢您的配合'))
    await good(outside)
    await outside.shot('public-outside-done')
    await sees(links().getByText(/已使用/))
    assert.equal(await links().getByRole('button').count(), 0)

    await late.page.getByLabel('说明').fill('我也修过了')
    await late.photograph(late.page.getByText('拍张照片', { exact: true }), await street.photo(63, true))
    await late.tap(late.page.getByRole('button', { name: '提交结果' }))
    await sees(late.page.getByText('该链接已使用、已过期或已被收回', { exact: false }))
    assert.equal(await late.page.getByRole('button', { name: '提交结果' }).count(), 0, 'nothing to be pressed in vain')
    await late.shot('public-outside-late', { tall: true })
    await late.open(path)
    await sees(late.page.getByText('已提交，谢谢您的配合'))
  })

  step('a link that was taken back says so to whoever opens it', async () => {
    const { id } = await openCase({ text: '喷泉广场地砖松动' })
    await act(street.as('street'), id, 'township_outside', ORDERED)
    await desk.open(shown(id))
    await desk.tap(links().getByRole('button', { name: '复制地址' }))
    const path = new URL(await links().getByLabel('链接地址').inputValue()).pathname
    await desk.tap(links().getByRole('button', { name: '收回链接' }))
    await desk.shot('console-link-asked')
    await desk.tap(links().getByRole('button', { name: '收回链接' }))
    await sees(links().getByText(/已收回/))
    const view = await ok(street.as('street').GET('/api/cases/{id}', at(id)))
    assert.ok(view.links[0].withdrawn)
    await refused(street.anyone().GET('/api/public/links/{token}', { params: { path: { token: path.slice(3) } } }), 'link.over')
    const english = await street.person('english', { ...PHONE, language: 'en' })
    english.expect(/4(04|09)/)
    for (const [where, name] of [[path, 'over'], ['/o/9-AAAAAAAAAAAAAAAAAAAAAAAA', 'unknown']]) {
      await outside.expect(/4(04|09)/)
      await outside.open(where)
      await sees(outside.page.getByRole('heading', { name: '这个链接不能使用了' }))
      await sees(outside.page.getByText('请联系网格中心重新发送链接', { exact: false }))
      await good(outside)
      await outside.shot(`public-outside-${name}`)
      await english.open(where)
      await sees(english.page.getByRole('heading', { name: 'This link cannot be used any more' }))
      await good(english, 'en')
    }
  })

  step('whoever telephones is known by what they reported before', async () => {
    const page = await desk.open('/console/new')
    await page.getByLabel('联系电话').fill(PHONE_NUMBER)
    await sees(page.getByText('以前反映过 1 件', { exact: false }))
    await good(desk)
    await desk.shot('console-caller')
    await page.getByLabel('联系电话').fill('')
  })

  step('the administrator lets a machine report; its key is shown once; then shuts it off', async () => {
    const admin = await street.colleague('admin', DESK)
    const page = await admin.open('/console/accounts')
    await admin.tap(page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '设备' }))
    await sees(page.getByText('还没有接入的设备或平台'))
    await admin.tap(page.getByRole('button', { name: '新增来源' }))
    const form = page.getByRole('complementary', { name: '新增来源' })
    await admin.tap(form.getByRole('button', { name: '保存' }))
    await sees(form.getByRole('alert'))
    await form.getByLabel('名称').fill('喷泉水位传感器')
    await admin.tap(form.locator('.el-select').first())
    await admin.tap(page.getByRole('treeitem').first())
    await admin.tap(form.locator('.el-select').nth(1))
    await page.getByRole('combobox', { name: '选择类别' }).last().fill('暴露垃圾')
    await admin.tap(page.getByRole('option', { name: '暴露垃圾' }).first())
    await good(admin)
    await admin.shot('console-alarms-new')
    await admin.tap(form.getByRole('button', { name: '保存' }))
    const key = page.getByRole('complementary', { name: '“喷泉水位传感器”的密钥' })
    await sees(key)
    await good(admin)
    await admin.shot('console-alarms-key')
    const secret = await key.getByLabel('密钥').inputValue()
    const { lon, lat } = street.report()
    const alarm = () => street.anyone().POST('/api/alarms', { headers: { 'X-Alarm-Key': secret }, body: { key: 'fountain-1', text: '水位过低', lon, lat } })
    assert.equal((await ok(alarm())).fresh, true)
    await admin.tap(key.getByRole('button', { name: '我已保存' }))
    assert.equal(await page.getByText(secret).count(), 0)
    page.once('dialog', (d) => d.accept())
    await admin.tap(page.getByRole('button', { name: '停用 喷泉水位传感器' }))
    await sees(page.getByRole('row').filter({ hasText: '喷泉水位传感器' }).getByText(/停用$/))
    await admin.shot('console-alarms')
    await refused(alarm(), 'alarm.key-unknown')
  })
})
