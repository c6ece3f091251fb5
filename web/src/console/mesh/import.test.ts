/* Places to decide about: their order and their names. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MeshCheck, MeshFinding } from '@/shared/api'
import { choicesOf, isOpen, keyOf } from './import'

const finding = (more: Partial<MeshFinding>): MeshFinding => ({
  kind: 'gap', kind_zh: '缝隙', kind_en: 'gap', done: 'open', done_zh: '待人工决定', done_en: 'to be decided by a person', area_m2: 10, lon: 102.7, lat: 25, ...more,
})
const checkOf = (findings: MeshFinding[]): MeshCheck => ({
  id: 1, draft: 1, name: 'a.geojson', crs: 'cgcs2000', tolerance_m: 0.5, sha256: '', format: 'GeoJSON', created: '', created_by: '', version: 1, draft_version: 1,
  communities: [], open: findings.filter(isOpen).length, counts: [], findings, more: 0, features: [], gone: [], skipped: 0, decisions: [],
})

test('places keep their order and their names when one of them is decided', () => {
  const gap = finding({ remainder: 2 })
  const overlap = finding({ kind: 'overlap', remainder: 1, feature: 3, other: 4 })
  const lost = finding({ kind: 'lost', feature: 7 })
  const sliver = finding({ kind: 'sliver', done: 'neighbour' })
  const before = choicesOf(checkOf([gap, lost, overlap, sliver])).map(keyOf)
  assert.deepEqual(before, ['r1', 'r2', 'f7'])
  /* the server lists what is open first */
  assert.deepEqual(choicesOf(checkOf([gap, lost, { ...overlap, done: 'decided', to: 3 }, sliver])).map(keyOf), before)
})

test('what a rule mended has a name of its own', () => {
  const mended = [finding({ kind: 'sliver', done: 'neighbour', feature: 1, other: 2 }), finding({ kind: 'sliver', done: 'neighbour', feature: 1, other: 2, lon: 102.8 }), finding({ kind: 't-junction', done: 'snapped', feature: 1, other: 2 })]
  assert.equal(new Set(mended.map(keyOf)).size, 3)
})
