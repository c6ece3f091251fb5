/* The system administrator changes a limit in the console: table, check with a fault and without, dry run, publication. A new case has
 * the new deadline, the old one keeps its own; a dispatcher sees the flow with the way of a case upon it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ok } from '../tests/harness.mjs'
import { act } from '../tests/lib/journey.mjs'
import { sees } from './lib/faces.mjs'
import { Street } from './lib/street.mjs'

const street = new Street('overlay', { env: { WANGGE_RATE_FACTOR: '0' } })
before(async () => {
  await street.open()
  await street.sessions('center', 'admin')
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
