/* The profiles beside donghua: each is set up with its demo by `wangge init --profile`, and the figures that were published about the
 * place come back over the interface. donghua's are in server/evaluate. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { command, MAKER } from './lib/server.mjs'
import { drop, ENGINES, fresh, sql } from './lib/databases.mjs'
import { Caller, HANGS_MS, ok, PASSWORD, Server, until } from './harness.mjs'

const NAMED = ['admin', 'security', 'auditor', 'center', 'street', 'leader1', 'member1', 'dept1', 'inspector1']
const NOW = Date.parse('2026-11-23T10:00:00+08:00')

/** Sets the profile up and gives `define` a way to sign in. What goes over all rows is done by the quick binary (how verifying finds
 *  things is in verify.test.mjs, with the sanitized one). `flows`: so many of the demo's cases take each. */
function forProfile(profile, { flows }, define) {
  for (const engine of ENGINES)
    describe(`${profile} [${engine}]`, { timeout: HANGS_MS }, () => {
      const world = {}
      before(async () => {
        world.database = await fresh(engine, profile, NOW - 600_000)
        world.server = new Server(world.database, `profiles-${profile}-${engine}`)
        await world.server.start({ at: NOW })
        world.as = async (login) =>
          new Caller(world.server, { token: (await ok(new Caller(world.server).POST('/api/session', { body: { login, password: PASSWORD } }), 201)).token })
        world.places = async (kind) => {
          const center = await world.as('center')
          const all = []
          for (let page; ; ) {
            const some = await ok(center.GET('/api/places', { params: { query: { kind, ...(page && { page }) } } }))
            all.push(...some.items)
            page = some.next
            if (!page) return all
          }
        }
      })
      after(async () => {
        await world.server?.stop()
        if (world.database) drop(world.database)
      })
      test('the nine accounts sign in', async () => {
        for (const login of NAMED) assert.equal((await ok((await world.as(login)).GET('/api/me'))).account.login, login)
      })
      test('what was written can be verified', async () => {
        const { code, stdout } = await command(['verify', '--json', '--db', world.database.url], { at: NOW, env: world.database.env, binary: MAKER })
        assert.equal(code, 0, stdout)
      })
      test('each flow has cases that went along it, and deadlines are what their logs say', async () => {
        const rows = sql(world.database, 'SELECT flow, count(*) FROM case_case GROUP BY flow ORDER BY flow').split('\n').map((r) => r.split('|'))
        assert.deepEqual(Object.fromEntries(rows.map(([flow, n]) => [flow, Number(n)])), flows)
        const check = await command(['check', 'cases', '--json', '--db', world.database.url], { at: world.server.now(), env: world.database.env })
        assert.deepEqual(JSON.parse(check.stdout).findings, [])
      })
      define(world, engine)
    })
}

forProfile('xinglongtai', { flows: { assignment: 6, campaign: 1, dispute: 6, 'on-the-spot': 6, 'place-check': 5, 'six-step': 36427, whistle: 9 } }, (world, engine) => {
  test('8 streets, 78 communities and 13 villages of the code list, 599 grids with a member each', async () => {
    const communities = await world.places('community')
    assert.equal((await world.places('township')).length, 8)
    assert.equal(communities.filter((p) => p.code[9] === '0').length, 78)
    assert.equal(communities.filter((p) => p.code[9] === '2').length, 13)
    const grids = await world.places('grid')
    assert.equal(grids.length, 599)
    assert.equal(grids.reduce((n, g) => n + g.households, 0), 165_000)
  })

  test('a catalogue of 116 categories, in two languages, each with a unit and a limit', async () => {
    const { classes, departments } = await ok((await world.as('center')).GET('/api/catalogue'))
    const items = classes.flatMap((c) => c.items)
    assert.equal(items.length, 116)
    const units = new Set(departments.map((d) => d.code))
    for (const i of items) assert.ok(i.name && /[a-z]/.test(i.name_en) && units.has(i.unit) && i.limit_days >= 1, i.code)
  })

  test('the published case figures', async () => {
    const center = await world.as('center')
    const s = await ok(center.GET('/api/stats/cases', { params: { query: {} } }))
    assert.deepEqual([s.total, s.archived, s.archived_permyriad], [36_460, 34_498, 9462])
    assert.deepEqual([s.by_streets, s.on_the_move, s.from_public, s.satisfied_permyriad], [36_311, 1_796, 1_682, 9175])
    const count = async (query) => (await ok(center.GET('/api/cases', { params: { query: { limit: 1, duty: true, ...query } } }))).total
    assert.equal(await count({}), 36_460)
    assert.equal(await count({ phase: 'archived' }), 34_498)
    assert.equal(await count({ phase: 'rated' }), s.rated)
    assert.equal(await count({ phase: 'satisfied' }), s.satisfied)
    const channels = await Promise.all(['qr', 'web', 'hotline'].map((channel) => count({ channel })))
    assert.equal(channels.reduce((a, b) => a + b), 1_682)
    assert.equal(s.by_department.reduce((n, d) => n + d.total, 0), s.on_the_move)
    const { departments } = await ok(center.GET('/api/catalogue'))
    const beyond = new Set(departments.filter((d) => d.level).map((d) => d.code))
    const above = s.by_department.filter((d) => beyond.has(d.code)).reduce((n, d) => n + d.total, 0)
    assert.equal(s.total - above, s.by_streets)
    assert.equal(s.by_place.length, 8)
  })
})

/** Cases of the profile's demo and how many of them are disposed of; nothing is left between the levels. */
function figures(world, total, disposed, classes) {
  test('the cases of the demo, by class', async () => {
    const s = await ok((await world.as('center')).GET('/api/stats/cases', { params: { query: {} } }))
    assert.deepEqual([s.total, s.disposed], [total, disposed])
    assert.deepEqual(Object.fromEntries(s.by_class.map((r) => [r.code, r.total])), classes)
  })
}

async function catalogue(world) {
  const c = await ok((await world.as('center')).GET('/api/catalogue'))
  for (const i of c.classes.flatMap((k) => k.items)) assert.ok(i.name && /[a-z]/.test(i.name_en) && c.departments.some((d) => d.code === i.unit), i.code)
  return c
}

forProfile('zhangjiakou', { flows: { assignment: 11, campaign: 2, dispute: 12, 'five-step': 475, 'on-the-spot': 7, 'place-check': 8, whistle: 5 } }, (world) => {
  test('19 counties, 246 townships, 4,582 villages, each in its place on the map', async () => {
    for (const [kind, n] of [['county', 19], ['township', 246], ['community', 4582], ['grid', 4582]]) assert.equal((await world.places(kind)).length, n, kind)
    const city = await ok((await world.as('center')).GET('/api/places/{code}', { params: { path: { code: '1307' }, query: { geometry: 'geojson' } } }))
    assert.equal(city.geometry.type, 'Polygon')
    assert.equal(city.geometry.coordinates.length, 1, 'one whole without holes')
  })
  test('23 departments; dispatchers of the city, each county and each township', async () => {
    assert.equal((await catalogue(world)).departments.length, 23)
    const place = async (login) => (await ok((await world.as(login)).GET('/api/me'))).scope.places
    assert.deepEqual(await Promise.all(['center', 'county1', 'county19', 'street'].map(place)), [['1307'], ['130702'], ['130773'], ['130702001']])
    assert.equal((await place('street246'))[0].length, 9)
  })
  figures(world, 520, 498, { dispute: 120, environment: 120, order: 60, people: 80, petition: 30, safety: 110 })
  test('a dispute of high risk is visited with a recording and closed by the county', async () => {
    const center = await world.as('center')
    const { items } = await ok(center.GET('/api/cases', { params: { query: { kind: 'dispute', state: 'closed', limit: 100 } } }))
    const views = await Promise.all(items.map((i) => ok(center.GET('/api/cases/{id}', { params: { path: { id: i.id } } }))))
    const high = views.filter((v) => v.steps.some((s) => s.action === 'visited_high'))
    assert.equal(high.length, 1)
    const [visit] = high[0].steps.filter((s) => s.action === 'visited_high')
    assert.deepEqual([visit.photos.map((p) => p.type), high[0].steps.at(-1).action], [['audio/wav'], 'reviewed_high'])
    assert.equal((await center.send('GET', visit.photos[0].url)).bytes.subarray(0, 4).toString(), 'RIFF')
  })
  test('1-3-5: what is late has its card, each once; counts and list agree', async () => {
    const center = await world.as('center')
    const count = async (view) => (await ok(center.GET('/api/case-counts'))).counts.find((c) => c.view === view).count
    const list = async (card) => (await ok(center.GET('/api/cases', { params: { query: { card, limit: 100 } } }))).items
    const red = await until('the red cards', () => list('red'), (items) => items.length > 0)
    assert.equal(await count('red'), red.length)
    const yellow = await list('yellow')
    assert.equal(await count('yellow'), yellow.length)
    for (const item of [...red.slice(0, 3), ...yellow.slice(0, 3)]) {
      const { cards, steps } = await ok(center.GET('/api/cases/{id}', { params: { path: { id: item.id } } }))
      const told = cards.filter((c) => c.kind !== 'check')
      assert.deepEqual(told.map((c) => c.kind), item.card === 'red' ? ['yellow', 'red'] : ['yellow'])
      assert.equal(steps.filter((s) => s.action.startsWith('card-')).length, cards.length)
      assert.ok(told.every((c) => Date.parse(c.at) <= NOW + 60_000 && !c.withdrawn))
    }
  })
})

forProfile('dapeng', { flows: { assignment: 4, campaign: 1, dispute: 4, grading: 9, 'on-the-spot': 5, 'place-check': 4, 'six-step-full': 386, volunteer: 4, whistle: 3 } }, (world) => {
  test('three streets under a code of the profile, 25 communities, 54 grids', async () => {
    const streets = await world.places('township')
    assert.deepEqual(streets.map((p) => [p.code, p.name]), [['440391009', '葵涌街道'], ['440391010', '大鹏街道'], ['440391011', '南澳街道']])
    assert.equal((await world.places('community')).length, 25)
    assert.equal((await world.places('grid')).length, 54)
  })
  test('6 classes, 43 items', async () => {
    const { classes } = await catalogue(world)
    assert.deepEqual([classes.length, classes.flatMap((c) => c.items).length], [6, 43])
  })
  figures(world, 420, 402, { city: 80, ecology: 40, order: 60, people: 90, safety: 130, service: 20 })
})

forProfile('dongguan', { flows: { campaign: 1, dispute: 23, 'place-check': 4, service: 361, 'six-step': 132, volunteer: 26, whistle: 3 } }, (world) => {
  test('one community: 7 compounds, 82 buildings, 4,377 households', async () => {
    const grids = await world.places('grid')
    assert.equal(grids.length, 7)
    assert.equal(grids.reduce((n, g) => n + g.households, 0), 4377)
    const leader = await world.as('leader1')
    const buildings = []
    for (let page; ; ) {
      const some = await ok(leader.GET('/api/buildings', { params: { query: page ? { page } : {} } }))
      buildings.push(...some.items)
      page = some.next
      if (!page) break
    }
    assert.equal(buildings.length, 82)
  })
  test('22 service items in a class of their own', async () => {
    const { classes } = await catalogue(world)
    assert.equal(classes.find((c) => c.code === 'service').items.length, 22)
  })
  figures(world, 550, 531, { dispute: 23, matter: 140, service: 387 })
})
