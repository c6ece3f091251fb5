/* Borders of grids changed in the console: a dispatcher begins a draft, splits a grid on the map, undoes and does again, drags a border, sees
 * the check pass, publishes for next Monday and compares; two people at one border, and the second is told. */
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { ok } from '../tests/harness.mjs'
import { cutOf, draftMap, faceOf, splitGrid } from '../tests/lib/mesh.mjs'
import { sees } from './lib/faces.mjs'
import { steps, Street } from './lib/street.mjs'

const MONDAY_NEXT = '2026-11-30'
let street
const step = steps(() => street, 'mesh')

before(async () => {
  street = await new Street('mesh', { map: false, env: { WANGGE_RATE_FACTOR: '0' } }).open()
  await street.sessions('center', 'street')
})
after(() => street?.close())

const stage = (p) => p.page.getByRole('application', { name: '网格编辑地图' })
const undo = (p, n) => p.page.getByRole('button', { name: `撤销 ${n}`, exact: true })
const redo = (p, n) => p.page.getByRole('button', { name: `重做 ${n}`, exact: true })
const alertOf = (p) => p.page.getByRole('alert')

/** Opens a draft on the map and chooses a grid of the list, which brings it into view. */
async function openAt(p, draft, code) {
  await p.open(`/console/mesh/drafts/${draft}`)
  await choose(p, code)
}
async function choose(p, code) {
  await p.tap(p.page.getByRole('region', { name: '当前范围内的网格' }).getByRole('button', { name: code.slice(-6) }))
  await sees(p.page.getByText(code, { exact: true }))
  await p.settle()
}
/** Where a node of the chosen grid is on the screen. */
async function spot(p, node) {
  const box = await p.page.getByRole('img', { name: `节点 ${node}`, exact: true }).boundingBox()
  return [box.x + box.width / 2, box.y + box.height / 2]
}
const idAt = (map, { lon, lat }) => map.nodes.find((n) => n.lon === lon && n.lat === lat).id
async function dragNode(p, node, [x, y]) {
  await p.page.mouse.move(...await spot(p, node))
  await p.page.mouse.down()
  await p.page.mouse.move(x, y, { steps: 4 })
  await p.page.mouse.up()
}
/** A node of two edges between two grids, off the straight line between its neighbours, and a place a third of the way there. */
async function looseNode(p, map, face) {
  const on = (n) => map.edges.filter((e) => e.from === n.id || e.to === n.id)
  let best
  for (const n of map.nodes) {
    const edges = on(n)
    if (edges.length !== 2 || edges.some((e) => (e.left !== face && e.right !== face) || !e.left || !e.right)) continue
    const here = await spot(p, n.id)
    const [a, b] = await Promise.all(edges.map((e) => spot(p, e.from === n.id ? e.to : e.from)))
    const to = here.map((v, i) => v + ((a[i] + b[i]) / 2 - v) / 3)
    const far = Math.hypot(to[0] - here[0], to[1] - here[1])
    if (!best || far > best.far) best = { node: n.id, to, far }
  }
  assert.ok(best && best.far > 2, 'the grid has a border with a corner in it')
  return best
}

describe('borders of grids', { concurrency: 1 }, () => {
  let p, second, draft, grid, edits

  const map = () => draftMap(street, { id: draft }, grid.code)

  step('a draft is begun and opens on the map', async () => {
    grid = street.grid()
    p = await street.colleague('center')
    await p.open('/console/mesh')
    await sees(p.page.getByRole('button', { name: '第 1 版' }))
    await p.settle()
    await p.shot('mesh-page')
    await p.page.getByLabel('草稿名称').fill('拆分一个网格')
    await p.tap(p.page.getByRole('button', { name: '新建草稿' }))
    await p.page.waitForURL(/\/console\/mesh\/drafts\/\d+$/)
    draft = Number(/\d+$/.exec(p.page.url())[0])
    await choose(p, grid.code)
    await p.shot('mesh-editor')
  })

  step('a grid of the list of places is gone to and chosen', async () => {
    const other = street.facts.grids.findLast((g) => g.code.slice(0, 12) !== grid.code.slice(0, 12))
    await p.page.getByRole('combobox', { name: '去某个社区或网格' }).focus()
    await p.page.keyboard.press('Enter')
    const below = async (name) => {
      const row = p.page.getByRole('treeitem', { name }).first()
      await sees(row)
      return row
    }
    await (await below('东华街道')).locator('.el-tree-node__expand-icon').first().click()
    const community = other.name.replace(/第\d+网格$/, '')
    await (await below(community)).locator('.el-tree-node__expand-icon').first().click()
    await (await below(other.name)).click()
    await sees(p.page.getByText(other.code, { exact: true }))
    await p.settle()
    await p.shot('mesh-gone-to')
    await openAt(p, draft, grid.code)
  })

  step('a grid is split by a line drawn from border to border', async () => {
    const before = await map()
    const [from, to] = cutOf(before, faceOf(before, grid.code))
    await p.tap(p.page.getByRole('button', { name: '分割' }))
    await p.page.mouse.click(...await spot(p, idAt(before, from)))
    await sees(p.page.getByText('已落 1 点'))
    await p.shot('mesh-line')
    await p.page.mouse.click(...await spot(p, idAt(before, to)))
    await sees(undo(p, 1))
    await sees(p.page.getByRole('button', { name: '新网格' }))
    await sees(p.page.getByText('无缝隙、无重叠'))
    await p.settle()
    await p.shot('mesh-split')
    const after = await map()
    assert.equal(after.faces.filter((f) => !f.grid).length, 1)
    edits = 1
  })

  step('undone and done again by keys', async () => {
    await stage(p).focus()
    await p.page.keyboard.press('Control+z')
    await sees(redo(p, 1))
    assert.equal((await map()).faces.every((f) => f.grid), true)
    await p.page.keyboard.press('Control+y')
    await sees(undo(p, 1))
    await sees(redo(p, 0))
    assert.equal((await map()).faces.filter((f) => !f.grid).length, 1)
  })

  step('a shared border is dragged: both sides move', async () => {
    const before = await map()
    const loose = await looseNode(p, before, faceOf(before, grid.code))
    await stage(p).focus()
    await p.page.keyboard.press('b')
    await dragNode(p, loose.node, loose.to)
    await sees(undo(p, ++edits))
    const moved = (await map()).nodes.find((n) => n.id === loose.node)
    assert.notDeepEqual(moved, before.nodes.find((n) => n.id === loose.node))
    assert.equal((await ok(street.as('center').GET('/api/mesh/drafts/{id}/check', { params: { path: { id: draft } } }))).ok, true)
    await sees(p.page.getByText('无缝隙、无重叠'))
  })

  step('what the mesh does not allow goes back, with the reason', async () => {
    const now = await map()
    const face = faceOf(now, grid.code)
    const ends = now.edges.filter((e) => [e.left, e.right].includes(face)).flatMap((e) => [e.from, e.to])
    const [node] = await Promise.all(now.nodes.filter((n) => ends.includes(n.id)).map((n) => n.id))
    p.expect(/422/)
    const box = await stage(p).boundingBox()
    await dragNode(p, node, [box.x + 30, box.y + 60])
    await sees(alertOf(p).filter({ hasText: '这样改不行' }))
    await p.shot('mesh-refused')
    assert.deepEqual((await map()).nodes, now.nodes)
    await sees(undo(p, edits))
    await p.tap(alertOf(p).getByRole('button', { name: '关闭' }))
  })

  step('published for next Monday, with what it brings before', async () => {
    await p.tap(p.page.getByRole('button', { name: '发布…' }))
    await sees(p.page.getByText(`${MONDAY_NEXT} 起的变化`))
    assert.equal(await p.page.getByLabel('从哪一天零点起生效').inputValue(), MONDAY_NEXT)
    await sees(p.page.getByText('新网格还没有人在岗'))
    await p.settle()
    await p.shot('mesh-publish')
    await p.tap(p.page.getByRole('button', { name: '确认发布' }))
    await sees(p.page.getByText(`已发布第 2 版，${MONDAY_NEXT} 起生效。`))
    const { items } = await ok(street.as('center').GET('/api/mesh/editions'))
    assert.deepEqual([items[0].number, items[0].valid_from, items[0].current], [2, MONDAY_NEXT, false])
  })

  step('the two editions are compared, before and after', async () => {
    await p.open('/console/mesh')
    await p.tap(p.page.getByRole('button', { name: '第 2 版' }))
    await sees(p.page.getByText('待生效'))
    await p.settle()
    await p.shot('mesh-edition')
    await p.tap(p.page.getByRole('link', { name: '与上一版对比' }))
    const list = p.page.getByRole('group', { name: '变化的网格' })
    await sees(list.getByText('新增'))
    await sees(list.getByText(grid.code, { exact: true }))
    await sees(list.getByText('改界'))
    await p.settle()
    await p.shot('mesh-compare')
  })

  step('two people at one border: the second is told who changed it', async () => {
    const made = await ok(street.as('center').POST('/api/mesh/drafts', { body: { name: '两人同改' } }), 201)
    draft = made.id
    second = await street.colleague('street')
    await second.context.route('**/api/stream', () => {}) // never answered: nothing is pushed to this page
    await openAt(second, draft, grid.code)
    const before = await map()
    const loose = await looseNode(second, before, faceOf(before, grid.code))
    await splitGrid(street, made, grid.code)
    second.expect(/409/)
    await second.page.keyboard.press('b')
    await dragNode(second, loose.node, loose.to)
    await sees(alertOf(second).filter({ hasText: '被别人改过了' }).filter({ hasText: '刚改动了面' }))
    await sees(undo(second, 1))
    await second.settle()
    await second.shot('mesh-second')
    assert.equal((await ok(street.as('center').GET('/api/mesh/drafts/{id}', { params: { path: { id: draft } } }))).edits, 1)
  })

  step('what somebody else does is on the map at once', async () => {
    await second.context.unroute('**/api/stream')
    await second.page.addInitScript(() => { // nor is anything asked every so often: what is seen, the stream has told
      const every = globalThis.setInterval
      globalThis.setInterval = (act, ms, ...more) => (ms === 15_000 ? 0 : every(act, ms, ...more))
    })
    const made = await ok(street.as('center').POST('/api/mesh/drafts', { body: { name: '同时看着' } }), 201)
    draft = made.id
    const live = second.page.waitForResponse('**/api/stream')
    await openAt(second, draft, grid.code)
    await live
    const { draft: split } = await splitGrid(street, made, grid.code)
    await sees(second.page.getByText('刚改动了草稿，地图已更新。'))
    await sees(second.page.getByRole('button', { name: '新网格' }))
    await sees(undo(second, 1))
    await second.shot('mesh-live')
    await ok(street.as('center').POST('/api/mesh/drafts/{id}/undo', { params: { path: { id: draft } }, body: { version: split.version } }))
    await sees(redo(second, 1))
    await second.page.getByRole('button', { name: '新网格' }).waitFor({ state: 'detached' })
    await ok(street.as('center').POST('/api/mesh/drafts/{id}/drop', { params: { path: { id: draft } }, body: { version: split.version + 1 } }))
    await sees(second.page.getByText(/这份草稿已作废/))
  })

  step('a unit within one grid is given back to it', async () => {
    const made = await ok(street.as('center').POST('/api/mesh/drafts', { body: { name: '填补' } }), 201)
    draft = made.id
    const [lon, lat] = grid.inside, r = 0.00004
    const ring = [[-r, -r], [r, -r], [r, r], [-r, r], [-r, -r]].map(([x, y]) => ({ lon: Number((lon + x).toFixed(7)), lat: Number((lat + y).toFixed(7)) }))
    const { born } = await ok(street.as('center').POST('/api/mesh/drafts/{id}/edits', { params: { path: { id: draft } }, body: { version: made.version, edits: [{ op: 'carve', community: grid.code.slice(0, 12), lines: [{ points: ring }] }] } }))
    assert.equal(born.length, 1)
    await openAt(p, draft, grid.code)
    assert.equal(await p.page.getByRole('button', { name: '填补', exact: true }).count(), 0, 'not for the grid around it')
    await p.tap(p.page.getByRole('region', { name: '当前范围内的网格' }).getByRole('button', { name: '新网格' }))
    await p.settle()
    await p.shot('mesh-fill')
    await p.tap(p.page.getByRole('button', { name: '填补', exact: true }))
    await sees(undo(p, 2))
    await sees(p.page.getByText(grid.code, { exact: true }))
    const now = await map()
    assert.deepEqual([now.faces.filter((f) => !f.grid), now.faces.some((f) => f.id === born[0])], [[], false])
  })

  step('by keys alone: a cross goes from border to border, a neighbour is merged from the list, a node is moved', async () => {
    draft = (await ok(street.as('center').POST('/api/mesh/drafts', { body: { name: '各种工具' } }), 201)).id
    await openAt(p, draft, grid.code)
    await stage(p).focus()
    await p.page.keyboard.press('s')
    const aimed = p.page.getByText(/已对准/)
    const go = async (key, until) => {
      for (let n = 0; n < 150 && await aimed.isVisible() !== until; n++) await p.page.keyboard.press(key)
      assert.equal(await aimed.isVisible(), until, `the cross went ${key}`)
    }
    await go('ArrowUp', true)
    await p.page.keyboard.press('Space')
    await sees(p.page.getByText('已落 1 点'))
    await p.shot('mesh-cross')
    await go('ArrowDown', false)
    await go('ArrowDown', true)
    await p.page.keyboard.press('Space')
    await sees(undo(p, 1))
    assert.equal((await map()).faces.filter((f) => !f.grid).length, 1)
    const part = p.page.getByRole('region', { name: '选中的网格' })
    await part.getByText('相邻网格').press('Enter')
    await part.getByRole('button', { name: '把 新网格 并入选中的网格' }).press('Enter')
    await sees(undo(p, 2))
    assert.equal((await map()).faces.every((f) => f.grid), true)
    const before = await map()
    const { node } = await looseNode(p, before, faceOf(before, grid.code))
    await part.getByText('节点', { exact: false }).first().press('Enter')
    await part.getByRole('button', { name: `节点 ${node}`, exact: true }).press('Enter')
    await p.page.keyboard.press('Shift+ArrowRight')
    await p.page.keyboard.press('Shift+ArrowRight')
    await p.page.keyboard.press('Enter')
    await sees(undo(p, 3))
    const [was, is] = [before, await map()].map((m) => m.nodes.find((n) => n.id === node))
    assert.ok(is.lon > was.lon && is.lat === was.lat)
  })

  step('nodes put in and taken out, a border drawn anew, a unit carved, a name given', async () => {
    await choose(p, grid.code)
    let now = await map()
    const face = faceOf(now, grid.code)
    const mine = now.edges.filter((e) => (e.left === face || e.right === face) && e.left && e.right)
    const spots = await Promise.all(mine.map(async (e) => [await spot(p, e.from), await spot(p, e.to)]))
    const long = (s) => Math.hypot(s[0][0] - s[1][0], s[0][1] - s[1][1])
    const [a, b] = spots.reduce((best, s) => (long(s) > long(best) ? s : best))
    const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
    await p.page.keyboard.press('n')
    await p.page.mouse.click(...middle)
    await sees(undo(p, 4))
    assert.equal((await map()).nodes.length, now.nodes.length + 1)
    await p.settle() // the node is drawn
    await p.page.keyboard.press('x')
    await p.page.mouse.click(...middle)
    await sees(undo(p, 5))
    await p.settle()

    now = await map()
    await p.page.keyboard.press('r')
    await p.page.mouse.click(...middle)
    await sees(p.page.getByText('从起点一侧开始'))
    await p.page.mouse.click(middle[0] - 20, middle[1] - 20)
    await sees(p.page.getByText('已落 1 点'))
    await p.shot('mesh-reshape')
    await p.page.keyboard.press('Enter')
    await sees(undo(p, 6))
    assert.equal((await ok(street.as('center').GET('/api/mesh/drafts/{id}/edits', { params: { path: { id: draft } } }))).items[0].op, 'reshape')
    await p.settle()

    const [x, y] = await p.page.getByRole('img', { name: /^节点 / }).evaluateAll((all) => {
      const at = all.map((e) => e.getBoundingClientRect())
      return [at.reduce((sum, r) => sum + r.x, 0) / at.length, at.reduce((sum, r) => sum + r.y, 0) / at.length]
    })
    await p.page.keyboard.press('c')
    for (const [dx, dy] of [[-24, -20], [24, -20], [0, 24]]) await p.page.mouse.click(x + dx, y + dy)
    await p.page.keyboard.press('Enter')
    await sees(undo(p, 7))
    const part = p.page.getByRole('region', { name: '选中的网格' })
    await sees(part.getByRole('definition').filter({ hasText: '驻街单位' }))
    assert.deepEqual((await map()).faces.filter((f) => f.kind === 'unit').map((f) => f.community), [grid.code.slice(0, 12)])
    await p.tap(part.getByText('网格名称 · 改归属'))
    await part.getByLabel('网格名称').fill('区医院')
    await p.tap(part.getByRole('button', { name: '保存' }))
    await sees(undo(p, 8))
    await sees(part.getByText('区医院'))
    await sees(p.page.getByText('无缝隙、无重叠'))
    await p.settle()
    await p.shot('mesh-unit')
  })

  step('an edition that waits is withdrawn', async () => {
    await p.open('/console/mesh')
    await p.tap(p.page.getByRole('button', { name: '第 2 版' }))
    p.page.once('dialog', (d) => d.accept())
    await p.tap(p.page.getByRole('button', { name: '撤回', exact: true }))
    await sees(p.page.getByText('已撤回').first())
  })
})
