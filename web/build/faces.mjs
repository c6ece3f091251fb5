/* Builds the three faces one after another, then prints what each would cost on the wire: faces.mjs [--checked] [FACE…].
 * --checked: the types are checked at the same time, which takes one core as long as the faces take another. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { weigh } from './weigh.mjs'

const web = fileURLToPath(new URL('..', import.meta.url))
const checked = process.argv.includes('--checked')
const wanted = process.argv.slice(2).filter((word) => word !== '--checked')
const faces = wanted.length ? wanted : ['public', 'app', 'console']

/** The exit status of a command that has come to its end. */
const run = (command, args, env = {}) =>
  new Promise((done) => {
    const child = spawn(command, args, { cwd: web, env: { ...process.env, ...env }, stdio: 'inherit' })
    child.once('error', () => done(1))
    child.once('close', (status) => done(status ?? 1))
  })

async function build() {
  for (const face of faces) {
    const status = await run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], { FACE: face })
    if (status !== 0) return status
  }
  return 0
}

const ended = await Promise.all([build(), checked ? run('npm', ['run', '--silent', 'check']) : 0])
for (const status of ended) if (status !== 0) process.exit(status)
for (const face of faces) weigh(`${web}/dist/${face}`, face)
