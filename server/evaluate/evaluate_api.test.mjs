/* Figures over HTTP, on the demo's data: 736 items of 小龙路, 98.51 % disposed, and everything adds up. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, refused } from '../../tests/harness.mjs'

const PILOT = '530103003001'

forEachDatabase('figures', (world) => {
  const stats = (login, query = {}) => ok(world.as(login).GET('/api/stats/cases', { params: { query } }))
  const sum = (rows, what) => rows.reduce((n, r) => n + r[what], 0)

  test('the pilot community: 736 items, 521, 86 and 129, of which 725 are disposed of', async () => {
    const s = await stats('center', { under: PILOT })
    assert.deepEqual([s.total, s.disposed, s.disposed_permyriad], [736, 725, 9851])
    assert.equal(s.reopened, 7, 'some were opened again and handled once more')
    assert.deepEqual(Object.fromEntries(s.by_class.map((r) => [r.code, r.total])), { city: 521, order: 86, social: 129 })
    const list = await ok(world.as('center').GET('/api/cases', { params: { query: { under: PILOT, limit: 1 } } }))
    assert.equal(list.total, 736)
  })

  test('every breakdown adds up to the whole', async () => {
    const s = await stats('center')
    for (const by of ['by_class', 'by_state', 'by_place', 'by_channel']) {
      assert.equal(sum(s[by], 'total'), s.total, by)
      assert.equal(sum(s[by], 'archived'), s.archived, by)
      for (const row of s[by]) assert.match(row.name, /\p{Script=Han}/u, `${by} ${row.code} has a name`)
    }
    assert.equal(sum(s.by_day, 'received'), s.total)
    assert.ok(s.definitions.length >= 5)
    assert.ok(s.satisfied <= s.rated && s.rated <= s.total)
  })

  /* Which list belongs to which figure: what to say of it, the filter, and where the figure stands (a row of none is left out). `each`:
   * also within every row. */
  function lists(s, at, each) {
    const found = [['total', {}, (s) => s.total]]
    for (const phase of ['disposed', 'open', 'archived', 'late', 'rated', 'satisfied', 'reopened']) found.push([phase, { phase }, (s) => s[phase]])
    for (const [by, filter] of [['by_class', 'category'], ['by_state', 'state'], ['by_place', 'under'], ['by_channel', 'channel'], ['by_department', 'department']])
      for (const { code } of s[by].slice(0, 12)) {
        const row = (s) => s[by].find((r) => r.code === code)
        found.push([`${filter} ${code}`, { [filter]: code }, (s) => row(s)?.total ?? 0])
        for (const phase of each ? ['disposed', 'archived', 'late'] : []) found.push([`${filter} ${code} ${phase}`, { [filter]: code, phase }, (s) => row(s)?.[phase] ?? 0])
      }
    for (const { date } of s.by_day.slice(-8)) {
      const start = new Date(`${date}T00:00:00+08:00`), end = new Date(start.getTime() + 86_400_000)
      const inside = (name) => ({ [`${name}from`]: start.toISOString(), [`${name}to`]: end.toISOString() })
      const day = (s) => s.by_day.find((d) => d.date === date)
      if (!at.from) found.push([date, inside(''), (s) => day(s)?.received ?? 0])
      found.push([`${date} archived`, { phase: 'archived', ...inside('closed_') }, (s) => day(s)?.archived ?? 0])
    }
    return found
  }

  test('behind every figure is a list of exactly as many cases', async () => {
    const count = async (login, query) => (await ok(world.as(login).GET('/api/cases', { params: { query: { ...query, duty: true, limit: 1 } } }))).total
    const month = { from: '2026-05-01T00:00:00+08:00', to: '2026-06-01T00:00:00+08:00' }
    for (const [login, at, each] of [['center', {}, true], ['center', { under: PILOT }], ['leader1', month], ['dept1', {}], ['dept1', { under: PILOT, ...month }, true], ['member1', {}, true]]) {
      let s = await stats(login, at)
      let left = lists(s, at, each)
      assert.ok(left.length > 20, login)
      for (let round = 0; left.length; round++) { // a case may become late or end by itself between a figure and its list
        const differ = []
        for (const [what, filter, figure] of left) {
          const listed = await count(login, { ...at, ...filter })
          if (listed !== figure(s)) differ.push([what, filter, figure, listed])
        }
        assert.ok(round < 3 || !differ.length, `${login} ${JSON.stringify(at)} ${differ.map(([what, , figure, listed]) => `${what}: ${figure(s)}, listed ${listed}`).join('; ')}`)
        left = differ
        if (left.length) s = await stats(login, at)
      }
    }
  })

  const at = async (login, path, query = {}) => ok(world.as(login).GET(path, { params: { query } }))
  const rate = (row, what) => row.rates.find((r) => r.what === what)
  const length = async (query) => (await at('center', '/api/cases', { ...query, duty: true, limit: 1 })).total

  test('people and grids are judged by rates, each with what it is of and a list behind it', async () => {
    for (const [path, filter] of [['/api/stats/members', 'handed_by'], ['/api/stats/grids', 'under']]) {
      const s = await at('center', path, { under: PILOT })
      assert.ok(s.items.length > 2 && !s.more, path)
      assert.equal(s.weights.reduce((n, w) => n + w.weight, 0), 100)
      assert.ok(s.definitions.length >= 6)
      for (const row of s.items) {
        assert.ok(row.name, row.code)
        const judged = row.rates.filter((r) => r.permyriad !== undefined)
        assert.ok(row.rates.every((r) => (r.permyriad === undefined) === (r.n === 0) && (r.permyriad ?? 0) <= 10_000 && r.n >= 0))
        assert.equal(rate(row, 'kept').n, row.handled)
        assert.ok(rate(row, 'on-time').n <= row.handled && rate(row, 'first-time').n <= row.handled)
        assert.equal(row.score === undefined, row.handled < 5, `${row.code}: no score of a few`)
        if (row.score !== undefined) {
          const weigh = (r) => s.weights.find((w) => w.what === r.what).weight
          const all = judged.reduce((n, r) => n + weigh(r), 0)
          assert.equal(row.score, Math.floor((judged.reduce((n, r) => n + r.permyriad * weigh(r), 0) + Math.floor(all / 2)) / all))
        }
      }
      const lists = { 'on-time': 'due', 'first-time': 'checked', kept: 'handed', found: 'seen' }
      /* What differs between somebody's rates and the lists behind them. */
      const differing = async (row) => {
        const of = { under: PILOT, [filter]: filter === 'under' ? row.code : Number(row.code) }
        const wrong = []
        const same = (what, listed, figure) => listed === figure || wrong.push(`${row.name} ${what}: ${figure}, listed ${listed}`)
        same('handed in', await length({ ...of, judged: 'handed' }), row.handled)
        for (const r of row.rates) {
          const good = await length({ ...of, judged: r.what })
          same(`${r.what} of`, await length({ ...of, judged: lists[r.what] }), r.n)
          if (r.n) same(r.what, Math.floor((good * 10_000 + Math.floor(r.n / 2)) / r.n), r.permyriad)
        }
        return wrong
      }
      let left = s.items
      for (let round = 0; left.length; round++) { // a case may go on by itself between a figure and its list
        const wrong = (await Promise.all(left.map(async (row) => ({ row, wrong: await differing(row) })))).filter((r) => r.wrong.length)
        assert.ok(round < 3 || !wrong.length, wrong.flatMap((r) => r.wrong).join('; '))
        const again = wrong.length ? (await at('center', path, { under: PILOT })).items : []
        left = wrong.map(({ row }) => again.find((r) => r.code === row.code)).filter(Boolean)
      }
      if (filter === 'handed_by') for (const row of s.items.slice(0, 6)) assert.equal(await length({ under: PILOT, handed_by: Number(row.code) }), row.handled, row.name)
    }
    const grids = await at('center', '/api/stats/grids', { under: PILOT })
    const whole = await stats('center', { under: PILOT })
    const handled = sum(grids.items, 'handled')
    assert.ok(handled >= whole.disposed && handled <= whole.total, 'whatever is disposed of was handed in')
    const again = grids.items.reduce((n, row) => n + Math.round(row.handled - (row.handled * (rate(row, 'kept').permyriad ?? 0)) / 10_000), 0)
    assert.equal(again, whole.reopened)
    for (const row of grids.items) {
      const of = await Promise.all(['member', 'leader', 'qr', 'web', 'hotline'].map((channel) => length({ under: row.code, channel })))
      const [found, seen] = [of[0] + of[1], of.reduce((a, b) => a + b)]
      assert.deepEqual(rate(row, 'found'), { what: 'found', n: seen, ...(seen ? { permyriad: Math.floor((found * 10_000 + Math.floor(seen / 2)) / seen) } : {}) })
    }
    const english = await ok(world.as('center').GET('/api/stats/grids', { params: { query: { under: PILOT } }, headers: { 'accept-language': 'en' } }))
    assert.match(english.definitions[0], /^Score/)
  })

  test('scores stay within the scope and the time', async () => {
    const own = await at('member1', '/api/stats/grids')
    assert.ok(own.items.length >= 1)
    for (const row of own.items) assert.ok((await at('member1', '/api/cases', { under: row.code, limit: 1 })).total > 0)
    await refused(world.as('member1').GET('/api/stats/members', { params: { query: { under: '530103003002' } } }), 'not-found')
    const before = { from: '2001-01-01T00:00:00+08:00', to: '2002-01-01T00:00:00+08:00' }
    assert.deepEqual((await at('center', '/api/stats/members', before)).items, [])
    assert.deepEqual((await at('center', '/api/stats/grids', before)).items, [])
  })

  test('the centre rates a handled case; its rating stands beside the reporter\'s', async () => {
    const of = (id) => ({ params: { path: { id } } })
    const [rated] = (await at('center', '/api/cases', { under: PILOT, phase: 'rated', limit: 1 })).items
    const [open] = (await at('center', '/api/cases', { under: PILOT, state: 'handling', limit: 1 })).items
    const put = (login, id, body) => world.as(login).PUT('/api/cases/{id}/evaluation', { ...of(id), body })
    const seen = (login) => ok(world.as(login).GET('/api/cases/{id}/evaluation', of(rated.id)))
    assert.deepEqual({ ...(await seen('center')), reporter_note: '' }, { reporter: rated.satisfaction, reporter_note: '', version: 0, may_rate: true })
    const first = await ok(put('center', rated.id, { version: 0, satisfaction: 'fair', note: '处置及时，现场照片不全' }))
    assert.deepEqual([first.reporter, first.centre, first.centre_note, first.version], [rated.satisfaction, 'fair', '处置及时，现场照片不全', 1])
    assert.ok(first.centre_by && first.centre_at)
    await refused(put('center', rated.id, { version: 0, satisfaction: 'satisfied' }), 'version.stale')
    const second = await ok(put('center', rated.id, { version: 1, satisfaction: 'satisfied' }))
    assert.deepEqual([second.centre, second.centre_note, second.version], ['satisfied', undefined, 2])
    await refused(put('center', rated.id, { version: 1, satisfaction: 'fair' }), 'version.stale')
    assert.equal((await seen('leader1')).may_rate, false)
    await refused(put('leader1', rated.id, { version: 2, satisfaction: 'fair' }), 'auth.denied')
    await refused(put('center', 999_999_999, { version: 0, satisfaction: 'fair' }), 'not-found')
    await refused(world.as('member-b').GET('/api/cases/{id}/evaluation', of(rated.id)), 'not-found')
    await refused(put('center', open.id, { version: 0, satisfaction: 'fair' }), 'evaluate.not-yet')
    await refused(put('center', rated.id, { version: 2, satisfaction: 'splendid' }), 'input.invalid')
  })

  test('several posts of several kinds: all of it is counted, once', async () => {
    const give = (id, body) => ok(world.as('security').POST('/api/accounts/{id}/posts', { params: { path: { id } }, body }), 201)
    const a = await ok(world.as('admin').POST('/api/accounts', { body: { login: 'many-posts', name: '多岗', password: 'Viele-Posten-2026' } }), 201)
    const whole = await stats('center', { under: PILOT })
    const grids = whole.by_place.map((r) => r.code)
    const departments = (await stats('center')).by_department.map((r) => r.code).slice(0, 4)
    for (const place of grids.slice(0, 3)) await give(a.id, { role: 'inspector', place })
    for (const department of departments) await give(a.id, { role: 'department', department })
    const me = await world.signIn('many-posts', 'Viele-Posten-2026')
    await ok(me.POST('/api/me/password', { body: { old: 'Viele-Posten-2026', new: 'Mehr-Posten-2026!' } }), 204)
    const s = await ok(me.GET('/api/stats/cases', { params: { query: {} } }))
    const list = async (query) => (await ok(me.GET('/api/cases', { params: { query: { limit: 1, ...query } } }))).total
    assert.equal(s.total, await list({ duty: true }))
    for (const code of departments) assert.ok(s.by_department.some((r) => r.code === code), code)
    for (const row of whole.by_place.slice(0, 3)) assert.equal(await list({ duty: true, under: row.code }), row.total, row.code)
    assert.ok(s.total < whole.total + 1 && await list({}) >= s.total)
    assert.match(s.under_name, /等7处$/)
  })

  test('a scope sees its own figures only', async () => {
    const member = await stats('member1')
    const own = await ok(world.as('member1').GET('/api/cases', { params: { query: { limit: 1 } } }))
    assert.ok(member.total <= own.total && member.total > 0)
    assert.equal((await stats('member-b')).total, 0)
    const month = await stats('center', { from: '2026-05-01T00:00:00+08:00', to: '2026-06-01T00:00:00+08:00' })
    assert.ok(month.total > 0 && month.total < 736)
    await refused(world.as('center').GET('/api/stats/cases', { params: { query: { from: 'May' } } }), 'input.invalid')
  })

  test('39 leaders and 245 members are on their grids', async () => {
    const all = async (role) => {
      const found = []
      let page
      do {
        const part = await ok(world.as('center').GET('/api/staff', { params: { query: { role, ...(page ? { page } : {}) } } }))
        found.push(...part.items)
        page = part.next
      } while (page)
      return found
    }
    assert.equal((await all('leader')).length, 39)
    assert.equal((await all('member')).length, 245 + 1)
  })

  test('wangge verify is clean after init', async () => {
    const report = await world.verify()
    assert.deepEqual(report.findings, [])
    assert.ok(report.rows > 5000)
  })
}, { data: 'demo' })
