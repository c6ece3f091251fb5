/* Files of grids over HTTP: checked, decided about, accepted into a draft, published; and what is refused. */
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'
import { checkFile, dayAfter, gcj02, gridsOf, looseGrids, splitGrid } from '../../tests/lib/mesh.mjs'

const at = (id) => ({ params: { path: { id } } })

forEachDatabase('grids from files', (world) => {
  let community, grid
  const centre = () => world.as('center')
  const create = (name) => ok(centre().POST('/api/mesh/drafts', { body: { name } }), 201)
  const draftOf = (id) => ok(centre().GET('/api/mesh/drafts/{id}', at(id)))
  const turn = (draft, what) => ok(centre().POST(`/api/mesh/drafts/{id}/${what}`, { ...at(draft.id), body: { version: draft.version } }))
  const accept = (check, version, who = centre()) => who.POST('/api/mesh/checks/{id}/acceptance', { ...at(check.id), body: { version } })
  const decide = (check, decisions, version = check.version) => centre().POST('/api/mesh/checks/{id}/decisions', { ...at(check.id), body: { version, decisions } })
  const preview = (draft) => centre().GET('/api/mesh/drafts/{id}/preview', at(draft.id))
  const good = async (reply) => {
    const got = await reply
    assert.equal(got.status, 201, got.text.slice(0, 600))
    return JSON.parse(got.text)
  }
  const bad = async (reply, code) => {
    const got = await reply
    const problem = JSON.parse(got.text)
    assert.equal(problem.code, code, got.text.slice(0, 600))
    return problem
  }

  before(() => {
    community = world.facts.home.slice(0, 12)
    grid = world.grid()
  })

  test('a clean file is the same grids with the same codes', async () => {
    const draft = await create('原样')
    const check = await good(checkFile(centre(), draft, gridsOf(world, community)))
    assert.deepEqual([check.open, check.findings, check.gone, check.communities], [0, [], [], [community]])
    assert.ok(check.features.every((f) => f.matched === 'code' && f.grid_name === f.name && Math.abs(f.before_m2 - f.after_m2) < 1))
    await refused(accept(check, draft.version), 'mesh.nothing')
    assert.equal((await draftOf(draft.id)).edits, 0)
    assert.deepEqual((await ok(centre().GET('/api/mesh/drafts/{id}/checks', at(draft.id)))).items.map((c) => c.id), [check.id])
  })

  test('a checked file is thrown away, and makes room', async () => {
    const draft = await create('丢弃')
    const check = await good(checkFile(centre(), draft, looseGrids(world, community)))
    const drop = (who = centre()) => who.DELETE('/api/mesh/checks/{id}', at(check.id))
    await refused(drop(world.as('member1')), 'auth.denied')
    await ok(drop(), 204)
    await refused(drop(), 'not-found')
    await refused(centre().GET('/api/mesh/checks/{id}', at(check.id)), 'not-found')
    await refused(accept(check, draft.version), 'not-found')
    assert.deepEqual((await ok(centre().GET('/api/mesh/drafts/{id}/checks', at(draft.id)))).items, [])
    assert.equal((await world.verify()).ok, true)
  })

  test('a loose file: told, decided, accepted, undone, done again, published; the past stays', async () => {
    const draft = await create('整理')
    const past = () => centre().send('GET', `/api/places?under=${community}&kind=grid&geometry=geojson&asof=${dayAfter(world.server, -30)}`)
    const was = await past()
    const check = await good(checkFile(centre(), draft, looseGrids(world, community)))
    const open = check.findings.filter((f) => f.done === 'open')
    assert.deepEqual(open.map((f) => f.kind).sort(), ['gap', 'overlap'])
    assert.equal(check.open, 2)
    assert.ok(open.every((f) => f.remainder && f.area_m2 > 1 && f.geometry.type === 'Polygon'))
    assert.ok(check.findings.some((f) => f.kind === 'sliver' || f.done === 'snapped'), JSON.stringify(check.counts))
    assert.match((await refused(accept(check, draft.version), 'mesh.undecided')).detail, /2/)
    await refused(decide(check, [{ remainder: 99, feature: 1 }]), 'input.invalid')
    await refused(decide(check, [{ remainder: open[0].remainder, feature: 9999 }]), 'input.invalid')
    const half = await ok(decide(check, [{ remainder: open[0].remainder, feature: open[0].feature }]))
    assert.deepEqual([half.open, half.version], [1, check.version + 1])
    await refused(decide(check, [{ remainder: open[1].remainder, feature: open[1].other }]), 'version.stale')
    const done = await ok(decide(half, [{ remainder: open[1].remainder, feature: open[1].other }]))
    assert.deepEqual([done.open, done.gone], [0, []])
    for (const report of [check, done]) assert.ok(report.features.every((f) => f.geometry.type === 'Polygon' && f.geometry.coordinates[0].length > 3))
    await refused(accept(done, draft.version + 5), 'version.stale')
    const made = await ok(accept(done, draft.version))
    assert.equal(made.draft.edits, 1)
    assert.equal((await ok(centre().GET('/api/mesh/drafts/{id}/check', at(draft.id)))).ok, true)
    const seen = await ok(preview(draft))
    assert.deepEqual([seen.born, seen.gone, seen.refused], [[], [], 0])
    assert.ok(seen.changes.length >= 2 && seen.changes.every((c) => c.change === 'reshaped' && c.grid.startsWith(community)))
    const back = await turn(made.draft, 'undo')
    await refused(preview(draft), 'mesh.nothing')
    const again = await turn(back, 'redo')
    assert.deepEqual((await ok(preview(draft))).changes, seen.changes)
    await world.server.stop()
    await world.server.start({ at: world.server.now() })
    assert.deepEqual((await ok(preview(draft))).changes, seen.changes)
    assert.deepEqual((await ok(centre().GET('/api/mesh/drafts/{id}/edits', at(draft.id)))).items.map((e) => [e.op, e.undone]), [['import', false]])
    await ok(centre().POST('/api/mesh/drafts/{id}/publication', { ...at(draft.id), body: { version: again.version, valid_from: dayAfter(world.server, 3) } }), 201)
    assert.equal((await past()).text, was.text)
    await ok(centre().POST('/api/mesh/editions/{number}/withdrawal', { params: { path: { number: (await ok(centre().GET('/api/mesh/editions'))).items[0].number } } }))
    await refused(centre().GET('/api/mesh/checks/{id}', at(check.id)), 'not-found')
    assert.equal((await world.verify()).ok, true)
  })

  test('without codes the common ground decides; what finds no grid is a new one, with its name', async () => {
    const draft = await create('无编码')
    const file = gridsOf(world, community)
    for (const f of file.features) delete f.properties.code
    const cut = file.features.findIndex((f) => f.properties.name === grid.name)
    const ring = file.features[cut].geometry.coordinates[0]
    const west = Math.min(...ring.map((c) => c[0])), middle = (west + grid.inside[0]) / 2
    // a strip in the west of one grid is drawn as a feature of its own; the rest of it is drawn as before, so that the two overlap
    const [south, north] = [Math.min(...ring.map((c) => c[1])), Math.max(...ring.map((c) => c[1]))]
    file.features.push({ type: 'Feature', properties: { name: '西侧新格' }, geometry: { type: 'Polygon', coordinates: [[[west, south], [middle, south], [middle, north], [west, north], [west, south]]] } })
    const strip = file.features.length
    const check = await good(checkFile(centre(), draft, file))
    const mine = check.findings.filter((f) => f.kind === 'overlap' && [f.feature, f.other].includes(cut + 1) && [f.feature, f.other].includes(strip))
    assert.ok(check.open > 0 && mine.length > 0)
    const decisions = check.findings.filter((f) => f.done === 'open').map((f) => ({ remainder: f.remainder, feature: mine.includes(f) ? strip : f.feature }))
    const done = await ok(decide(check, decisions))
    assert.equal(done.open, 0)
    assert.deepEqual(done.features.filter((f) => !f.grid).map((f) => f.name), ['西侧新格'])
    assert.ok(done.features.every((f) => !f.grid || (f.matched === 'ground' && f.grid_name === f.name)))
    const made = await ok(accept(done, draft.version))
    const seen = await ok(preview(draft))
    assert.deepEqual([...new Set(seen.born.map((g) => g.name))], ['西侧新格'])
    assert.deepEqual(seen.gone, [])
    // a neighbour may get a node where the new border meets its own, and no more than that
    const lost = seen.changes.filter((c) => c.change === 'reshaped' && Math.abs(c.area_after_m2 - c.area_before_m2) > 1)
    assert.deepEqual(lost.map((c) => [c.grid, c.area_after_m2 < c.area_before_m2]), [[grid.code, true]])
    assert.ok(made.born.length >= seen.born.length) // faces are new ones, codes are not
  })

  test('what somebody changed meanwhile: the version of the draft, the ground of the decisions', async () => {
    const draft = await create('两人')
    const check = await good(checkFile(centre(), draft, looseGrids(world, community, { overlap: 0, sliver: 0 })))
    const gap = check.findings.find((f) => f.done === 'open')
    const decided = await ok(decide(check, [{ remainder: gap.remainder, feature: gap.feature }]))
    const split = await splitGrid(world, draft, grid.code)
    await refused(accept(decided, draft.version, world.as('street')), 'version.stale')
    const now = await ok(centre().GET('/api/mesh/checks/{id}', at(check.id)))
    assert.deepEqual([now.open, now.draft_version, now.decisions.length], [0, split.draft.version, 1])
    // a piece of the community goes to another one: its ground is no longer that of the decisions
    const other = world.facts.grids.find((g) => !g.code.startsWith(community)).code.slice(0, 12)
    const moved = await ok(centre().POST('/api/mesh/drafts/{id}/edits', { ...at(draft.id), body: { version: split.draft.version, edits: [{ op: 'reassign', face: split.born[0], community: other }] } }))
    await refused(accept(decided, moved.draft.version), 'mesh.ground-changed')
    await refused(decide(decided, [{ remainder: gap.remainder, feature: gap.feature }]), 'mesh.ground-changed')
    const dropped = await ok(centre().POST('/api/mesh/drafts/{id}/drop', { ...at(draft.id), body: { version: moved.draft.version } }))
    await refused(accept(decided, dropped.version), 'mesh.draft-closed')
  })

  test('a file under the wrong label is warned about', async () => {
    const draft = await create('坐标系')
    for (const g of world.facts.grids.filter((x) => x.code.startsWith(community)))
      for (let k = 0; k < 3; k++) await ok(centre().POST('/api/buildings', { body: { address: `标签路${g.code.slice(-3)}号${k + 1}栋`, name: '楼', lon: g.inside[0] + k * 1e-5, lat: g.inside[1], units: 1, floors: 6, households: 12 + k } }), 201)
    const file = gridsOf(world, community)
    for (const f of file.features) f.geometry.coordinates = f.geometry.coordinates.map((ring) => ring.map(gcj02))
    const wrong = await good(checkFile(centre(), draft, file))
    assert.deepEqual([wrong.label.wrong, wrong.label.likely], [true, 'gcj02'])
    const right = await good(checkFile(centre(), draft, file, { crs: 'gcj02' }))
    assert.deepEqual([right.label.wrong, right.label.stated_fits, right.open], [false, right.label.points, 0])
  })

  test('what cannot be used is refused, and the server lives', async () => {
    const draft = await create('坏文件')
    const far = { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [[[10, 50], [10.1, 50], [10.1, 50.1], [10, 50]]] } }] }
    const hostile = [['not-known', 'hello'], ['unreadable', '{"type":"FeatureCollection","features":[{'], ['elsewhere', far], ['not-known', Buffer.from('PK\x03\x04 no archive')],
      ['unreadable', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4000, 7)])], ['nothing', { type: 'FeatureCollection', features: [] }]]
    for (const [word, file] of hostile) {
      const problem = await bad(checkFile(centre(), draft, file), 'mesh.file')
      assert.ok([word, 'unreadable', 'not-known'].includes(problem.errors[0].code), `${word}: ${JSON.stringify(problem)}`)
    }
    await bad(checkFile(centre(), draft, gridsOf(world, community), { name_field: 'nobody' }), 'mesh.file')
    await bad(checkFile(centre(), draft, gridsOf(world, community), { crs: 'mercator' }), 'input.invalid')
    await bad(checkFile(centre(), { id: 999999 }, gridsOf(world, community)), 'not-found')
    await ok(centre().GET('/api/mesh/drafts/{id}', at(draft.id)))
  })

  test('only within one\'s scope', async () => {
    const login = 'other-dispatcher'
    const other = world.facts.grids.find((g) => !g.code.startsWith(community)).code.slice(0, 12)
    const account = await ok(world.as('admin').POST('/api/accounts', { body: { login, name: '别处', phone: '13800000001', password: 'Aa1!aaaa-first' } }), 201)
    await ok(world.as('security').POST('/api/accounts/{id}/posts', { ...at(account.id), body: { role: 'dispatcher', place: other } }), 201)
    const session = await ok(world.anyone().POST('/api/session', { body: { login, password: 'Aa1!aaaa-first' } }), 201)
    const person = world.anyone({ token: session.token })
    await ok(person.POST('/api/me/password', { body: { old: 'Aa1!aaaa-first', new: 'Bb2!bbbb-second' } }), 204)
    const draft = await create('越界')
    const problem = await bad(checkFile(person, draft, gridsOf(world, community)), 'input.invalid')
    assert.equal(problem.errors[0].code, 'outside-scope')
    await refused(person.POST('/api/mesh/drafts/{id}/proposals', { ...at(draft.id), body: { community, grids: 3 } }), 'input.invalid')
    const theirs = await good(checkFile(person, draft, gridsOf(world, other)))
    assert.deepEqual(theirs.communities, [other])
  })

  test('a community whose numbers are used up', async () => {
    const [lon, lat] = [grid.inside[0] + 0.5, grid.inside[1]]
    const file = join(mkdtempSync(join(tmpdir(), 'wangge-grids-')), 'last.geojson')
    writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: { code: `${community}999`, name: '最后一格' },
      geometry: { type: 'Polygon', coordinates: [[[lon, lat], [lon + 0.001, lat], [lon + 0.001, lat + 0.001], [lon, lat + 0.001], [lon, lat]]] } }] }))
    const done = await world.command('import', 'grids', file)
    assert.equal(done.status ?? done.code, 0, JSON.stringify(done))
    const split = await splitGrid(world, await create('用完'), grid.code)
    await refused(preview(split.draft), 'mesh.codes-used-up')
  })
})
