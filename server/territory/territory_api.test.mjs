/* Places, locate, tiles, cards over HTTP. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PbfReader } from '../../web/node_modules/pbf/index.js'
import { VectorTile } from '../../web/node_modules/@mapbox/vector-tile/index.js'
import { forEachDatabase, ok, refused, until } from '../../tests/harness.mjs'

const ROOT_CODE = '530103003'
const named = (code, query) => ({ params: { path: { code }, query } })
const tileOf = (lon, lat, z) => {
  const n = 2 ** z
  const rad = (lat * Math.PI) / 180
  return { z, x: Math.floor(((lon + 180) / 360) * n), y: Math.floor(((1 - Math.asinh(Math.tan(rad)) / Math.PI) / 2) * n) }
}

forEachDatabase('territory', (world) => {
  const list = (query) => ok(world.as('center').GET('/api/places', { params: { query } }))

  test('the tree has the street, its seven communities and their 31 grids', async () => {
    const street = await ok(world.as('center').GET('/api/places/{code}', named(ROOT_CODE)))
    assert.deepEqual([street.name, street.kind, street.children, street.level_name], ['东华街道', 'township', 7, '二级网格'])
    const communities = (await list({ under: ROOT_CODE })).items
    assert.deepEqual(communities.map((p) => p.name),
      ['小龙路社区', '新迎社区', '席子营社区', '白云社区', '田园路社区', '文艺路社区', '金色社区'])
    assert.ok(communities.every((p) => p.kind === 'community' && p.parent === ROOT_CODE))
    assert.equal((await list({ under: ROOT_CODE, kind: 'grid' })).items.length, 31)
    assert.equal(communities.reduce((n, p) => n + p.children, 0), 31)
  })

  test('areas add up: no gaps, no overlaps', async () => {
    const grids = (await list({ under: ROOT_CODE, kind: 'grid' })).items
    const street = await ok(world.as('center').GET('/api/places/{code}', named(ROOT_CODE)))
    const sum = grids.reduce((n, g) => n + g.area_m2, 0)
    assert.ok(Math.abs(sum - street.area_m2) <= grids.length, `${sum} against ${street.area_m2}`)
  })

  test('outlines are GeoJSON when asked for', async () => {
    const grid = await ok(world.as('member1').GET('/api/places/{code}', named(world.facts.home, { geometry: 'geojson' })))
    assert.match(grid.geometry.type, /^(Multi)?Polygon$/)
    const ring = grid.geometry.type === 'Polygon' ? grid.geometry.coordinates[0] : grid.geometry.coordinates[0][0]
    assert.deepEqual(ring[0], ring.at(-1))
    const wrong = await refused(world.as('center').GET('/api/places/{code}', named(ROOT_CODE, { geometry: 'wkt' })), 'input.invalid')
    assert.equal(wrong.errors[0].pointer, '?geometry')
  })

  test('places are seen as of a day', async () => {
    await refused(world.as('center').GET('/api/places', { params: { query: { under: ROOT_CODE, asof: '1969-12-31' } } }), 'place.unknown')
    assert.equal((await list({ under: ROOT_CODE, kind: 'grid', asof: '2026-11-18' })).items.length, 31)
    await refused(world.as('center').GET('/api/places', { params: { query: { asof: '2026-02-30' } } }), 'input.invalid')
  })

  test('days of the past that are not in memory are few a minute', async () => {
    const day = (n) => new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10)
    const ask = (asof) => world.as('auditor').GET('/api/places/{code}', named(ROOT_CODE, { asof }))
    let limited
    for (let n = 0; n < 60 && !limited; n++) {
      const answer = await ask(day(n))
      if (answer.response.status === 429) limited = answer
    }
    await refused(Promise.resolve(limited), 'rate.limited')
    await ok(world.as('auditor').GET('/api/places/{code}', named(ROOT_CODE))) // today costs nothing
  })

  test('unknown places', async () => {
    await refused(world.as('center').GET('/api/places', { params: { query: { under: '990103003' } } }), 'place.unknown')
    await refused(world.as('center').GET('/api/places/{code}', named('530103003999')), 'not-found')
    await refused(world.as('center').GET('/api/places/{code}', named('12345')), 'not-found')
  })

  test('every grid holds its own inner point, and the chain leads up to the province', async () => {
    for (const g of world.facts.grids) {
      const [lon, lat] = g.inside
      const found = await ok(world.anyone().GET('/api/locate', { params: { query: { lon, lat } } }))
      assert.equal(found.grid, g.code)
      assert.deepEqual(found.chain.map((p) => p.code), [15, 12, 9, 6, 4, 2].map((n) => g.code.slice(0, n)))
    }
  })

  test('a point on an edge belongs to exactly one grid, the same each time', async () => {
    const g = world.facts.grids[0]
    const ring = g.geometry.type === 'Polygon' ? g.geometry.coordinates[0] : g.geometry.coordinates[0][0]
    const answers = []
    for (const [lon, lat] of ring.slice(0, 12)) {
      const ask = () => world.anyone().GET('/api/locate', { params: { query: { lon, lat } } })
      const first = await ask()
      const second = await ask()
      assert.equal(first.response.status, second.response.status)
      assert.equal(first.data?.grid, second.data?.grid)
      if (first.data) answers.push(first.data.grid)
    }
    assert.ok(answers.length > 0)
  })

  test('outside the territory is a problem, a position that is none an input error', async () => {
    const locate = (query) => world.anyone().GET('/api/locate', { params: { query } })
    await refused(locate({ lon: 116.4, lat: 39.9 }), 'place.outside')
    const wrong = await refused(locate({ lon: 181, lat: -91 }), 'input.invalid')
    assert.deepEqual(wrong.errors.map((e) => e.pointer).sort(), ['?lat', '?lon'])
    await refused(world.anyone().GET('/api/locate', { params: { query: { lon: 102.7 } } }), 'input.invalid')
    await refused(locate({ lon: 'NaN', lat: '1e999' }), 'input.invalid')
  })

  test('the map knows its extent and its layers', async () => {
    const map = await ok(world.anyone().GET('/api/map'))
    const [lon, lat] = world.grid().inside
    assert.ok(map.west < lon && lon < map.east && map.south < lat && lat < map.north)
    for (const layer of ['places', 'grids', 'buildings', 'cases', 'points']) assert.ok(map.layers.includes(layer), layer)
  })

  test('tiles are vector tiles with what lies in them', async () => {
    const [lon, lat] = world.grid().inside
    const { z, x, y } = tileOf(lon, lat, 15)
    await ok(world.as('member1').POST('/api/cases', { body: world.report({ channel: 'member' }) }), 201)
    const get = (layer, login = 'center', headers) =>
      world.as(login).send('GET', `/api/tiles/${layer}/${z}/${x}/${y}.mvt`, { headers })
    const decode = (reply, layer) => {
      const tile = new VectorTile(new PbfReader(reply.bytes))
      return Array.from({ length: tile.layers[layer]?.length ?? 0 }, (_, i) => tile.layers[layer].feature(i))
    }
    const grids = decode(await get('grids'), 'grids')
    assert.ok(grids.some((f) => f.properties.code === world.facts.home && f.type === 3))
    assert.equal(grids.find((f) => f.properties.code === world.facts.home).extent, 4096)
    const cases = await until('the case on the map', async () => decode(await get('cases'), 'cases'), (f) => f.length >= 1)
    assert.equal(cases[0].type, 1)
    const foreign = await get('cases', 'member-b')
    assert.equal(foreign.status, 204, 'a member of another grid sees no case there')
    assert.ok(decode(await get('places'), 'places').length >= 1)
    assert.ok([200, 204].includes((await get('buildings')).status))
    assert.ok([200, 204].includes((await get('points')).status))
    const again = await get('grids', 'center', { 'If-None-Match': (await get('grids')).headers.get('etag') })
    assert.equal(again.status, 304)
  })

  test('tiles that do not exist', async () => {
    for (const path of ['nothing/1/0/0.mvt', 'grids/1/2/0.mvt', 'grids/30/0/0.mvt', 'grids/1/0/abc.mvt', 'grids/1/0/-1.mvt', 'grids/x/0/0.mvt'])
      assert.equal((await world.as('center').send('GET', `/api/tiles/${path}`)).status, 404, path)
  })

  test('who holds posts, and their card as PDF', async () => {
    const staff = await ok(world.as('member1').GET('/api/places/{code}/staff', named(world.facts.home)))
    assert.ok(staff.members.length >= 1 && staff.leaders.length >= 1)
    const card = await world.as('center').send('GET', `/api/places/${world.facts.home}/card`)
    assert.equal(card.bytes.subarray(0, 5).toString(), '%PDF-')
    await refused(world.as('center').GET('/api/places/{code}/card', named('530103003999')), 'not-found')
    await refused(world.as('center').GET('/api/places/{code}/staff', named('530103003999')), 'not-found')
  })
})
