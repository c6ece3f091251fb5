/* A community divided anew in the console: asked with roads and a compound from a file, both balances beside each other, another one, taken into
 * the draft, seen on the map, undone; by keys; on a phone; and what is said when somebody was quicker or the file cannot be used. */
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { ok } from '../tests/harness.mjs'
import { barriersOf, splitGrid } from '../tests/lib/mesh.mjs'
import { PHONE } from './lib/browser.mjs'
import { sees } from './lib/faces.mjs'
import { axe, sideways, words } from './lib/look.mjs'
import { steps, Street } from './lib/street.mjs'

let street
const step = steps(() => street, 'propose')

before(async () => {
  street = await new Street('propose', { map: false, env: { WANGGE_RATE_FACTOR: '0' } }).open()
  await street.sessions('center', 'street')
})
after(() => street?.close())

describe('proposals of grids', { concurrency: 1 }, () => {
  let p, draft, file, community

  const at = () => ({ params: { path: { id: draft } } })
  const now = () => ok(street.as('center').GET('/api/mesh/drafts/{id}', at()))
  const press = (name, who = p) => who.tap(who.page.getByRole('button', { name, exact: true }))
  const results = (who = p) => who.page.getByRole('region', { name: '提案结果' })
  const give = (content, name = '道路.geojson', who = p) => who.page.getByLabel('道路、河流、小区（可不选）').setInputFiles({ name, mimeType: 'application/geo+json', buffer: Buffer.from(JSON.stringify(content)) })
  const look = async (who, name, whole = true) => {
    await who.settle()
    await who.shot(name)
    assert.deepEqual([...await axe(who.page), ...await words(who.page, 'zh-CN', new Set()), ...whole ? await sideways(who.page, '.wg-scroll:has(table)') : []], [])
  }
  async function open(who) {
    await who.open(`/console/mesh/drafts/${draft}`)
    await who.tap(who.page.getByRole('region', { name: '当前范围内的网格' }).getByRole('button').first())
    await press('网格提案', who)
    await sees(who.page.getByText(/^现行 \d+ 个$/))
  }

  step('the question: community and number are there, the datum of a file is not guessed', async () => {
    community = street.facts.home.slice(0, 12)
    const buildings = []
    for (let page, more = true; more; more = Boolean(page)) {
      const read = await ok(street.as('center').GET('/api/buildings', { params: { query: { under: community, ...(page && { page }) } } }))
      buildings.push(...read.items)
      page = read.next
    }
    file = barriersOf(street, community, buildings)
    draft = (await ok(street.as('center').POST('/api/mesh/drafts', { body: { name: '按路重划' } }), 201)).id
    p = await street.colleague('center')
    await p.open(`/console/mesh/drafts/${draft}`)
    await p.tap(p.page.getByRole('region', { name: '当前范围内的网格' }).getByRole('button', { name: street.facts.home.slice(-6) }))
    await press('网格提案')
    const here = street.facts.grids.filter((g) => g.code.startsWith(community)).length
    await sees(p.page.getByText(`现行 ${here} 个`))
    assert.equal(await p.page.getByLabel('划成几个网格').inputValue(), String(here))
    await p.page.getByLabel('划成几个网格').fill('4')
    await give(file)
    await sees(p.page.getByText('2 条线，1 个面'))
    assert.equal(await p.page.getByLabel('文件的坐标系').inputValue(), '')
    await press('提议')
    await sees(p.page.getByRole('alert').filter({ hasText: '请选择文件的坐标系' }))
    await look(p, 'propose-ask')
  })

  step('present and proposal beside each other', async () => {
    await p.page.getByLabel('文件的坐标系').selectOption('cgcs2000')
    await press('提议')
    await sees(results().getByText('用到道路、河流 1 条，小区 1 个。'))
    await sees(results().getByText('另有 1 个图形不在本社区，未用。'))
    const cell = async (row, column) => results().getByRole('row').filter({ hasText: row }).getByRole('cell').nth(column).innerText()
    assert.equal(await cell('网格数', 1), '4')
    assert.equal(await cell('被拆开的小区', 1), '0 个')
    assert.ok(Number(await cell('均衡指数', 1)) > Number(await cell('均衡指数', 0)))
    await sees(results().getByText('提案比现在均衡'))
    assert.equal(await p.page.getByRole('region', { name: '提案', exact: true }).getByRole('row').count(), 5)
    await look(p, 'propose-sides')
    const seen = await p.page.getByRole('region', { name: '提案', exact: true }).getByRole('table').innerText()
    await press('换一个')
    await p.page.waitForFunction((was) => document.querySelector('section[aria-label="提案"] table').innerText !== was, seen)
    assert.equal((await now()).edits, 0)
  })

  step('what somebody did meanwhile is said, and it is proposed again', async () => {
    await splitGrid(street, await now(), street.facts.home)
    p.expect(/409|412/)
    await press('采用到草稿')
    await sees(p.page.getByRole('button', { name: '重新提议' }))
    assert.equal(await p.page.getByRole('button', { name: '采用到草稿' }).isDisabled(), true)
    await p.shot('propose-stale')
    await press('重新提议')
    await sees(p.page.getByRole('button', { name: '提议', exact: true }))
  })

  step('taken into the draft as one edit, seen on the map, undone', async () => {
    await press('采用到草稿')
    await sees(p.page.getByRole('button', { name: '撤销 2', exact: true }))
    await sees(p.page.getByText('无缝隙、无重叠'))
    await sees(p.page.getByRole('region', { name: '当前范围内的网格' }).getByRole('button').first())
    await p.settle()
    await p.shot('propose-taken')
    const preview = await ok(street.as('center').GET('/api/mesh/drafts/{id}/preview', at()))
    assert.equal(street.facts.grids.filter((g) => g.code.startsWith(community)).length + preview.born.length - preview.gone.length, 4)
    await press('撤销 2')
    await sees(p.page.getByRole('button', { name: '重做 1', exact: true }))
    assert.equal((await now()).edits, 1)
  })

  step('a file that cannot be used, a number that cannot be: in plain words', async () => {
    await open(p)
    await give([1], '错.geojson')
    await sees(p.page.getByText('文件里没有图形集合'))
    const crossing = structuredClone(file)
    const ring = crossing.features[1].geometry.coordinates[0]
    ;[ring[1], ring[2]] = [ring[2], ring[1]]
    await give(crossing)
    await p.page.getByLabel('文件的坐标系').selectOption('cgcs2000')
    p.expect(/422/)
    await press('提议')
    await sees(p.page.getByRole('alert').filter({ hasText: '第 2 个图形（春风里）：多边形自相交' }))
    await look(p, 'propose-wrong')
    await press('去掉')
    await p.page.getByLabel('划成几个网格').fill('200')
    await press('提议')
    await sees(p.page.getByRole('alert').filter({ hasText: '可划分的地块少于网格数' }))
  })

  step('by keys alone', async () => {
    await p.page.getByLabel('划成几个网格').focus()
    await p.page.keyboard.press('ControlOrMeta+a')
    await p.page.keyboard.type('3')
    await p.page.keyboard.press('Enter')
    await sees(results().getByText('没有提供道路、河流和小区'))
    await p.page.getByRole('button', { name: '采用到草稿' }).focus()
    await p.page.keyboard.press('Tab')
    assert.equal(await p.page.evaluate(() => document.activeElement.textContent), '换一个')
    await p.page.keyboard.press('Shift+Tab')
    await p.page.keyboard.press('Enter')
    await sees(p.page.getByRole('button', { name: '撤销 2', exact: true }))
  })

  step('on a narrow screen one side at a time', async () => {
    const narrow = await street.colleague('center', { ...PHONE })
    await narrow.open(`/console/mesh/drafts/${draft}`)
    await narrow.settle()
    const reach = () => narrow.page.evaluate(() => document.documentElement.scrollWidth)
    const bare = await reach() // the console's own frame is wider than such a screen
    await open(narrow)
    await press('提议', narrow)
    await sees(results(narrow).getByRole('table'))
    await sees(narrow.page.getByRole('region', { name: '提案', exact: true }))
    await look(narrow, 'propose-narrow', false)
    assert.ok(await reach() <= bare, `${await reach()} px wide, ${bare} without the panel`)
    assert.deepEqual(await narrow.page.evaluate(() => [...document.querySelectorAll('.propose, .propose form, .propose section, .propose table')].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className)), [])
    await narrow.tap(narrow.page.getByRole('group', { name: '看哪一边' }).getByRole('button', { name: '现在' }))
    await sees(narrow.page.getByRole('region', { name: '现在', exact: true }))
    assert.equal(await narrow.page.getByRole('region', { name: '提案', exact: true }).count(), 0)
    await narrow.page.getByRole('region', { name: '现在', exact: true }).scrollIntoViewIfNeeded()
    await look(narrow, 'propose-narrow-now', false)
  })
})
