/* kill -9 under load: the server dies at random moments while residents and members keep reporting, each report with a key of its
 * own, sent again until it is acknowledged. In the end every acknowledged report is there exactly once, and the history verifies. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { forEachDatabase } from './harness.mjs'
import { sql } from './lib/databases.mjs'

const KILLS = 22
const RESIDENTS = 6
const MEMBERS = 4

/** mulberry32: the moments are random, and can be had again with the printed seed. */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

class Load {
  acknowledged = new Map() // text → number
  sent = 0
  lost = 0
  replayed = 0
  over = false
  broken = false // the test has failed: nobody waits for answers any more

  /** Reports without pause until told that it is over; ends with nothing outstanding. */
  async client(name, attempt) {
    for (let n = 0; !this.over; n++) {
      const text = `负载-${name}-${n}`
      const key = `kill-${name}-${n}-key`
      for (let done = false; !done && !this.broken; ) {
        this.sent++
        const answer = await attempt(text, key)
        if (!answer) {
          this.lost++
          await wait(5) // the server is down: not to spin, nothing hangs on how long
          continue
        }
        assert.equal(answer.response.status, 201, JSON.stringify(answer.error))
        if (answer.response.headers.get('idempotent-replay')) this.replayed++
        this.acknowledged.set(text, answer.data.number)
        done = true
      }
    }
  }
}

/** The answer, or nothing when there was none to have: no connection, cut off, busy. */
async function tryTo(ask) {
  try {
    const answer = await ask()
    return answer.response.status === 503 ? undefined : answer
  } catch (error) {
    if (error instanceof TypeError && error.cause?.code) return undefined // fetch: refused, reset, closed
    throw error
  }
}

forEachDatabase('kill -9', (world) => {
  test(`${KILLS} kills under load: nothing acknowledged is lost, nothing is there twice`, async (t) => {
    const seed = Number(process.env.WANGGE_TEST_SEED ?? Date.now() % 1e9)
    const next = random(seed)
    const load = new Load()
    const [lon, lat] = world.grid().inside
    const clients = [
      ...Array.from({ length: RESIDENTS }, (_, i) => load.client(`resident-${i}`, (text, key) => tryTo(() =>
        world.anyone({ headers: { 'Idempotency-Key': key } }).POST('/api/public/reports', { body: { lon, lat, text, phone: '13900000000' } })))),
      ...Array.from({ length: MEMBERS }, (_, i) => load.client(`member-${i}`, (text, key) => tryTo(() =>
        world.as(['member1', 'leader1', 'center', 'street'][i]).with({ 'Idempotency-Key': key })
          .POST('/api/cases', { body: world.report({ text, channel: ['member', 'member', 'centre', 'centre'][i] }) })))),
    ]
    const failed = Promise.all(clients)
    try {
      for (let k = 0; k < KILLS; k++) {
        const goal = load.acknowledged.size + Math.floor(next() * 25)
        const moment = Date.now() + next() * 150
        while (load.acknowledged.size < goal || Date.now() < moment) await Promise.race([wait(1), failed])
        await world.server.kill()
        await world.server.start()
      }
    } catch (error) {
      load.broken = true
      throw error
    } finally {
      load.over = true
    }
    await failed

    const rows = sql(world.database, `SELECT text, count(*) FROM case_case WHERE text LIKE '负载-%' GROUP BY text`).split('\n')
    const stored = new Map(rows.map((r) => [r.split('|')[0], Number(r.split('|')[1])]))
    t.diagnostic(`${world.engine}: seed ${seed}, ${KILLS} kills, ${load.sent} requests, ${load.lost} without an answer, ` +
      `${load.replayed} answered from before, ${load.acknowledged.size} acknowledged, ${stored.size} stored`)
    for (const text of load.acknowledged.keys()) assert.equal(stored.get(text), 1, text)
    assert.equal(stored.size, load.acknowledged.size)
    assert.equal(new Set(load.acknowledged.values()).size, load.acknowledged.size, 'numbers are unique')
    assert.equal(sql(world.database, `SELECT count(*) FROM case_step s JOIN case_case c ON c.id = s.case_id WHERE c.text LIKE '负载-%'`),
      String(stored.size))
    assert.equal(sql(world.database, 'SELECT count(*) FROM portal_report'),
      String([...stored.keys()].filter((text) => text.includes('resident')).length))
    assert.ok(load.acknowledged.size > 3 * KILLS && load.lost > KILLS, 'there was load when the server died')
    await world.server.stop()
    const report = await world.verify()
    assert.deepEqual(report.findings, [])
    await world.server.start()
  })
})
