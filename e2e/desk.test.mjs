/* The dispatcher's desk: a kept view with its count, a macro on several cases with what became of each, a reply template in a note, a
 * colleague who has the same case open, and the case file as PDF. `make pictures` leaves pictures in build/shots. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe } from 'node:test'
import { ok, until } from '../tests/harness.mjs'
import { act, pending, residentReport } from '../tests/lib/journey.mjs'
import { DESK, PHONE } from './lib/browser.mjs'
import { panel, row, sees } from './lib/faces.mjs'
import { axe, sideways } from './lib/look.mjs'
import { steps, Street } from './lib/street.mjs'

const street = new Street('desk', { env: { WANGGE_RATE_FACTOR: '0' } })
const mark = '垃圾桶旁堆了旧沙发'
let ids = []
let one
let other
let unit // in charge of rubbish

before(async () => {
  await street.open()
  await street.sessions('street', 'center', 'member1', 'dept1')
  for (let i = 0; i < 3; i++) ids.push(await pending(street, { text: `${mark} ${i + 1} 号` }))
  const catalogue = await ok(street.as('street').GET('/api/catalogue'))
  const code = catalogue.classes.flatMap((c) => c.items).find((i) => i.code === '06010').unit
  unit = catalogue.departments.find((d) => d.code === code).name
  one = await street.colleague('street', DESK)
  other = await street.colleague('center', DESK)
})
after(() => street.close())

const kept = (p) => p.page.getByRole('group', { name: '我存的视图' })
const here = (p) => panel(p).getByRole('status', { name: /也打开了这件事/ })

describe('the desk', () => {
  const step = steps(() => street, 'desk')

  step('who closes the map finds it closed next time', async () => {
    const page = await one.open('/console/cases?view=pending')
    const map = page.locator('canvas.maplibregl-canvas')
    await sees(map)
    await page.keyboard.press('m')
    await map.waitFor({ state: 'detached' })
    await page.reload()
    await sees(row(one, '1 号'))
    await one.settle()
    assert.equal(await map.count(), 0)
    await page.keyboard.press('m')
    await sees(map)
    await page.keyboard.press('m')
  })

  step('a search is kept as a view, shared, and counts what its list counts', async () => {
    const page = await one.open(`/console/cases?view=pending&q=${encodeURIComponent(mark)}`)
    await sees(row(one, '1 号'))
    await one.tap(kept(one).getByRole('button', { name: '存为视图' }))
    await kept(one).getByLabel('名称').fill('旧沙发')
    await one.tap(kept(one).getByText('与同岗同事共用'))
    await one.tap(kept(one).getByRole('button', { name: '保存' }))
    await sees(kept(one).getByRole('button', { name: /^旧沙发\s*3$/, pressed: true }))
    await page.goto(`${one.base}/console/cases?view=all`)
    await one.tap(kept(one).getByRole('button', { name: /^旧沙发\s*3$/ }))
    await sees(row(one, '3 号'))
    await sees(page.getByRole('region', { name: '事件列表' }).getByText('共 3 件'))
    await one.tap(kept(one).getByRole('button', { name: '修改“旧沙发”' }))
    await kept(one).getByLabel('名称').fill('旧沙发件')
    await one.settle()
    assert.deepEqual(await axe(page), [])
    await one.shot('desk-kept-view')
    await one.tap(kept(one).getByRole('button', { name: '保存' }))
    await sees(kept(one).getByRole('button', { name: /^旧沙发件\s*3$/, pressed: true }))
  })

  step('a macro is made of an action and done to all; what is refused is named', async () => {
    const { page } = one
    for (const n of [1, 2, 3]) await page.getByRole('region', { name: '事件列表' }).getByRole('checkbox').nth(n - 1).check()
    await one.tap(page.getByRole('button', { name: '批量办理' }))
    const dialog = page.getByRole('dialog', { name: /批量办理/ })
    await one.tap(dialog.getByRole('radio', { name: '受理并派遣' }))
    await one.tap(dialog.getByRole('radio', { name: unit }))
    if (await dialog.getByRole('button', { name: '附言' }).count()) await one.tap(dialog.getByRole('button', { name: '附言' }))
    await dialog.getByLabel(/^说明/).fill('请{承办}处理{编号}')
    await dialog.getByLabel(/同时存为宏/).fill('转执法队')
    await act(street.as('center'), ids[2], 'accept') // a colleague is faster with one of them
    await one.tap(dialog.getByRole('button', { name: /办理 3 件/ }))
    await sees(dialog.getByText('2 件已办理'))
    await sees(dialog.getByText('1 件没有办成'))
    await one.settle()
    await one.shot('desk-bulk-result')
    await one.tap(dialog.getByRole('button', { name: /关闭|Close/ }).first())
    const first = await ok(street.as('street').GET('/api/cases/{id}', { params: { path: { id: ids[0] } } }))
    assert.match(first.steps.at(-1).note, new RegExp(`^请${unit}处理\\d{8}-\\d+$`))
    await pending(street, { text: `${mark} 4 号` })
    await page.goto(`${one.base}/console/cases?view=all&q=${encodeURIComponent(mark)}`)
    await sees(row(one, '4 号'))
    await page.getByRole('region', { name: '事件列表' }).getByRole('checkbox').first().check()
    await one.tap(page.getByRole('button', { name: '批量办理' }))
    await one.tap(dialog.getByRole('radio', { name: '转执法队' }))
    await sees(dialog.getByText(`受理并派遣，派给 ${unit}，说明“请{承办}处理{编号}”`))
    await one.settle()
    await one.shot('desk-macro')
    await one.tap(dialog.getByRole('button', { name: '修改“转执法队”' }))
    await dialog.getByLabel('宏的名称').fill('转责任单位')
    await dialog.getByLabel('说明').fill('请{承办}今日处理{编号}')
    await one.shot('desk-macro-changed')
    await one.tap(dialog.getByRole('button', { name: '保存' }))
    await sees(dialog.getByText('说明“请{承办}今日处理{编号}”'))
    await one.tap(dialog.getByRole('button', { name: /执行“转责任单位” · 1 件/ }))
    await sees(dialog.getByText('1 件已办理'))
  })

  step('two see each other on the same case, live, and no longer when one has gone', async () => {
    await one.open(`/console/cases?view=all&case=${ids[0]}`)
    await sees(panel(one).getByRole('heading', { name: mark }))
    await other.open(`/console/cases?view=all&case=${ids[0]}`)
    await sees(here(one))
    await sees(here(other))
    await one.settle()
    assert.deepEqual(await axe(one.page), [])
    await one.shot('desk-presence')
    await other.page.goto(`${other.base}/console/cases?view=all`)
    await here(one).waitFor({ state: 'detached' })
  })

  step('what came after the list was read and before its events could be heard is in it too', async () => {
    let open
    const allowed = new Promise((resolve) => { open = resolve })
    await other.context.route('**/api/stream', async (route) => {
      await allowed
      await route.continue()
    })
    await other.open(`/console/cases?view=all&q=${encodeURIComponent(mark)}`)
    await sees(row(other, '4 号'))
    await pending(street, { text: `${mark} 5 号` })
    await other.settle()
    assert.equal(await row(other, '5 号').count(), 0)
    open()
    await sees(row(other, '5 号'))
    await other.context.unroute('**/api/stream')
  })

  step('a note becomes a template, filled in for the next case', async () => {
    const body = { name: '已转办', place: '530103003', text: '您反映的{类别}（{编号}）已转{承办}，期限{期限}。' }
    await ok(street.as('street').POST('/api/desk/templates', { body }), 201)
    const { page } = one
    await one.tap(panel(one).getByRole('button', { name: '改派', exact: true }))
    if (await panel(one).getByRole('button', { name: '附言' }).count()) await one.tap(panel(one).getByRole('button', { name: '附言' }))
    await one.tap(panel(one).getByRole('button', { name: '回复模板' }))
    await one.settle()
    await one.shot('desk-template')
    await one.tap(panel(one).getByRole('button', { name: /已转办/ }).first())
    assert.match(await panel(one).getByRole('textbox').first().inputValue(), new RegExp(`^您反映的.+（\\d{8}-\\d+）已转${unit}，期限2026-`))
    assert.deepEqual(await axe(page), [])
  })

  step('the whole case comes as PDF, and the page itself prints without what is around it', async () => {
    const { page } = one
    const link = panel(one).getByRole('link', { name: '案卷' })
    const bytes = await page.evaluate(async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())], await link.getAttribute('href'))
    const words = execFileSync('pdftotext', ['-layout', '-', '-'], { input: Buffer.from(bytes), encoding: 'utf8' })
    for (const what of ['案卷', mark, `请${unit}处理`, '链首摘要']) assert.ok(words.includes(what), what)
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.getByRole('navigation', { name: '视图' }).isVisible(), false)
    assert.equal(await page.getByRole('region', { name: '事件列表' }).isVisible(), false)
    assert.ok(await panel(one).getByRole('heading', { name: mark }).isVisible())
    await one.shot('desk-print', { tall: true })
    await page.emulateMedia({ media: 'screen' })
  })

  step('the template is at hand on the phone too', async () => {
    const report = await residentReport(street, { text: '沙发挡了楼道' })
    const member = await street.colleague('member1', PHONE)
    const page = await member.open(`/app/cases/${report.id}`)
    await member.tap(page.getByRole('button', { name: '更多' }))
    await member.tap(page.getByRole('button', { name: /上报中心/ }).first())
    await member.tap(page.getByRole('button', { name: '选用回复模板' }))
    await member.settle()
    await member.shot('desk-app-templates')
    await member.tap(page.getByRole('button', { name: /已转办/ }))
    await until('filled in', () => page.getByRole('textbox').first().inputValue(), (v) => v.includes(report.number))
    await sideways(page)
    await member.settle()
    await member.shot('desk-app-template')
  })
})
