/* Proposals of grids over HTTP: beside what there is, along roads, rivers and compounds that come with the question, accepted as one edit; and
 * what is refused. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'
import { pending } from '../../tests/lib/journey.mjs'
import { barriersOf, gcj02, gridsOf } from '../../tests/lib/mesh.mjs'

const at = (id) => ({ params: { path: { id } } })

forEachDatabase('proposals of grids', (world) => {
  let community, buildings
  const centre = () => world.as('center')
  const create = (name) => ok(centre().POST('/api/mesh/drafts', { body: { name } }), 201)
  const turn = (draft, what) => ok(centre().POST(`/api/mesh/drafts/{id}/${what}`, { ...at(draft.id), body: { version: draft.version } }))
  const preview = (draft) => centre().GET('/api/mesh/drafts/{id}/preview', at(draft.id))
  const propose = (draft, body) => centre().POST('/api/mesh/drafts/{id}/proposals', { ...at(draft.id), body })
  const accept = (draft, digest, version = draft.version) => centre().POST('/api/mesh/drafts/{id}/proposals/acceptance', { ...at(draft.id), body: { version, digest } })

  before(async () => {
    community = world.facts.home.slice(0, 12)
    buildings = []
    let page
    do {
      const read = await ok(centre().GET('/api/buildings', { params: { query: { under: community, ...(page && { page }) } } }))
      buildings.push(...read.items)
      page = read.next
    } while (page)
  })

  test('a proposal beside what there is, accepted as one edit', async () => {
    const draft = await create('提案')
    const ask = { community, grids: 4, seed: 7 }
    const p = await ok(propose(draft, ask))
    assert.equal(p.proposal.grids.length, 4)
    assert.equal(p.present.grids.length, gridsOf(world, community).features.length)
    for (const side of [p.present, p.proposal]) {
      assert.equal(side.grids.reduce((n, g) => n + g.households, 0), p.households)
      assert.ok(Math.abs(side.grids.reduce((n, g) => n + g.share, 0) - 1) < 1e-9)
    }
    assert.deepEqual([p.barriers, p.compounds], [0, 0])
    assert.equal((await ok(propose(draft, ask))).digest, p.digest)
    assert.equal((await refused(propose(draft, { community, grids: 200 }), 'mesh.no-proposal')).errors[0].pointer, '/grids')
    await refused(propose(draft, { community: community.slice(0, 9), grids: 4 }), 'input.invalid')
    await refused(accept(draft, '0'.repeat(64)), 'mesh.ground-changed')
    await refused(accept(draft, p.digest, draft.version + 1), 'version.stale')
    const made = await ok(accept(draft, p.digest))
    assert.equal(made.draft.edits, 1)
    assert.equal((await ok(centre().GET('/api/mesh/drafts/{id}/check', at(draft.id)))).ok, true)
    const seen = await ok(preview(draft))
    assert.equal(seen.gone.length - seen.born.length, p.present.grids.length - 4)
    const back = await turn(made.draft, 'undo')
    assert.equal(back.edits, 0)
    await refused(accept(back, p.digest), 'mesh.ground-changed')
    assert.equal((await world.verify()).ok, true)
  })

  test('households, open cases and visits are counted for each grid, and weigh as one asks', async () => {
    const draft = await create('走访')
    const ask = { community, grids: 3, seed: 2 }
    const before = await ok(propose(draft, ask))
    const member = world.as('member1')
    const photos = async () => [await member.upload(), await member.upload()]
    const report = world.report({ channel: 'member' })
    for (let i = 0; i < 3; i++) {
      const [found, ...done] = await photos()
      await ok(member.POST('/api/cases', { body: { ...report, photos: [found], self_handled: true, handled_photos: done, handled_note: '当场清理' } }), 201)
    }
    await pending(world)
    const p = await ok(propose(draft, ask))
    assert.equal(p.visits - before.visits, 3, 'a report handled on the spot is one visit')
    assert.equal(p.cases - before.cases, 4)
    for (const side of [p.present, p.proposal]) {
      assert.equal(side.grids.reduce((n, g) => n + g.visits, 0), p.visits)
      assert.ok(side.visits_index >= 0 && side.visits_index <= 100)
    }
    const both = await ok(propose(draft, { ...ask, households: 1, cases: 0, visits: 3 }))
    for (const g of both.present.grids) assert.ok(Math.abs(g.share - (g.households / both.households + 3 * g.visits / both.visits) / 4) < 1e-9)
    const one = await refused(propose(draft, { ...ask, households: 0, cases: 0, visits: 1 }), 'mesh.no-proposal')
    assert.equal(one.errors[0].code, 'too-few-blocks', 'all visits were to one place')
  })

  test('roads and compounds of the question: borders follow them, no compound is cut, both sides measured alike', async () => {
    const draft = await create('道路与小区')
    const barriers = barriersOf(world, community, buildings)
    const wall = barriers.features[1].geometry.coordinates[0]
    const ask = { community, grids: 4, seed: 3, barriers, crs: 'cgcs2000' }
    const p = await ok(propose(draft, ask))
    assert.deepEqual([p.barriers, p.compounds, p.outside], [1, 1, 1])
    assert.equal(p.lines.type, 'MultiLineString')
    assert.deepEqual(p.walls.coordinates[0].map((c) => c.map((n) => n.toFixed(6))).sort(), wall.map((c) => c.map((n) => n.toFixed(6))).sort())
    assert.equal(p.proposal.compounds_cut, 0)
    assert.ok(p.proposal.along_m > 0 && p.proposal.along_m <= p.proposal.border_m, JSON.stringify([p.proposal.along_m, p.proposal.border_m]))
    assert.ok(p.present.along_m <= p.present.border_m)
    const plain = await ok(propose(draft, { community, grids: 4, seed: 3 }))
    assert.deepEqual([plain.barriers, plain.compounds, plain.outside, plain.lines, plain.walls, plain.proposal.along_m], [0, 0, 0, undefined, undefined, 0])
    // the same file in another datum is the same ground
    const shifted = structuredClone(barriers)
    for (const f of shifted.features) f.geometry.coordinates = f.geometry.type === 'LineString' ? f.geometry.coordinates.map(gcj02) : f.geometry.coordinates.map((part) => part.map(gcj02))
    const gcj = await ok(propose(draft, { ...ask, barriers: shifted, crs: 'gcj02' }))
    assert.deepEqual([gcj.barriers, gcj.compounds], [1, 1])
    gcj.walls.coordinates[0].forEach((c) => assert.ok(wall.some((w) => Math.hypot(c[0] - w[0], c[1] - w[1]) < 2e-7), JSON.stringify(c)))
    const weaker = structuredClone(barriers)
    weaker.features[0].properties.strength = 0.7001
    assert.notEqual((await ok(propose(draft, { ...ask, barriers: weaker }))).digest, p.digest)
    const other = await create('别的草稿')
    await refused(accept(other, p.digest), 'mesh.ground-changed')
    // what was seen is what is accepted, whatever was asked or reported since
    await pending(world)
    const made = await ok(accept(draft, p.digest))
    assert.equal(made.draft.edits, 1)
    assert.equal((await ok(centre().GET('/api/mesh/drafts/{id}/check', at(draft.id)))).ok, true)
    // what the draft has now is what was proposed, by the same yardstick
    const after = await ok(propose(made.draft, ask))
    const figures = (b) => [b.compounds_cut, b.grids.map((g) => g.households).sort((x, y) => x - y)]
    assert.deepEqual(figures(after.present), figures(p.proposal))
    assert.ok(Math.abs(after.present.border_m - p.proposal.border_m) <= 2 && Math.abs(after.present.along_m - p.proposal.along_m) <= 2)
    assert.equal((await turn(made.draft, 'undo')).edits, 0)
  })

  test('a compound stays whole where the grids that there are divide it', async () => {
    const draft = await create('小区不拆')
    const [one, two] = [world.facts.grids.filter((g) => g.code.startsWith(community))].flat().flatMap((g, i, all) => all.slice(i + 1).map((h) => [g, h]))
      .find(([g, h]) => g.geometry.coordinates[0].filter((c) => h.geometry.coordinates[0].some((d) => String(c) === String(d))).length > 1)
    const shared = one.geometry.coordinates[0].filter((c) => two.geometry.coordinates[0].some((d) => String(c) === String(d)))
    const [x, y] = [(shared[0][0] + shared[1][0]) / 2, (shared[0][1] + shared[1][1]) / 2]
    const r = 3e-4
    const ring = [[x - r, y - r], [x + r, y - r], [x + r, y + r], [x - r, y + r], [x - r, y - r]]
    const barriers = { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { name: '跨格小区' }, geometry: { type: 'MultiPolygon', coordinates: [[ring]] } }] }
    const p = await ok(propose(draft, { community, grids: 3, barriers, crs: 'wgs84' }))
    assert.deepEqual([p.compounds, p.present.compounds_cut, p.proposal.compounds_cut], [1, 1, 0])
  })

  test('what is wrong with roads, rivers and compounds is told where it stands', async () => {
    const draft = await create('错误文件')
    const of = (...geometries) => ({ type: 'FeatureCollection', features: geometries.map((geometry) => ({ type: 'Feature', properties: {}, geometry })) })
    const good = barriersOf(world, community, buildings)
    const [x, y] = [buildings[0].lon, buildings[0].lat]
    const bow = [[x, y], [x + 1e-3, y + 1e-3], [x + 1e-3, y], [x, y + 1e-3], [x, y]]
    const told = async (barriers, more = { crs: 'cgcs2000' }) => (await refused(propose(draft, { community, grids: 4, barriers, ...more }), 'input.invalid')).errors.map((e) => `${e.pointer} ${e.code}`)
    assert.deepEqual(await told(good, {}), ['/crs required'])
    assert.deepEqual(await told([1]), ['/barriers not-a-collection'])
    assert.deepEqual(await told(of({ type: 'Point', coordinates: [x, y] }, { type: 'LineString', coordinates: [[x, y]] }, { type: 'LineString', coordinates: [[x, y], [400000, 3000000]] })),
      ['/barriers/features/0/geometry/type not-a-line-or-polygon', '/barriers/features/1/geometry/coordinates too-few-points', '/barriers/features/2/geometry/coordinates/1 not-a-position'])
    const polygons = await told(of({ type: 'Polygon', coordinates: [bow] }, { type: 'Polygon', coordinates: [bow.slice(0, 4)] }, { type: 'MultiPolygon', coordinates: [[bow.slice(0, 2)]] }, { type: 'Polygon' }))
    assert.match(polygons[0], /^\/barriers\/features\/0\/geometry\/coordinates\/0\/\d+ not-simple$/)
    assert.deepEqual(polygons.slice(1), ['/barriers/features/1/geometry/coordinates/0 not-closed', '/barriers/features/2/geometry/coordinates/0/0 too-few-points', '/barriers/features/3/geometry/coordinates not-a-geometry'])
    const flat = gridsOf(world, community).features.flatMap((f) => f.geometry.coordinates.flat())
    const [w, e, s, n] = [Math.min(...flat.map((c) => c[0])) - 1e-3, Math.max(...flat.map((c) => c[0])) + 1e-3, Math.min(...flat.map((c) => c[1])) - 1e-3, Math.max(...flat.map((c) => c[1])) + 1e-3]
    assert.deepEqual(await told(of({ type: 'Polygon', coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] })), ['/barriers/features/0/geometry too-large'])
    const strong = structuredClone(good)
    strong.features[0].properties.strength = 2
    assert.deepEqual(await told(strong), ['/barriers/features/0/properties/strength range'])
    assert.deepEqual(await told({ type: 'FeatureCollection', features: Array.from({ length: 5001 }, () => ({ geometry: null })) }), ['/barriers/features too-many'])
    assert.deepEqual(await told(of({ type: 'LineString', coordinates: Array.from({ length: 15001 }, (_, i) => [114, 22 + i / 1e4]) })), ['/barriers too-many'])
    const more = Buffer.alloc(300_000, 32)
    const big = await centre().send('POST', `/api/mesh/drafts/${draft.id}/proposals`, { headers: { 'Content-Type': 'application/json' }, body: Buffer.concat([Buffer.from('{"community":"'), more]) })
    assert.equal(JSON.parse(big.text).code, 'body.too-big', big.text)
  })

  test('lines across each other, across the globe and twice over are taken as they come', async () => {
    const draft = await create('乱线')
    const flat = gridsOf(world, community).features.flatMap((f) => f.geometry.coordinates.flat())
    const [w, e, s, n] = [Math.min(...flat.map((c) => c[0])), Math.max(...flat.map((c) => c[0])), Math.min(...flat.map((c) => c[1])), Math.max(...flat.map((c) => c[1]))]
    let seed = 7
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
    const spot = () => [w + (e - w) * random(), s + (n - s) * random()]
    const lines = [[[-180, -90], [180, 90]], [[-180, s], [180, n]], [[w, s], [e, s], [e, n], [w, n], [w, s]], ...Array.from({ length: 60 }, () => [spot(), spot(), spot()])]
    const barriers = { type: 'FeatureCollection', features: [...lines, ...lines].map((coordinates) => ({ type: 'Feature', properties: null, geometry: { type: 'LineString', coordinates } })) }
    barriers.features.push({ type: 'Feature', properties: null, geometry: null })
    const ask = { community, grids: 5, barriers, crs: 'bd09' }
    const p = await ok(propose(draft, { ...ask, crs: 'cgcs2000' }))
    assert.equal(p.barriers + p.outside, barriers.features.length)
    assert.ok(p.barriers >= 120, `${p.barriers}`)
    assert.ok(p.proposal.along_m > 0)
    const made = await ok(accept(draft, p.digest))
    assert.equal((await ok(centre().GET('/api/mesh/drafts/{id}/check', at(made.draft.id)))).ok, true)
  })
})
