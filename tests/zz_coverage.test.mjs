/* After all other tests: every route of the contract was called with success, every problem was produced. What cannot be provoked
 * from outside stands here with its reason; an entry that is provoked after all has to go. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { OPERATIONS, PROBLEMS } from './lib/contract.mjs'

const UNPROVOKED = {
  'building.outside-grid': 'an operator\'s import that names a grid; over HTTP the grid comes from the position',
  'calendar.year-missing': 'deadlines in such a year are provisional; for the functions of core/clock that count days only',
  'mesh.without-grid': 'needs an outline drawn back behind a house or a case; tested in server/mesh',
  'stream.full': 'needs 20,000 listeners; tested in server/http',
}

/* What a machine without rights to mount cannot provoke; elsewhere it has to be. */
const canMount = spawnSync('unshare', [process.getuid() === 0 ? '-m' : '-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
const NOT_HERE = canMount ? {} : { 'db.full': 'no file system can be mounted here' }

const folder = process.env.WANGGE_TEST_COVERAGE
const skip = !(folder && existsSync(folder)) && 'WANGGE_TEST_COVERAGE names no folder of a whole run: COVERAGE IS NOT CHECKED'

test('every route was called with success, every problem produced', { skip }, async (t) => {
  const routes = new Set()
  const problems = new Set()
  for (const file of readdirSync(folder)) {
    const seen = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    seen.routes.forEach((r) => routes.add(r))
    seen.problems.forEach((p) => problems.add(p))
  }
  t.diagnostic(`${routes.size} of ${OPERATIONS.length} routes, ${problems.size} of ${PROBLEMS.size} problems`)
  assert.deepEqual(OPERATIONS.map((o) => o.name).filter((name) => !routes.has(name)), [], 'never called with success')
  assert.deepEqual([...PROBLEMS.keys()].filter((name) => !problems.has(name) && !UNPROVOKED[name] && !NOT_HERE[name]), [], 'never produced')
  assert.deepEqual(Object.keys(UNPROVOKED).filter((name) => problems.has(name) || !PROBLEMS.has(name)), [], 'no longer an exception')
})
