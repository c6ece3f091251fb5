/* The whole journey over HTTP: a resident reports, the member passes it up, the centre dispatches, the department feeds back, the
 * member checks, the centre archives, the resident rates and says that it is not fixed. Then the history is verified. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase, ok } from './harness.mjs'
import { act, read, residentReport } from './lib/journey.mjs'

forEachDatabase('journey', (world) => {
  test('from a resident\'s report to the archive and back again', async () => {
    const report = await residentReport(world, { photos: [await world.anyone().upload()] })
    const { id } = report
    const follow = () => ok(world.anyone().GET('/api/public/reports/{code}', { params: { path: { code: report.code }, query: { phone: report.phone } } }))
    const step = async (login, action, more, state, n) => {
      const view = await act(world.as(login), id, action, more)
      assert.deepEqual([view.item.state, view.item.step], [state, n])
      const seen = await follow()
      assert.deepEqual([seen.state, seen.step], [state, n])
      return view
    }
    await step('member1', 'escalate', { note: '需部门处理' }, 'pending', 2)
    const sent = await step('street', 'accept_dispatch', { target: { department: world.facts.department } }, 'handling', 3)
    assert.equal(sent.item.holder.department, world.facts.department)
    assert.ok(sent.item.due)
    const after = [{ sha256: await world.as('dept1').upload(), kind: 'after' }]
    await step('dept1', 'feedback', { note: '已清运', photos: after }, 'handled', 4)
    const check = [{ sha256: await world.as('member1').upload(), kind: 'check' }]
    await step('member1', 'verify_pass', { photos: check }, 'verified', 5)
    await step('center', 'archive', {}, 'archived', 6)

    const rate = { phone: report.phone, satisfaction: 'satisfied', note: '很快' }
    const path = { params: { path: { code: report.code } } }
    await ok(world.anyone().POST('/api/public/reports/{code}/rating', { ...path, body: rate }), 200)
    await ok(world.anyone().POST('/api/public/reports/{code}/reopening', { ...path, body: { phone: report.phone, note: '第二天又有了' } }), 200)
    const view = await read(world.as('center'), id)
    assert.deepEqual(view.steps.map((s) => s.action),
      ['open', 'escalate', 'accept_dispatch', 'feedback', 'verify_pass', 'archive', 'rate', 'reopen'])
    assert.deepEqual([view.item.state, view.item.reopened, view.photos.length], ['pending', 1, 3])
    assert.deepEqual(view.photos.map((p) => p.kind), ['scene', 'after', 'check'])
  })

  test('the figures follow', async () => {
    const stats = await ok(world.as('center').GET('/api/stats/cases', { params: { query: {} } }))
    assert.equal(stats.total, 1)
    assert.equal(stats.reopened, 1)
    assert.equal(stats.by_state.reduce((n, r) => n + r.total, 0), 1)
  })

  test('nobody altered the history', async () => {
    await world.server.stop()
    const report = await world.verify()
    assert.deepEqual(report.findings, [])
    assert.ok(report.entries > 20 && report.rows > 400 && report.heads >= 2)
    await world.server.start()
  })
})
