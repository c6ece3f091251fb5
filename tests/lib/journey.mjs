/* Steps of the six-step flow as callers take them, for tests that need a case in some state. */
import { ok } from '../harness.mjs'

export const at = (id) => ({ params: { path: { id } } })

export const read = (caller, id) => ok(caller.GET('/api/cases/{id}', at(id)))

/** Takes an action on the version that the case has now. */
export async function act(caller, id, action, more = {}) {
  const { item } = await read(caller, id)
  return ok(caller.POST('/api/cases/{id}/actions', { ...at(id), body: { action, version: item.version, ...more } }), 200)
}

/** Tries an action on the version that the case has now; the answer as it is. */
export async function attempt(caller, id, action, more = {}, reader = caller) {
  const { item } = await read(reader, id)
  return caller.POST('/api/cases/{id}/actions', { ...at(id), body: { action, version: item.version, ...more } })
}

/** A case reported by member1 that waits for the dispatcher. */
export async function pending(world, more = {}, grid) {
  const receipt = await ok(world.as('member1').POST('/api/cases', { body: world.report({ channel: 'member', ...more }, grid) }), 201)
  return receipt.id
}

/** … dispatched to dept1's department. */
export async function handling(world, target = { department: world.facts.department }) {
  const id = await pending(world)
  await act(world.as('center'), id, 'accept_dispatch', { target })
  return id
}

export async function handled(world) {
  const id = await handling(world)
  const dept = world.as('dept1')
  await act(dept, id, 'feedback', { note: '已清运，现场恢复', photos: [{ sha256: await dept.upload(), kind: 'after' }] })
  return id
}

export async function verified(world) {
  const id = await handled(world)
  const member = world.as('member1')
  await act(member, id, 'verify_pass', { photos: [{ sha256: await member.upload(), kind: 'check' }] })
  return id
}

/** A resident's report: `{ code, phone, id }`. */
export async function residentReport(world, more = {}) {
  const phone = '13987654321'
  const { lon, lat } = world.report()
  const receipt = await ok(
    world.anyone().POST('/api/public/reports', { body: { lon, lat, text: '楼道堆物，影响通行', phone, ...more } }), 201)
  const id = Number(receipt.number.split('-')[1])
  return { ...receipt, phone, id }
}

/** A resident's report that was handled on the spot and archived. */
export async function archivedReport(world, more) {
  const report = await residentReport(world, more)
  const member = world.as('member1')
  const photos = [{ sha256: await member.upload(), kind: 'before' }, { sha256: await member.upload(), kind: 'after' }]
  await act(member, report.id, 'self_handle', { note: '当场清理', photos })
  await act(world.as('center'), report.id, 'archive')
  return report
}
