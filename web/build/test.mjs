/* Unit tests: every src/**\/*.test.ts is bundled with rolldown (about 10 ms each) and run by node's own runner.
 * Ends with `N passed, N failed`; no test at all is a failure. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const web = fileURLToPath(new URL('..', import.meta.url))
const out = join(web, '.cache/test')
const only = process.argv.slice(2)

function tests(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? tests(join(dir, e.name)) : e.name.endsWith('.test.ts') ? [join(dir, e.name)] : [])
}

const sources = tests(join(web, 'src')).filter((f) => only.length === 0 || only.some((word) => f.includes(word)))
rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
const bundle = await rolldown({
  input: Object.fromEntries(sources.map((f) => [relative(join(web, 'src'), f).replace(/[/.]/g, '-'), f])),
  platform: 'node',
  external: (id) => !/^(\.|\/|@\/)/.test(id),
  resolve: { alias: { '@': join(web, 'src') } },
  logLevel: 'silent',
})
const { output } = await bundle.write({ dir: out, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'shared-[hash].mjs' })
await bundle.close()

let passed = 0
let failed = 0
const stream = run({ files: output.filter((o) => o.isEntry).map((o) => join(out, o.fileName)), concurrency: 2 })
const ofTest = (data) => data.details?.type !== 'suite' && !data.name.endsWith('.mjs')
stream.on('test:pass', (data) => {
  if (ofTest(data)) passed++
})
stream.on('test:fail', (data) => {
  failed += ofTest(data) || data.name.endsWith('.mjs') ? 1 : 0
})
stream.compose(new spec()).pipe(process.stdout, { end: false })
stream.on('end', () => {
  setImmediate(() => {
    console.log(`${passed} passed, ${failed} failed`)
    if (passed === 0 || failed > 0) process.exitCode = 1
  })
})
