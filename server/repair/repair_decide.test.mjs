/* `wangge check mesh FILE --decisions FILE`, and the process that reads files for the server when it is handed nonsense. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { command } from '../../tests/harness.mjs'

const folder = mkdtempSync(join(tmpdir(), 'wangge-decide-'))
after(() => rmSync(folder, { recursive: true }))
const put = (name, value) => {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(value))
  return path
}
const square = (name, west, east) => ({ type: 'Feature', properties: { name }, geometry: { type: 'Polygon', coordinates: [[[west, 30], [east, 30], [east, 30.003], [west, 30.003], [west, 30]]] } })
const check = async (file, ...more) => {
  const { code, stdout, stderr } = await command(['check', 'mesh', file, '--crs', 'cgcs2000', '--json', ...more])
  return { code, report: stdout.trim() ? JSON.parse(stdout) : null, stderr }
}

test('decisions from a file', async () => {
  const file = put('overlap.geojson', { type: 'FeatureCollection', features: [square('A', 110, 110.003), square('B', 110.002, 110.005)] })
  assert.equal((await check(file)).report.open, 1)
  const { report } = await check(file, '--decisions', put('two.json', [{ remainder: 1, feature: 2 }]))
  assert.deepEqual([report.open, report.findings.find((f) => f.kind === 'overlap').to.name], [0, 'B'])
  const nobody = await check(file, '--decisions', put('nobody.json', [{ remainder: 1, feature: 0 }]))
  assert.deepEqual([nobody.report.open, nobody.report.findings.find((f) => f.kind === 'overlap').to], [0, null])
  assert.equal((await check(file, '--decisions', put('nine.json', [{ remainder: 9, feature: 1 }]))).report.ignored, 1)
  assert.equal((await check(file, '--decisions', put('none.json', [{ remainder: 1 }]))).code, 2)
  assert.equal((await check(file, '--decisions', join(folder, 'missing.json'))).code, 2)
})

test('the reader of files refuses a request that is none', () => {
  const binary = process.env.WANGGE_BIN ?? 'build/release/wangge'
  const much = Buffer.alloc(8)
  much.writeBigUInt64LE(1n << 60n)
  for (const input of [Buffer.alloc(0), Buffer.from('hello, world'), much, Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{}')])]) {
    const { status, stdout } = spawnSync(binary, ['repair'], { input })
    assert.deepEqual([status, stdout.length], [2, 0])
  }
})
