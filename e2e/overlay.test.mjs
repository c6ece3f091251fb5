/* The system administrator changes a limit in the console: table, check with a fault and without, dry run, publication. A new case has
 * the new deadline, the old one keeps its own; a dispatcher sees the flow with the way of a case upon it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ok } from '../tests/harness.mjs'
import { act } from '../tests/lib/journey.mjs'
import { DESK } from './lib/browser.mjs'
import { chip, record, sees } from './lib/faces.mjs'
import { Street } from './lib/street.mjs'

const street = new Street('overlay', { map: false, env: { WANGGE_RATE_FACTOR: '0' } })
before(async () => {
  await street.open()
  await street.sessions('center', 'admin', 'street')
})
after(() => street.close())

async function dispatched() {
  const made = await ok(street.as('center').POST('/api/cases', { body: street.report({ channel: 'hotline' }) }), 201)
  return act(street.as('center'), made.id, 'accept_dispatch', { target: { department: street.facts.department } })
}

test('a limit from draft to new cases', async () => {
  const old = await dispatched()
  const p = await street.colleague('admin')
  await p.open('/console/profile')
  await p.page.getByLabel('新建草稿').fill('暴露垃圾时限改为 5 天')
  await p.page.getByRole('button', { name: '新建' }).click()
  const limit = p.page.getByLabel('06010 时限（工作日）')
  await limit.fill('5000')
  await limit.press('Tab')
  await p.page.getByRole('button', { name: '检查', exact: true }).click()
  await p.page.getByRole('button', { name: /catalogue.json 第 \d+ 行/ }).first().click()
  await p.page.locator('.gutter .wrong').waitFor()
  await p.settle()
  await p.shot('overlay-fault')
  await p.page.getByRole('tab', { name: '表格' }).click()
  await limit.fill('5')
  await limit.press('Tab')
  await p.shot('overlay-table')
  await p.page.getByRole('button', { name: '检查', exact: true }).click()
  await sees(p.page.getByText('检查通过'))
  await p.page.getByRole('tab', { name: '修改' }).click()
  await p.page.getByRole('button', { name: '试算', exact: true }).click()
  await sees(p.page.getByRole('region', { name: '对办理中事件的影响' }).getByText(old.item.number))
  await p.settle()
  await p.shot('overlay-dry-run')
  await p.page.getByRole('button', { name: '发布…' }).click()
  await p.page.getByRole('button', { name: '确认发布' }).click()
  await sees(p.page.getByText('已生效'))
  await p.settle()
  await p.shot('overlay-published')
  const fresh = await dispatched()
  const again = await ok(street.as('center').GET('/api/cases/{id}', { params: { path: { id: old.item.id } } }))
  assert.equal(again.item.due, old.item.due)
  assert.ok(Date.parse(fresh.item.due) - Date.parse(old.item.due) >= 4 * 86_400_000)
  p.check()
})

test('the flow of a case, with its way, drawn and as a list', async () => {
  const one = await dispatched()
  const p = await street.colleague('center')
  await p.open(`/console/cases?case=${one.item.id}`)
  await p.page.getByRole('tab', { name: '流程图' }).click()
  await sees(p.page.getByRole('button', { name: /处置中.*当前在这里/ }))
  await p.page.getByRole('button', { name: /处置中.*当前在这里/ }).press('Enter')
  await sees(p.page.getByText('处置反馈 → 待核查'))
  await p.page.getByRole('button', { name: '列表' }).first().click()
  await sees(p.page.getByRole('list', { name: '列表' }).getByText('当前在这里'))
  await p.open('/console/flows?flow=whistle')
  await p.settle()
  p.check()
})

test('a photo that the opening form asks for goes along with the case', async () => {
  const [admin, { items }] = [street.as('admin'), await ok(street.as('street').GET('/api/buildings', { params: { query: { under: street.facts.home } } }))]
  const at = (draft) => ({ params: { path: { id: draft.item.id } } })
  const form = JSON.parse((await ok(admin.GET('/api/profile/text', { params: { query: { kind: 'form', name: 'whistle-call' } } }))).content)
  form.properties.scene = { title: '现场情况', title_en: 'What it looks like', type: 'array', 'x-photos': { kind: 'scene' }, minItems: 1, maxItems: 3, items: { type: 'string', pattern: '^[0-9a-f]{64}$' } }
  form.required.push('scene')
  let draft = await ok(admin.POST('/api/profile/drafts', { body: { name: '吹哨附照片' } }), 201)
  draft = await ok(admin.PUT('/api/profile/drafts/{id}/text', { ...at(draft), body: { version: draft.item.version, kind: 'form', name: 'whistle-call', content: JSON.stringify(form, null, 2) } }))
  const checked = await ok(admin.POST('/api/profile/drafts/{id}/check', { ...at(draft), body: { version: draft.item.version } }))
  assert.deepEqual(checked.faults, [])
  await ok(admin.POST('/api/profile/drafts/{id}/publication', { ...at(draft), body: { version: checked.draft.version, move_open: false } }))

  const p = await street.colleague('street', DESK)
  const page = await p.open('/console/new')
  await page.getByLabel('反映的事情').fill('违建堵住消防通道，有照片')
  await page.getByLabel('地点', { exact: true }).fill(items[0].address)
  await p.tap(page.getByRole('button').filter({ hasText: items[0].address }).first())
  await p.tap(page.getByRole('radio', { name: '违章建筑' }).or(page.getByRole('radiogroup').getByRole('radio')).first())
  await p.tap(chip(page, '办哪种事', '吹哨报到'))
  await p.tap(chip(page, '哨类', '综合执法哨'))
  await page.getByLabel('要求到场时间').fill('2026-11-23T14:00')
  await page.getByLabel('集合地点').fill('小区东门')
  await page.getByLabel('需要解决的问题').fill('拆除违建，打通通道')
  await p.photograph(page.getByText('现场情况', { exact: true }).last(), await street.photo(7))
  await sees(page.locator('.wg-picker img'))
  await p.shot('console-open-photo')
  const id = await record(p, '违建堵住消防通道，有照片')
  assert.equal((await ok(street.as('street').GET('/api/cases/{id}', { params: { path: { id } } }))).photos.length, 1)
  p.check()
})
