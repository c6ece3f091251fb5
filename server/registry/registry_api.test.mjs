/* Buildings and their plates over HTTP. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'

const named = (code) => ({ params: { path: { code } } })
let made = 0

function building(world, more = {}) {
  const [lon, lat] = world.grid().inside
  const n = ++made
  return { address: `测试路${n}号`, name: `测试楼${n}栋`, lon, lat, units: 3, floors: 6, households: 36, ...more }
}

forEachDatabase('buildings', (world) => {
  const add = (more, login = 'center') => world.as(login).POST('/api/buildings', { body: building(world, more) })

  test('a building gets its code from the grid that holds it', async () => {
    const b = await ok(add(), 201)
    assert.equal(b.grid, world.facts.home)
    assert.match(b.code, new RegExp(`^${world.facts.home}[0-9]{4}$`))
    assert.match(b.plate_url, new RegExp(`/b/${b.code}`))
    assert.deepEqual(await ok(world.as('member1').GET('/api/buildings/{code}', named(b.code))), b)
    const second = await ok(add(), 201)
    assert.notEqual(second.code, b.code)
  })

  test('an address is taken once, however it is written', async () => {
    await ok(add({ address: '白塔路２８号 甲' }), 201)
    await refused(add({ address: '白塔路28号甲' }), 'building.address-taken')
  })

  test('one address from many at once becomes one building', async () => {
    const body = building(world, { address: '并发路1号' })
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.as('center').POST('/api/buildings', { body })))
    const codes = answers.map((a) => a.error?.code ?? 'made').sort()
    assert.deepEqual(codes, [...new Array(7).fill('building.address-taken'), 'made'])
  })

  test('outside the territory and in another scope nothing is added', async () => {
    await refused(add({ lon: 100, lat: 20 }), 'place.outside')
    const [lon, lat] = world.grid(world.facts.other).inside
    const { response, error } = await world.as('leader1').POST('/api/buildings', { body: building(world, { lon, lat }) })
    assert.equal(response.status >= 400, true, 'leader1 leads another community')
    assert.match(error.code, /^(not-found|place.outside|auth.denied)$/)
    await ok(add({}, 'leader1'), 201)
  })

  test('wrong numbers are named one by one', async () => {
    const problem = await refused(add({ units: 0, floors: 151, households: -1, name: '' }), 'input.invalid')
    assert.deepEqual(problem.errors.map((e) => e.pointer).sort(), ['/floors', '/households', '/name', '/units'])
  })

  test('changes need the version that was read', async () => {
    const b = await ok(add(), 201)
    const change = (body) => world.as('center').PATCH('/api/buildings/{code}', { ...named(b.code), body })
    const c = await ok(change({ version: b.version, name: '新名', units: 4 }))
    assert.deepEqual([c.name, c.units, c.floors, c.version], ['新名', 4, 6, b.version + 1])
    await refused(change({ version: b.version, units: 5 }), 'version.stale')
    await refused(world.as('center').PATCH('/api/buildings/{code}', { ...named('000'), body: { version: 1 } }), 'not-found')
  })

  test('the list is scoped, searched and paged without gaps', async () => {
    const b = await ok(add({ name: '凤鸣大厦' }), 201)
    const list = async (login, query = {}) => ok(world.as(login).GET('/api/buildings', { params: { query } }))
    assert.deepEqual((await list('center', { q: '凤鸣' })).items.map((i) => i.code), [b.code])
    const all = []
    let page
    do {
      const part = await list('center', page ? { page } : {})
      all.push(...part.items.map((i) => i.code))
      page = part.next
    } while (page)
    assert.equal(new Set(all).size, all.length)
    assert.ok(all.length >= 310)
    assert.ok((await list('member1')).items.every((i) => i.grid === world.facts.home))
    assert.ok((await list('center', { under: world.facts.other })).items.every((i) => i.grid === world.facts.other))
    const foreign = all.find((c) => c.startsWith(world.facts.other))
    await refused(world.as('member1').GET('/api/buildings/{code}', named(foreign)), 'not-found')
  })

  test('plates are PDF', async () => {
    const { items } = await ok(world.as('center').GET('/api/buildings', { params: { query: { under: world.facts.home } } }))
    const one = await world.as('center').send('GET', `/api/buildings/${items[0].code}/plate`)
    const all = await world.as('leader1').send('GET', `/api/places/${world.facts.home}/plates`)
    for (const reply of [one, all]) {
      assert.equal(reply.status, 200)
      assert.equal(reply.bytes.subarray(0, 5).toString(), '%PDF-')
      assert.match(reply.bytes.subarray(-32).toString('latin1'), /%%EOF\s*$/)
    }
    assert.ok(all.bytes.length > one.bytes.length)
    await refused(world.as('member1').GET('/api/places/{code}/plates', named(world.facts.other)), 'not-found')
    await refused(world.as('center').GET('/api/buildings/{code}/plate', named('nothing')), 'not-found')
  })
})
