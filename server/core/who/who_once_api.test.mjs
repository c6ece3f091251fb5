/* Routes that do slow work before their own transaction (Argon2): the answer for an Idempotency-Key and the change come together. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok, NEW_PASSWORD } from '../../../tests/harness.mjs'
import { sql } from '../../../tests/lib/databases.mjs'

forEachDatabase('exactly once', (world) => {
  /** While it lasts no answer can be stored. */
  const forbid = () => sql(world.database, world.engine === 'sqlite'
    ? "CREATE TRIGGER no_answers BEFORE INSERT ON app_idempotency BEGIN SELECT RAISE(ABORT, 'no answers'); END"
    : `CREATE FUNCTION no_answers() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no answers''; END';
       CREATE TRIGGER no_answers BEFORE INSERT ON app_idempotency FOR EACH ROW EXECUTE FUNCTION no_answers()`)
  const allow = () => sql(world.database, world.engine === 'sqlite' ? 'DROP TRIGGER no_answers' : 'DROP FUNCTION no_answers() CASCADE')
  const count = (login) => sql(world.database, `SELECT count(*) FROM who_account WHERE login = '${login}'`)
  const create = (login, key, caller = world.as('admin')) => caller.with({ 'Idempotency-Key': key })
    .POST('/api/accounts', { body: { login, name: '新同事', phone: '13800000001', password: 'Qing-Shan-7-hao' } })
  const secrets = (id) => sql(world.database, `SELECT count(*) FROM who_secret WHERE account_id = ${id}`)

  test('an account whose answer cannot be stored is not made either; the same request makes it afterwards, once', async () => {
    forbid()
    const failed = await create('once-a', 'once-a-key-1')
    allow()
    assert.equal(failed.response.status, 500)
    assert.equal(count('once-a'), '0')
    const made = await ok(create('once-a', 'once-a-key-1'), 201)
    const again = await create('once-a', 'once-a-key-1')
    assert.equal(again.response.headers.get('idempotent-replay'), 'true')
    assert.deepEqual(again.data, made)
    assert.equal(count('once-a'), '1')
  })

  test('a password whose answer cannot be stored is not changed', async () => {
    const made = await ok(create('once-b', 'once-b-key-1'), 201)
    const reset = () => world.as('security').with({ 'Idempotency-Key': 'once-b-reset' })
      .POST('/api/accounts/{id}/password', { params: { path: { id: made.id } }, body: { password: 'Lv-Shui-8-hao' } })
    forbid()
    const failed = await reset()
    allow()
    assert.equal(failed.response.status, 500)
    assert.equal(secrets(made.id), '1')
    assert.equal((await reset()).response.status, 204)
    assert.equal((await reset()).response.headers.get('idempotent-replay'), 'true')
    assert.equal(secrets(made.id), '2')
  })

  test('ten of the same request at once make one account and give one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => create('once-c', 'once-c-key-1')))
    assert.deepEqual([...new Set(answers.map((a) => a.response.status))], [201], JSON.stringify(answers.map((a) => a.error)))
    assert.equal(new Set(answers.map((a) => a.data.id)).size, 1)
    assert.equal(answers.filter((a) => !a.response.headers.get('idempotent-replay')).length, 1)
    assert.equal(count('once-c'), '1')
  })

  test('killed at any moment, the request sent again gives the account and never a refusal', async () => {
    for (let n = 0; n < 6; n++) {
      const caller = world.as('admin')
      const sent = create(`once-k${n}`, `once-k${n}-key`, caller).catch(() => null)
      await new Promise((done) => setTimeout(done, 20 * n))
      await world.server.kill()
      await sent
      await world.server.start()
      await ok(create(`once-k${n}`, `once-k${n}-key`, world.as('admin')), 201)
      assert.equal(count(`once-k${n}`), '1')
    }
  })

  test('one\'s own password: changed once, replayed after', async () => {
    const person = world.as('member-b')
    const change = () => person.with({ 'Idempotency-Key': 'once-own-key' })
      .POST('/api/me/password', { body: { old: NEW_PASSWORD, new: 'Bai-Yun-9-hao' } })
    assert.equal((await change()).response.status, 204)
    const again = await change()
    assert.deepEqual([again.response.status, again.response.headers.get('idempotent-replay')], [204, 'true'])
  })
}, { timeout: 180_000 })
