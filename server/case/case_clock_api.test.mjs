/* The clocks of the demo's cases, which went through the real flow: what each turn had counted sums up to what elapsed, and the
 * stretches of time join without gaps. Rules with a clock of their own are in case_clock_test.c. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok } from '../../tests/harness.mjs'
import { at } from '../../tests/lib/journey.mjs'

const sum = (list, of) => list.reduce((n, one) => n + one[of], 0)

forEachDatabase('clocks of the demo', (world) => {
  test('holdings sum up to the elapsed working time in every case', async () => {
    const center = world.as('center')
    let page
    let seen = 0
    do {
      const { items, next } = await ok(center.GET('/api/cases', { params: { query: { limit: 100, ...(page && { page }) } } }))
      for (const { id, due } of items) {
        const clock = await ok(center.GET('/api/cases/{id}/clock', at(id)))
        const name = `case ${id}`
        assert.equal(sum(clock.holdings, 'counted_ms'), clock.elapsed_ms, name)
        assert.equal(sum(clock.holders, 'counted_ms'), clock.elapsed_ms, name)
        assert.equal(sum(clock.holders, 'held_ms'), sum(clock.holdings, 'held_ms'), name)
        assert.equal(sum(clock.spans.filter((s) => !s.ahead), 'counted_ms'), clock.elapsed_ms, name)
        clock.spans.forEach((s, i) => assert.equal(s.from, i ? clock.spans[i - 1].to : clock.start, name))
        if (clock.running) assert.equal(clock.due, due, name)
        else assert.ok(!due, name)
        seen++
      }
      page = next
    } while (page)
    assert.equal(seen, 736)
  })
}, { data: 'demo' })
