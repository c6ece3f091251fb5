/* A file of grids into the console: a dispatcher sends a broken one, one with the wrong coordinates and one of loose polygons, sees its defects on
 * the map, decides about those that no rule mends, takes it into the draft, splits a grid, publishes for next Monday; what was true last month
 * is answered word for word as before, also when that Monday has come. */
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { ok, until } from '../tests/harness.mjs'
import { cutOf, dayAfter, draftMap, faceOf, gcj02, gridsOf, looseGrids, splitGrid } from '../tests/lib/mesh.mjs'
import { DESK, PHONE } from './lib/browser.mjs'
import { sees } from './lib/faces.mjs'
import { looks } from './lib/look.mjs'
import { steps, Street } from './lib/street.mjs'

const MONDAY_NEXT = '2026-11-30'
const DAY = 86_400_000
let street
const step = steps(() => street, 'mesh-import')

before(async () => {
  street = await new Street('mesh_import', { map: false, env: { WANGGE_RATE_FACTOR: '0' } }).open()
  await street.sessions('center')
})
after(() => street?.close())

/** What is asked about a day of last month: lists, outlines, tiles, the grid of a point, and the figures of the thirty days until yesterday. */
async function lastMonth(caller) {
  const grid = street.grid()
  const community = grid.code.slice(0, 12)
  const n = 2 ** 15, rad = (grid.inside[1] * Math.PI) / 180
  const tile = `15/${Math.floor(((grid.inside[0] + 180) / 360) * n)}/${Math.floor(((1 - Math.asinh(Math.tan(rad)) / Math.PI) / 2) * n)}.mvt`
  const asof = lastMonth.day
  const time = `from=${lastMonth.day}T00:00:00%2B08:00&to=${lastMonth.until}T00:00:00%2B08:00`
  const answers = {}
  for (const path of [`/api/places?under=${community}&kind=grid&geometry=geojson&asof=${asof}`, `/api/places/${community}?geometry=geojson&asof=${asof}`,
    `/api/tiles/grids/${tile}?asof=${asof}`, `/api/tiles/places/${tile}?asof=${asof}`, ...street.facts.grids.filter((g) => g.code.startsWith(community)).map((g) => `/api/locate?lon=${g.inside[0]}&lat=${g.inside[1]}&asof=${asof}`),
    `/api/stats/cases?under=${community}&${time}`, `/api/stats/grids?under=${community}&${time}`, `/api/cases?under=${community}&closed_${time.replace('&to', '&closed_to')}&limit=50`]) {
    const reply = await caller.send('GET', path)
    assert.equal(reply.status, 200, `${path} ${reply.text.slice(0, 300)}`)
    answers[path] = reply.bytes.toString('base64')
  }
  return answers
}

const read = (answers, start) => JSON.parse(Buffer.from(Object.entries(answers).find(([path]) => path.startsWith(start))[1], 'base64'))
/** Figures without those that grow by the clock alone: what was open a week ago is late now. */
const figures = (answers) => {
  const { total, by_place } = read(answers, '/api/stats/cases')
  return { total, by_place: by_place.map((row) => [row.code, row.name, row.total]) }
}
const untilNow = (answers) => Object.fromEntries(Object.entries(answers).filter(([path]) => !path.startsWith('/api/stats/')))

describe('a file of grids', { concurrency: 1 }, () => {
  let p, draft, grid, community, was
  const centre = () => street.as('center')
  const button = (name) => p.page.getByRole('button', { name, exact: true })
  const bytes = (file) => (typeof file === 'string' ? Buffer.from(file) : Buffer.from(JSON.stringify(file)))
  const give = (file, name = '下沙社区网格.geojson') => p.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/geo+json', buffer: bytes(file) })
  const say = (system) => p.tap(p.page.getByRole('radio', { name: system }))
  const places = () => p.page.getByRole('region', { name: '待决定' })
  const map = () => draftMap(street, { id: draft }, grid.code)
  const edits = async () => (await ok(centre().GET('/api/mesh/drafts/{id}', { params: { path: { id: draft } } }))).edits
  const focused = () => p.page.evaluate(() => document.activeElement?.getAttribute('aria-expanded'))
  /** The same screen on a phone. */
  async function narrow(name) {
    await p.page.setViewportSize(PHONE.viewport)
    await looks(p, name)
    const wide = (list) => [...list.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.wg-sr')).map((e) => e.outerHTML.slice(0, 100))
    assert.deepEqual(await p.page.getByRole('group', { name: '导入网格文件' }).evaluate(wide), [])
    await p.page.setViewportSize(DESK.viewport)
    await p.settle()
  }
  async function spot(node) {
    const box = await p.page.getByRole('img', { name: `节点 ${node}`, exact: true }).boundingBox()
    return [box.x + box.width / 2, box.y + box.height / 2]
  }

  step('the editor of a draft takes a file; nothing is asked for by itself', async () => {
    grid = street.grid()
    community = grid.code.slice(0, 12)
    lastMonth.day = dayAfter(street.server, -30)
    lastMonth.until = dayAfter(street.server, 0)
    was = await lastMonth(centre())
    assert.ok(figures(was).total > 0 && read(was, '/api/cases').items.length > 0)
    p = await street.colleague('center')
    draft = (await ok(centre().POST('/api/mesh/drafts', { body: { name: '测绘院网格成果' } }), 201)).id
    await p.open(`/console/mesh/drafts/${draft}`)
    await p.tap(button('导入文件…'))
    await p.tap(button('核对'))
    await sees(p.page.getByText('请先选择文件。'))
    await sees(p.page.getByText('请选择坐标。'))
    assert.equal(await p.page.getByRole('radio').evaluateAll((all) => all.filter((r) => r.checked).length), 0)
    await looks(p, 'mesh-import-form')
    await narrow('mesh-import-form-narrow')
  })

  step('a broken file gets a clear sentence and leaves nothing behind', async () => {
    p.expect(/422/)
    await give('{"type":"FeatureCollection","features":[{', '坏文件.geojson')
    await say(/国家 2000/)
    await p.tap(button('核对'))
    await sees(p.page.getByRole('alert').filter({ hasText: /文件已损坏|不是 GeoJSON/ }))
    await give({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [[[10, 50], [10.1, 50], [10.1, 50.1], [10, 50]]] } }] }, '别处.geojson')
    await p.tap(button('核对'))
    await sees(p.page.getByRole('alert').filter({ hasText: '文件中的面都不在辖区内' }).filter({ hasText: '请检查坐标是否选对' }))
    await p.shot('mesh-import-refused')
    assert.deepEqual((await ok(centre().GET('/api/mesh/drafts/{id}/checks', { params: { path: { id: draft } } }))).items, [])
  })

  step('the wrong coordinates are told, with the shift and the likely ones, and put right by one press', async () => {
    for (const g of street.facts.grids.filter((x) => x.code.startsWith(community)))
      for (let k = 0; k < 3; k++) await ok(centre().POST('/api/buildings', { body: { address: `标签路${g.code.slice(-3)}号${k + 1}栋`, name: '楼', lon: g.inside[0] + k * 1e-5, lat: g.inside[1], units: 1, floors: 6, households: 12 + k } }), 201)
    const file = gridsOf(street, community)
    for (const f of file.features) f.geometry.coordinates = f.geometry.coordinates.map((ring) => ring.map(gcj02))
    await give(file, '高德上描的.geojson')
    await p.tap(button('核对'))
    const alert = p.page.getByRole('alert').filter({ hasText: '坐标很可能选错了' })
    await sees(alert)
    const metres = Number(/整体相差约 (\d+) 米/.exec(await alert.innerText())[1])
    assert.ok(metres > 100 && metres < 1000, `${metres} m`)
    await p.settle()
    await p.shot('mesh-import-label')
    await p.tap(alert.getByRole('button', { name: '按“火星坐标（GCJ-02）”重新核对' }))
    await sees(p.page.getByText('没有发现问题。'))
    await alert.waitFor({ state: 'detached' })
    await p.tap(button('换一个文件…'))
  })

  step('a file of loose polygons: its defects on the map, not taken while something is open', async () => {
    await give(looseGrids(street, community), '松散.geojson')
    await say(/国家 2000/)
    await p.tap(button('核对'))
    await sees(places().getByText('还有 2 处待决定'))
    await until('the report has the focus', () => p.page.evaluate(() => document.activeElement?.getAttribute('aria-label')), (label) => label === '导入网格文件')
    await sees(p.page.getByRole('img', { name: /^第 1 处：(缝隙|重叠)$/ }))
    await sees(p.page.getByRole('img', { name: /^第 2 处：(缝隙|重叠)$/ }))
    assert.equal(await button('导入草稿').isDisabled(), true)
    await sees(p.page.getByText('还有 2 处待决定，决定后才能导入。'))
    await looks(p, 'mesh-import-report')
    await narrow('mesh-import-report-narrow')
  })

  step('decided by keys alone, from one place to the next; the count goes down', async () => {
    await p.page.getByRole('group', { name: '导入网格文件' }).focus()
    await p.page.keyboard.press('Tab')
    assert.equal(await focused(), 'true')
    await p.page.keyboard.press('Enter')
    await p.settle()
    await looks(p, 'mesh-import-place')
    for (const left of ['还有 1 处待决定', '全部已决定']) {
      await p.page.keyboard.press('Tab')
      await p.page.keyboard.press('Space')
      await p.page.keyboard.press('Tab')
      if (!await button('确定').evaluate((e) => e === document.activeElement)) await p.page.keyboard.press('Tab')
      await p.page.keyboard.press('Enter')
      await sees(places().getByRole('status').filter({ hasText: left }))
      if (left !== '全部已决定') await until('the next place has the focus', focused, (expanded) => expanded === 'true')
    }
    const { items: [seen] } = await ok(centre().GET('/api/mesh/drafts/{id}/checks', { params: { path: { id: draft } } }))
    const report = await ok(centre().GET('/api/mesh/checks/{id}', { params: { path: { id: seen.id } } }))
    assert.deepEqual([report.open, report.decisions.length], [0, 2])
    assert.ok(report.features.every((f) => f.geometry.type.endsWith('Polygon')))
    await sees(p.page.getByRole('region', { name: '网格变化' }).getByText('沿用编码'))
    await looks(p, 'mesh-import-decided')
  })

  step('one of the files checked before is thrown away, another one opened again, with its decisions', async () => {
    await p.tap(button('换一个文件…'))
    const earlier = p.page.getByRole('region', { name: '核对过的文件' })
    await sees(earlier)
    const before = await earlier.getByRole('listitem').count()
    assert.ok(before > 1)
    await p.tap(earlier.getByRole('button', { name: /^丢弃/ }).last())
    await until('one file less', () => earlier.getByRole('listitem').count(), (n) => n === before - 1)
    await p.tap(earlier.getByRole('button', { name: '松散.geojson', exact: true }))
    await sees(places().getByText('全部已决定'))
  })

  step('a colleague edits elsewhere meanwhile: the file is checked again first, what was decided stays', async () => {
    const now = await ok(centre().GET('/api/mesh/drafts/{id}', { params: { path: { id: draft } } }))
    await splitGrid(street, now, street.facts.grids.find((g) => !g.code.startsWith(community)).code)
    await sees(p.page.getByText('核对之后草稿又有修改。'))
    assert.equal(await button('导入草稿').isDisabled(), true)
    await p.tap(button('重新核对'))
    await p.page.getByText('核对之后草稿又有修改。').waitFor({ state: 'detached' })
    await sees(places().getByText('全部已决定'))
  })

  step('taken into the draft as one edit, which undo takes back', async () => {
    await p.tap(button('导入草稿'))
    await sees(p.page.getByRole('status').filter({ hasText: '文件已导入草稿' }))
    await sees(p.page.getByRole('button', { name: '撤销 2', exact: true }))
    await sees(p.page.getByRole('region', { name: '修改记录' }).getByText('重新划分'))
    await sees(p.page.getByText('无缝隙、无重叠'))
    await p.settle()
    await p.shot('mesh-import-accepted')
    const taken = await map()
    await p.tap(p.page.getByRole('button', { name: '撤销 2', exact: true }))
    await sees(p.page.getByRole('button', { name: '重做 1', exact: true }))
    assert.equal(await edits(), 1)
    await p.tap(p.page.getByRole('button', { name: '重做 1', exact: true }))
    await sees(p.page.getByRole('button', { name: '撤销 2', exact: true }))
    assert.equal((await map()).faces.length, taken.faces.length)
  })

  step('one of its grids is split on the map', async () => {
    await p.tap(p.page.getByRole('region', { name: '当前范围内的网格' }).getByRole('button', { name: grid.code.slice(-6) }))
    await sees(p.page.getByText(grid.code, { exact: true }))
    await p.settle()
    const before = await map()
    const [from, to] = cutOf(before, faceOf(before, grid.code)).map(({ lon, lat }) => before.nodes.find((n) => n.lon === lon && n.lat === lat).id)
    await p.tap(p.page.getByRole('button', { name: '分割' }))
    await p.page.mouse.click(...await spot(from))
    await sees(p.page.getByText('已落 1 点'))
    await p.page.mouse.click(...await spot(to))
    await sees(p.page.getByRole('button', { name: '撤销 3', exact: true }))
    await sees(p.page.getByText('无缝隙、无重叠'))
    assert.equal((await map()).faces.filter((f) => !f.grid && f.community === community).length, 1)
  })

  step('published for next Monday; last month is as it was', async () => {
    await p.tap(button('发布…'))
    await sees(p.page.getByText(`${MONDAY_NEXT} 起的变化`))
    assert.equal(await p.page.getByLabel('从哪一天零点起生效').inputValue(), MONDAY_NEXT)
    await p.tap(button('确认发布'))
    await sees(p.page.getByText(`已发布第 2 版，${MONDAY_NEXT} 起生效。`))
    const now = await lastMonth(centre())
    assert.deepEqual(untilNow(now), untilNow(was))
    assert.deepEqual(figures(now), figures(was))
    const grids = async (asof) => (await ok(centre().GET('/api/places', { params: { query: { under: community, kind: 'grid', asof } } }))).items.length
    assert.equal(await grids(MONDAY_NEXT), await grids(dayAfter(street.server, 0)) + 1)
  })

  step('the two editions over each other', async () => {
    await p.open('/console/mesh/compare?from=1&to=2')
    const list = p.page.getByRole('group', { name: '变化的网格' })
    await sees(list.getByText('新增'))
    await sees(list.getByText('改界'))
    await p.settle()
    await p.shot('mesh-import-compare')
  })

  step('that Monday has come, and last month is as it was', async () => {
    await street.leave(p)
    await street.server.stop()
    await street.server.start({ at: Date.parse(`${MONDAY_NEXT}T09:00:00+08:00`) + DAY })
    const caller = await street.signIn('center')
    await until('the edition is in force', () => ok(caller.GET('/api/mesh/editions')), (page) => page.items[0].current && page.items[0].moved)
    const now = await lastMonth(caller)
    assert.deepEqual(untilNow(now), untilNow(was))
    assert.deepEqual(figures(now), figures(was))
    assert.equal((await street.verify()).ok, true)
  })
})
