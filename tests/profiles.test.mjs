/* The profiles beside donghua: each is set up with its demo by `wangge init --profile`, and the figures that were published about the
 * place come back over the interface. donghua's are in server/evaluate. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { command } from './lib/server.mjs'
import { drop, ENGINES, fresh } from './lib/databases.mjs'
import { Caller, ok, PASSWORD, Server } from './harness.mjs'

const NAMED = ['admin', 'security', 'auditor', 'center', 'street', 'leader1', 'member1', 'dept1', 'inspector1']
const NOW = Date.parse('2026-11-23T10:00:00+08:00')

/** Sets the profile up and gives `define` a way to sign in. */
function forProfile(profile, define) {
  for (const engine of ENGINES)
    describe(`${profile} [${engine}]`, { timeout: 600_000 }, () => {
      const world = {}
      before(async () => {
        Object.assign(world, await fresh(engine, profile, NOW - 600_000))
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
        for (const login of NAMED) assert.equal((await ok((await world.as(login)).GET('/api/me'))).login, login)
      })
      test('what was written can be verified', async () => {
        const { code, stdout } = await command(['verify', '--json', '--db', world.database.url], { at: NOW, env: world.database.env })
        assert.equal(code, 0, stdout)
      })
      define(world, engine)
    })
}

forProfile('xinglongtai', (world, engine) => {
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

  test('36,460 cases are moved through the flow within a minute', { skip: engine !== 'sqlite' }, () => assert.ok(world.seconds < 60, `${world.seconds} s`))
})
