/* Accounts, posts, sessions, passwords over HTTP. Rules with a fake clock are in who_test.c. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, NEW_PASSWORD, ok, PASSWORD, refused, START } from '../../../tests/harness.mjs'
import { sql } from '../../../tests/lib/databases.mjs'

const MINUTE = 60_000
const at = (id) => ({ params: { path: { id } } })
let made = 0

/** An account that nobody else uses; with a post when one is given. */
async function account(world, post) {
  const login = `someone-${++made}`
  const a = await ok(world.as('admin').POST('/api/accounts', { body: { login, name: '测试人员', password: PASSWORD } }), 201)
  if (!post) return a
  return ok(world.as('security').POST('/api/accounts/{id}/posts', { ...at(a.id), body: post }), 201)
}

const tryPassword = (world, login, password, from) => world.anyone({ from }).POST('/api/session', { body: { login, password } })

forEachDatabase('sessions', (world) => {
  test('signing in gives a token, a cookie and who one is', async () => {
    const reply = await world.anyone().send('POST', '/api/session', {
      headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login: ' Center ', password: PASSWORD }),
    })
    const session = JSON.parse(reply.text)
    assert.equal(reply.status, 201)
    assert.equal(session.user.account.login, 'center')
    assert.match(session.token, /^[A-Za-z0-9_-]{43}$/)
    const cookie = reply.headers.get('set-cookie')
    for (const word of [`=${session.token}`, 'HttpOnly', 'SameSite=Strict', 'Path=/']) assert.ok(cookie.includes(word), cookie)
    const me = await ok(world.anyone({ headers: { Cookie: cookie.split(';')[0] } }).GET('/api/me'))
    assert.equal(me.account.id, session.user.account.id)
    assert.deepEqual(me.scope.places, ['530103003'])
  })

  test('the token itself is nowhere in the database, also when the request carried an Idempotency-Key', async () => {
    const key = `session-key-${Date.now()}`
    const caller = world.anyone({ headers: { 'Idempotency-Key': key } })
    const first = await ok(caller.POST('/api/session', { body: { login: 'street', password: PASSWORD } }), 201)
    assert.equal(sql(world.database, `SELECT count(*) FROM app_idempotency WHERE answer LIKE '%${first.token}%'`), '0')
    const second = await ok(caller.POST('/api/session', { body: { login: 'street', password: PASSWORD } }), 201)
    assert.notEqual(second.token, first.token)
  })

  test('signing out ends the session at once', async () => {
    const a = await account(world)
    const someone = await world.signIn(a.login)
    await ok(someone.GET('/api/me'))
    await ok(someone.DELETE('/api/session'), 204)
    await refused(someone.GET('/api/me'), 'session.expired')
  })

  test('a session that does not exist is told from none at all', async () => {
    await refused(world.anyone().GET('/api/me'), 'auth.needed')
    await refused(world.anyone({ token: 'x'.repeat(43) }).GET('/api/me'), 'session.expired')
    await refused(world.anyone({ token: 'short' }).GET('/api/me'), 'session.expired')
  })

  test('a wrong password and an unknown login get the same answer', async () => {
    const a = await account(world)
    const one = await refused(tryPassword(world, a.login, 'Falsch-0000'), 'session.wrong')
    const other = await refused(tryPassword(world, 'nobody-at-all', 'Falsch-0000'), 'session.wrong')
    assert.deepEqual({ ...one, instance: '' }, { ...other, instance: '' })
  })

  test('with a cookie, only our own pages may write', async () => {
    const token = world.facts.tokens.center
    const cookie = { Cookie: `wangge_session=${token}` }
    const id = 999_999
    const write = (headers) => world.anyone({ headers: { ...cookie, ...headers } }).DELETE('/api/accounts/{id}/lock', at(id))
    await refused(write({ 'Sec-Fetch-Site': 'cross-site' }), 'auth.csrf')
    await refused(write({ 'Sec-Fetch-Site': 'same-site' }), 'auth.csrf')
    await refused(write({ Origin: 'https://evil.example' }), 'auth.csrf')
    await refused(write({ Origin: `http://evil.example/127.0.0.1:${world.server.port}` }), 'auth.csrf')
    await refused(write({ Origin: world.server.url, 'Sec-Fetch-Site': 'same-origin' }), 'auth.denied')
    await refused(world.anyone({ token, headers: { Origin: 'https://evil.example' } }).DELETE('/api/accounts/{id}/lock', at(id)),
      'auth.denied')
  })

  test('an administrator ends somebody\'s sessions', async () => {
    const a = await account(world)
    const someone = await world.signIn(a.login)
    await ok(world.as('security').DELETE('/api/accounts/{id}/sessions', at(a.id)), 204)
    await refused(someone.GET('/api/me'), 'session.expired')
  })

  test('a disabled account is out at once and cannot sign in', async () => {
    const a = await account(world)
    const someone = await world.signIn(a.login)
    const off = await ok(world.as('admin').PATCH('/api/accounts/{id}', { ...at(a.id), body: { version: a.version, disabled: true } }))
    assert.equal(off.state, 'disabled')
    await refused(someone.GET('/api/me'), 'session.expired')
    await refused(tryPassword(world, a.login, PASSWORD), 'account.disabled')
    await refused(world.as('security').POST('/api/accounts/{id}/posts', { ...at(a.id), body: { role: 'inspector', place: '530103003' } }),
      'account.disabled')
  })

  test('too many tries from one address are slowed down', async () => {
    let last
    for (let i = 0; i < 32 && last?.response.status !== 429; i++)
      last = await world.anyone({ from: '203.0.113.7' }).POST('/api/session', { body: { login: '', password: '' } })
    await refused(Promise.resolve(last), 'rate.limited')
    assert.ok(Number(last.response.headers.get('retry-after')) >= 1)
  })
})

forEachDatabase('sessions over time', (world) => {
  test('five wrong passwords lock for 15 minutes, through a restart, and the right one does not open', async () => {
    const a = await account(world)
    for (let i = 0; i < 5; i++) await refused(tryPassword(world, a.login, `Falsch-${i}`), 'session.wrong')
    const locked = await tryPassword(world, a.login, PASSWORD)
    await refused(Promise.resolve(locked), 'session.locked')
    const wait = Number(locked.response.headers.get('retry-after'))
    assert.ok(wait > 800 && wait <= 900, `Retry-After ${wait}`)
    const seen = await ok(world.as('admin').GET('/api/accounts/{id}', at(a.id)))
    assert.equal(seen.state, 'locked')

    await world.server.restart()
    await refused(tryPassword(world, a.login, PASSWORD), 'session.locked')
    await world.server.restart({ at: world.server.now() + 14 * MINUTE })
    await refused(tryPassword(world, a.login, PASSWORD), 'session.locked')
    await world.server.restart({ at: world.server.now() + 2 * MINUTE })
    await ok(tryPassword(world, a.login, PASSWORD), 201)
  })

  test('an unknown login locks just the same', async () => {
    for (let i = 0; i < 5; i++) await refused(tryPassword(world, 'not-there', `Falsch-${i}`), 'session.wrong')
    await refused(tryPassword(world, 'not-there', 'Falsch-5'), 'session.locked')
  })

  test('the security administrator lifts a lock', async () => {
    const admin = await world.signIn('admin')
    const security = await world.signIn('security')
    const a = await ok(admin.POST('/api/accounts', { body: { login: 'locked-out', name: '锁定', password: PASSWORD } }), 201)
    for (let i = 0; i < 5; i++) await refused(tryPassword(world, a.login, `Falsch-${i}`), 'session.wrong')
    await ok(security.DELETE('/api/accounts/{id}/lock', at(a.id)), 204)
    await ok(tryPassword(world, a.login, PASSWORD), 201)
  })

  test('a session ends when idle and, however busy, at its end', async () => {
    const admin = await world.signIn('admin')
    const member = await world.signIn('member1')
    const begun = world.server.now()
    await world.server.restart({ at: begun + 25 * MINUTE })
    await ok(admin.GET('/api/me'))
    await world.server.restart({ at: begun + 50 * MINUTE })
    await ok(admin.GET('/api/me')) // idle for 25 minutes only
    await world.server.restart({ at: begun + 82 * MINUTE })
    await refused(admin.GET('/api/me'), 'session.expired')
    await ok(member.GET('/api/me'))
    for (const hours of [11, 22, 33]) {
      await world.server.restart({ at: begun + hours * 60 * MINUTE })
      await ok(member.GET('/api/me'))
    }
    await world.server.restart({ at: begun + 7 * 24 * 60 * MINUTE + MINUTE })
    await refused(member.GET('/api/me'), 'session.expired')
  })

  test('a password expires after half a year and is changed before anything else', async () => {
    await world.server.restart({ at: START + 181 * 24 * 60 * MINUTE })
    const leader = await world.signIn('leader1')
    const me = await ok(leader.GET('/api/me'))
    assert.equal(me.account.must_change_password, true)
    await refused(leader.GET('/api/cases'), 'account.password-must-change')
    await ok(leader.POST('/api/me/password', { body: { old: PASSWORD, new: NEW_PASSWORD } }), 204)
    await ok(leader.GET('/api/cases'))
  })
})

forEachDatabase('passwords', (world) => {
  test('a first password has to be changed first', async () => {
    const a = await account(world, { role: 'inspector', place: '530103003' })
    const someone = await world.signIn(a.login)
    await refused(someone.GET('/api/cases'), 'account.password-must-change')
    await ok(someone.POST('/api/me/password', { body: { old: PASSWORD, new: NEW_PASSWORD } }), 204)
    await ok(someone.GET('/api/cases'))
    await refused(tryPassword(world, a.login, PASSWORD), 'session.wrong')
    await ok(tryPassword(world, a.login, NEW_PASSWORD), 201)
  })

  for (const [password, code] of [
    ['Ab1!', 'too-short'], ['abcdefg1', 'too-simple'], ['1234567890', 'common'], ['Password123', 'common'],
    ['aaaaaaaaaaaa', 'common'], ['x'.repeat(129), 'too-long'],
  ])
    test(`the password ${password.slice(0, 12)} is refused as ${code}`, async () => {
      const body = { login: `pw-${code}`, name: '某人', password }
      const problem = await refused(world.as('admin').POST('/api/accounts', { body }), 'input.invalid')
      assert.deepEqual(problem.errors.map((e) => [e.pointer, e.code]), [['/password', code]])
    })

  test('the login inside a password and one used before are refused', async () => {
    const a = await account(world)
    const someone = await world.signIn(a.login)
    const change = (password) => someone.POST('/api/me/password', { body: { old: PASSWORD, new: password } })
    const named = await refused(change(`Xy-${a.login}-9`), 'input.invalid')
    assert.equal(named.errors[0].code, 'contains-login')
    const again = await refused(change(PASSWORD), 'input.invalid')
    assert.deepEqual([again.errors[0].pointer, again.errors[0].code], ['/new', 'used-before'])
    await refused(someone.POST('/api/me/password', { body: { old: 'Falsch-0000', new: NEW_PASSWORD } }), 'session.wrong')
  })

  test('a reset ends sessions and asks for a new password', async () => {
    const a = await account(world)
    const someone = await world.signIn(a.login)
    await ok(world.as('security').POST('/api/accounts/{id}/password', { ...at(a.id), body: { password: NEW_PASSWORD } }), 204)
    await refused(someone.GET('/api/me'), 'session.expired')
    const me = await ok((await world.signIn(a.login, NEW_PASSWORD)).GET('/api/me'))
    assert.equal(me.account.must_change_password, true)
  })
})

forEachDatabase('accounts', (world) => {
  test('logins are unique, folded, and of certain characters', async () => {
    const a = await account(world)
    const make = (login) => world.as('admin').POST('/api/accounts', { body: { login, name: '某人', password: PASSWORD } })
    await refused(make(a.login.toUpperCase()), 'account.login-taken')
    const wrong = await refused(make('no blanks'), 'input.invalid')
    assert.equal(wrong.errors[0].pointer, '/login')
  })

  test('one login or one post from many at once is given once', async () => {
    const make = () => world.as('admin').POST('/api/accounts', { body: { login: 'racing', name: '某人', password: PASSWORD } })
    const made = await Promise.all(Array.from({ length: 4 }, make))
    assert.deepEqual(made.map((a) => a.error?.code ?? 'made').sort(), [...new Array(3).fill('account.login-taken'), 'made'])
    const { id } = made.find((a) => a.data).data
    const give = () => world.as('security').POST('/api/accounts/{id}/posts', { ...at(id), body: { role: 'inspector', place: '530103003' } })
    const given = await Promise.all(Array.from({ length: 6 }, give))
    assert.deepEqual(given.map((a) => a.error?.code ?? 'given').sort(), ['given', ...new Array(5).fill('post.overlap')])
  })

  test('all field errors come at once, in both languages', async () => {
    const body = { login: 'x', name: '', phone: 'abc', password: '', nickname: 'y' }
    const problem = await refused(world.as('admin').POST('/api/accounts', { body }), 'input.invalid')
    const pointers = problem.errors.map((e) => e.pointer).sort()
    assert.deepEqual(pointers, ['/login', '/name', '/nickname', '/password', '/phone'])
    for (const e of problem.errors) assert.ok(/[\u4e00-\u9fff]/.test(e.texts.zh) && /^[\x20-\x7e–]+$/.test(e.texts.en), JSON.stringify(e))
  })

  test('changes need the version that was read', async () => {
    const a = await account(world)
    const change = (body) => world.as('admin').PATCH('/api/accounts/{id}', { ...at(a.id), body })
    const b = await ok(change({ version: a.version, name: '改名', phone: '13812345678' }))
    assert.equal(b.version, a.version + 1)
    assert.equal(b.name, '改名')
    assert.equal(b.phone, '138****5678')
    await refused(change({ version: a.version, name: '再改' }), 'version.stale')
    assert.equal((await ok(world.as('admin').GET('/api/accounts/{id}', at(a.id)))).name, '改名')
    await refused(world.as('admin').PATCH('/api/accounts/{id}', { ...at(999_999), body: { version: 1 } }), 'not-found')
  })

  test('the list is searched, filtered and paged', async () => {
    for (let i = 0; i < 3; i++) await account(world)
    const list = (query) => ok(world.as('security').GET('/api/accounts', { params: { query } }))
    assert.deepEqual((await list({ q: 'inspector1' })).items.map((a) => a.login), ['inspector1'])
    assert.ok((await list({ role: 'dispatcher' })).items.every((a) => a.posts.some((p) => p.role === 'dispatcher')))
    const under = await list({ under: world.facts.home, role: 'member' })
    assert.deepEqual(under.items.map((a) => a.login), ['member1'])
    const wrong = await refused(world.as('security').GET('/api/accounts', { params: { query: { page: 'garbage' } } }), 'input.invalid')
    assert.equal(wrong.errors[0].pointer, '?page')
  })

  test('posts: scope fits the role, none twice, ended ones end the right', async () => {
    const a = await account(world)
    const give = (body) => world.as('security').POST('/api/accounts/{id}/posts', { ...at(a.id), body })
    for (const [body, pointer] of [
      [{ role: 'member' }, '/place'], [{ role: 'department' }, '/department'], [{ role: 'auditor', place: '530103003' }, '/place'],
      [{ role: 'member', place: '530103003999999' }, '/place'], [{ role: 'department', department: 'nothing' }, '/department'],
    ]) {
      const problem = await refused(give(body), 'input.invalid')
      assert.deepEqual(problem.errors.map((e) => e.pointer), [pointer])
    }
    const b = await ok(give({ role: 'inspector', place: '530103003' }), 201)
    await refused(give({ role: 'inspector', place: '530103003' }), 'post.overlap')
    const someone = await world.signIn(a.login)
    await ok(someone.POST('/api/me/password', { body: { old: PASSWORD, new: NEW_PASSWORD } }), 204)
    await ok(someone.GET('/api/cases'))
    const path = { id: a.id, post: b.posts[0].id }
    const c = await ok(world.as('security').DELETE('/api/accounts/{id}/posts/{post}', { params: { path } }))
    assert.deepEqual(c.posts, [])
    await refused(someone.GET('/api/cases'), 'session.expired')
    await refused((await world.signIn(a.login, NEW_PASSWORD)).GET('/api/cases'), 'auth.denied')
    await refused(world.as('security').DELETE('/api/accounts/{id}/posts/{post}', { params: { path } }), 'not-found')
  })

  test('fifty posts at once and no more', async () => {
    const a = await account(world)
    const grids = world.facts.grids.map((g) => g.code)
    const roles = ['member', 'inspector', 'leader', 'dispatcher']
    const give = (n) => world.as('security').POST('/api/accounts/{id}/posts',
      { ...at(a.id), body: { role: roles[n % roles.length], place: grids[Math.floor(n / roles.length) % grids.length] } })
    for (let n = 0; n < 50; n++) await ok(give(n), 201)
    await refused(give(50), 'post.too-many')
    assert.equal((await ok(world.as('security').GET('/api/accounts/{id}', at(a.id)))).posts.length, 50)
  })

  test('system, security and audit administration are three persons', async () => {
    const a = await account(world, { role: 'auditor' })
    for (const role of ['system', 'security'])
      await refused(world.as('security').POST('/api/accounts/{id}/posts', { ...at(a.id), body: { role } }), 'post.three-admins')
  })

  test('the last administrator of a kind stays', async () => {
    for (const login of ['admin', 'security']) {
      const { items } = await ok(world.as('security').GET('/api/accounts', { params: { query: { q: login } } }))
      const it = items.find((a) => a.login === login)
      const path = { id: it.id, post: it.posts[0].id }
      await refused(world.as('security').DELETE('/api/accounts/{id}/posts/{post}', { params: { path } }), 'account.last-admin')
      await refused(world.as('admin').PATCH('/api/accounts/{id}', { ...at(it.id), body: { version: it.version, disabled: true } }),
        'account.last-admin')
    }
  })

  test('colleagues are seen in one\'s scope, with the cases in their hands', async () => {
    const staff = (login, query = {}) => ok(world.as(login).GET('/api/staff', { params: { query } }))
    const all = await staff('center')
    assert.ok(all.items.some((p) => p.role === 'member' && p.place === world.facts.home))
    assert.ok(all.items.some((p) => p.role === 'department'))
    assert.ok(all.items.every((p) => p.open_cases >= 0))
    const mine = await staff('member1')
    assert.ok(mine.items.every((p) => !p.place || p.place === world.facts.home), JSON.stringify(mine.items.map((p) => p.place)))
    const leaders = await staff('center', { role: 'leader' })
    assert.ok(leaders.items.length >= 1 && leaders.items.every((p) => p.role === 'leader'))
  })
})
