/* Builds the three faces one after another, then prints what each would cost on the wire. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { weigh } from './weigh.mjs'

const web = fileURLToPath(new URL('..', import.meta.url))
const wanted = process.argv.slice(2)
const faces = wanted.length ? wanted : ['public', 'app', 'console']

for (const face of faces) {
  const done = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], {
    cwd: web,
    env: { ...process.env, FACE: face },
    stdio: 'inherit',
  })
  if (done.status !== 0) process.exit(done.status ?? 1)
}
for (const face of faces) weigh(`${web}/dist/${face}`, face)
