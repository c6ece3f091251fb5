/* Editions, drafts, publishing and the day over HTTP, with two server processes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { forEachDatabase, ok, refused, Server, until } from '../../tests/harness.mjs'
import { dayAfter, draftMap, faceOf, splitGrid } from '../../tests/lib/mesh.mjs'

const DAY = 86_400_000
const ROOT_CODE = '530103003'
const at = (id) => ({ params: { path: { id } } })
const numbered = (number, query) => ({ params: { path: { number }, query } })

forEachDatabase('the mesh', (world) => {
  let second, grid, past, split

  before(async () => {
    second = await new Server(world.database, `mesh-second-${world.engine}`).start({ at: world.server.now() })
    grid = world.grid()
  })
  after(() => second?.stop())

  const centre = () => world.as('center')
  const create = (name, who = centre()) => ok(who.POST('/api/mesh/drafts', { body: { name } }), 201)
  const mapOf = (draft) => draftMap(world, draft, grid.code)
  const edit = (draft, edits, who = centre()) => who.POST('/api/mesh/drafts/{id}/edits', { ...at(draft.id), body: { version: draft.version, edits } })
  const splitHome = (draft) => splitGrid(world, draft, grid.code)
  const publish = (draft, valid_from) => centre().POST('/api/mesh/drafts/{id}/publication', { ...at(draft.id), body: { version: draft.version, valid_from, note: '拆分' } })
  /** Everything that can be asked of a day: places with outlines, one tile, the grid of a point. */
  const asOf = async (server, caller, asof) => {
    const texts = []
    const n = 2 ** 15, rad = (grid.inside[1] * Math.PI) / 180
    const tile = [Math.floor(((grid.inside[0] + 180) / 360) * n), Math.floor(((1 - Math.asinh(Math.tan(rad)) / Math.PI) / 2) * n)]
    for (const path of [`/api/places?under=${ROOT_CODE}&kind=grid&geometry=geojson`, `/api/places/${ROOT_CODE}?geometry=geojson`,
      `/api/tiles/grids/15/${tile[0]}/${tile[1]}.mvt?`, `/api/tiles/places/15/${tile[0]}/${tile[1]}.mvt?`,
      ...world.facts.grids.slice(0, 8).map((g) => `/api/locate?lon=${g.inside[0]}&lat=${g.inside[1]}`)]) {
      const reply = await caller.send('GET', `${path}${path.includes('?') ? (path.endsWith('?') ? '' : '&') : '?'}asof=${asof}`)
      assert.equal(reply.status, 200, path)
      texts.push(reply.bytes.toString('base64'))
    }
    return texts
  }
  /** Figures of a time, without those that grow by the clock alone. */
  const statsOf = async (caller, from, to) => {
    const { total, by_place } = await ok(caller.GET('/api/stats/cases', { params: { query: { under: grid.code.slice(0, 12), from, to } } }))
    const behind = (await ok(caller.GET('/api/cases', { params: { query: { under: grid.code, duty: true, from, to, limit: 100 } } }))).items.map((c) => c.id)
    assert.equal(behind.length, by_place.find((row) => row.code === grid.code)?.total)
    return { total, by_place: by_place.map(({ code, name, total: n }) => ({ code, name, n })), behind }
  }

  test('the grids are faces of the first edition', async () => {
    const editions = await ok(centre().GET('/api/mesh/editions'))
    assert.deepEqual([editions.items.length, editions.items[0].number, editions.items[0].current, editions.items[0].grids], [1, 1, true, 31])
    const faces = await ok(centre().GET('/api/mesh/editions/{number}/faces', numbered(1, { under: grid.code })))
    assert.deepEqual(faces.items.map((f) => [f.grid, f.geometry]), [[grid.code, grid.geometry]])
    await refused(centre().GET('/api/mesh/editions/{number}/faces', numbered(9, { under: ROOT_CODE })), 'not-found')
  })

  test('an edit that the mesh does not allow is refused with the place', async () => {
    const draft = await create('试画')
    const map = await mapOf(draft)
    const face = faceOf(map, grid.code)
    const [lon, lat] = grid.inside
    const no = await refused(edit(draft, [{ op: 'split', face, lines: [{ points: [{ lon, lat }, { lon: lon + 0.00001, lat }] }] }]), 'mesh.refused')
    assert.equal(no.errors[0].pointer, '/edits/0')
    await refused(edit(draft, [{ op: 'merge', face }]), 'input.invalid')
    assert.equal((await ok(centre().GET('/api/mesh/drafts/{id}', at(draft.id)))).edits, 0)
    await refused(publish(draft, dayAfter(world.server, 1)), 'mesh.nothing')
    const dropped = await ok(centre().POST('/api/mesh/drafts/{id}/drop', { ...at(draft.id), body: { version: draft.version } }))
    assert.equal(dropped.state, 'dropped')
    await refused(centre().POST('/api/mesh/drafts/{id}/drop', { ...at(draft.id), body: { version: dropped.version } }), 'mesh.draft-closed')
  })

  test('undo, redo, the list of edits and the check', async () => {
    const draft = await create('撤销')
    const made = await splitHome(draft)
    assert.equal(made.born.length, 1)
    const back = await ok(centre().POST('/api/mesh/drafts/{id}/undo', { ...at(draft.id), body: { version: made.draft.version } }))
    assert.deepEqual([back.edits, back.undone], [0, 1])
    await refused(centre().POST('/api/mesh/drafts/{id}/undo', { ...at(draft.id), body: { version: made.draft.version } }), 'version.stale')
    const again = await ok(centre().POST('/api/mesh/drafts/{id}/redo', { ...at(draft.id), body: { version: back.version } }))
    assert.equal(again.edits, 1)
    assert.deepEqual((await ok(centre().GET('/api/mesh/drafts/{id}/edits', at(draft.id)))).items.map((e) => [e.op, e.undone]), [['split', false]])
    assert.equal((await ok(centre().GET('/api/mesh/drafts/{id}/check', at(draft.id)))).ok, true)
    assert.ok((await ok(centre().GET('/api/mesh/drafts'))).items.some((d) => d.id === draft.id))
  })

  test('two editors of the same border: the second is told who changed what', async () => {
    const draft = await create('两人')
    const map = await mapOf(draft)
    const made = await splitHome(draft)
    const edge = map.edges.find((e) => e.left === faceOf(map, grid.code) || e.right === faceOf(map, grid.code))
    const node = map.nodes.find((n) => n.id === edge.from)
    const late = await refused(edit(draft, [{ op: 'move-node', node: node.id, at: { lon: node.lon + 0.000001, lat: node.lat } }], world.as('street')), 'mesh.changed-meanwhile')
    assert.equal(late.errors[0].code, 'changed-meanwhile')
    assert.equal((await ok(centre().GET('/api/mesh/drafts/{id}', at(draft.id)))).version, made.draft.version)
  })

  test('published for a day to come: that day answers with it, today and the past do not', async () => {
    const from = new Date(world.server.now() - 20 * DAY).toISOString(), to = new Date(world.server.now() + 60_000).toISOString()
    past = { asof: dayAfter(world.server, -10), from, to }
    past.answers = await asOf(world.server, centre(), past.asof)
    const draft = await create('下周一')
    split = await splitHome(draft)
    const piece = (await mapOf(draft)).faces.find((f) => f.id === split.born[0])
    const made = await ok(world.as('member1').POST('/api/cases', { body: world.report({ channel: 'member', lon: piece.lon, lat: piece.lat }) }), 201)
    past.id = made.id
    const preview = await ok(centre().GET('/api/mesh/drafts/{id}/preview', at(draft.id)))
    assert.deepEqual([preview.born.length, preview.gone.length, preview.refused], [1, 0, 0])
    assert.ok(preview.rows.some((r) => r.subject === 'case' && r.id === made.id && r.from === grid.code && r.to === preview.born[0].grid))
    const edition = await ok(publish(split.draft, dayAfter(world.server, 5)), 201)
    assert.deepEqual([edition.current, edition.base, edition.moved], [false, 1, false])
    const born = preview.born[0].grid
    const grids = (asof, caller = centre()) => ok(caller.GET('/api/places', { params: { query: { under: ROOT_CODE, kind: 'grid', ...(asof ? { asof } : {}) } } }))
    assert.equal((await grids()).items.some((p) => p.code === born), false)
    assert.equal((await grids(dayAfter(world.server, 4))).items.length, 31)
    assert.equal((await grids(dayAfter(world.server, 5))).items.length, 32)
    assert.deepEqual(await asOf(world.server, centre(), past.asof), past.answers)
    await refused(publish(await create('同日').then((d) => splitHome(d)).then((m) => m.draft), dayAfter(world.server, 5)), 'mesh.scheduled')
    const compare = await ok(centre().GET('/api/mesh/compare', { params: { query: { from: 1, to: edition.number } } }))
    assert.deepEqual(compare.items.filter((c) => c.change === 'born').map((c) => c.grid), [born])
    assert.ok(compare.items.some((c) => c.grid === grid.code && c.area_after_m2 < c.area_before_m2))
    const descent = await ok(centre().GET('/api/mesh/descent/{code}', { params: { path: { code: born } } }))
    assert.deepEqual(descent.items.map((d) => [d.from, d.kind]), [[grid.code, 'split']])
    split = { born, edition: edition.number, preview }
  })

  test('an older base is not published, and an edition that waits can be withdrawn', async () => {
    const edition = await ok(centre().POST('/api/mesh/editions/{number}/withdrawal', numbered(split.edition)))
    assert.ok(edition.withdrawn_by)
    await refused(centre().POST('/api/mesh/editions/{number}/withdrawal', numbered(split.edition)), 'mesh.too-late')
    const draft = await create('再来')
    const stale = await splitHome(await create('旧底'))
    const made = await splitHome(draft)
    const again = await ok(publish(made.draft, dayAfter(world.server, 5)), 201)
    const changed = await refused(publish(stale.draft, dayAfter(world.server, 6)), 'mesh.base-changed')
    assert.match(changed.detail, new RegExp(grid.code))
    const now = await ok(centre().GET('/api/mesh/drafts/{id}', at(stale.draft.id)))
    assert.equal(now.base_changed, true)
    split.edition = again.number
    const faces = await ok(centre().GET('/api/mesh/editions/{number}/faces', numbered(again.number, { under: grid.code.slice(0, 12) })))
    assert.equal(faces.items.some((f) => f.grid === split.born), false, 'a number that was withdrawn is not given again')
  })

  test('on its day everything moves once, with two servers, and the past stays', async () => {
    const figures = await statsOf(centre(), past.from, past.to)
    await second.stop()
    await world.server.stop()
    const monday = world.server.now() + 6 * DAY
    await world.server.start({ at: monday })
    await second.start({ at: monday })
    const caller = await world.signIn('center')
    await until('what moves has moved', () => ok(caller.GET('/api/mesh/editions')), (page) => page.items[0].moved && page.items[0].current)
    const list = await ok(caller.GET('/api/mesh/editions/{number}/transfers', numbered(split.edition)))
    const keys = list.items.map((t) => `${t.subject} ${t.subject_id}`)
    assert.equal(new Set(keys).size, keys.length)
    assert.ok(list.items.every((t) => t.from === grid.code && t.to))
    assert.equal(list.items.filter((t) => t.subject === 'case' && t.subject_id === past.id).length, 1)
    const moved = await ok(caller.GET('/api/cases/{id}', { params: { path: { id: past.id } } }))
    assert.equal(moved.steps.filter((step) => step.action === 'place.moved').length, 1)
    assert.deepEqual(await asOf(world.server, caller, past.asof), past.answers)
    assert.deepEqual(await statsOf(caller, past.from, past.to), figures)
    assert.equal((await world.verify()).ok, true)
  })

  test('fifty drafts at most are open', async () => {
    const caller = await world.signIn('center')
    const made = []
    let last
    do {
      last = await caller.POST('/api/mesh/drafts', { body: { name: `第 ${made.length} 份` } })
      if (last.response.status === 201) made.push(last.data)
    } while (last.response.status === 201 && made.length < 60)
    await refused(Promise.resolve(last), 'mesh.too-many')
    await ok(caller.POST('/api/mesh/drafts/{id}/drop', { ...at(made[0].id), body: { version: made[0].version } }))
    await create('又一份', caller)
  })
})
