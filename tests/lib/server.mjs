/* The real binary as a process: started on a port of its own choosing, stopped, killed, started again on the same data. Its clock
 * is shifted, so that every test sees the same working day whatever today is. */
import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './contract.mjs'

export const BINARY = process.env.WANGGE_BIN ?? join(ROOT, 'build/release/wangge')
/** Makes the demo's data: 736 cases through the flow take the sanitized build a minute, the other one a few seconds. */
export const MAKER = process.env.WANGGE_TEST_MAKER ?? BINARY
export const PASSWORD = 'Demo-Wangge-2026'
/** A Wednesday between holidays, in the last year of the calendar that is shipped. */
export const START = Date.parse('2026-11-18T10:00:00+08:00')

const READY_MS = 60_000
const STOP_MS = 30_000
const running = new Set()

process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

export const LOGS = join(ROOT, 'build/test-logs')

/** The demo's cases end on 20 November: whoever looks at them comes on the Monday after. */
export const STARTS = { empty: START, demo: Date.parse('2026-11-23T10:00:00+08:00') }
/** Templates are made a little earlier, so that nothing in them is of the future. */
export const EARLIER = 10 * 60_000

/** The environment of every process of ours: nothing of the caller's own settings, the clock at `at`. */
export function environment(at, extra = {}) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WANGGE_')))
  return {
    ...env,
    WANGGE_SHARE: ROOT,
    WANGGE_WEB: join(ROOT, 'web/dist'),
    WANGGE_DEMO_PASSWORD: PASSWORD,
    WANGGE_TEST_CLOCK_SHIFT_MS: String(Math.round(at - Date.now())),
    ...extra,
  }
}

function exitOf(child) {
  return new Promise((done) => child.once('close', (code, signal) => done({ code, signal })))
}

/** Runs a command of the binary to its end. */
export async function command(args, { at = START, env = {}, input, binary = BINARY } = {}) {
  const child = spawn(binary, args, { cwd: ROOT, env: environment(at, env), stdio: ['pipe', 'pipe', 'pipe'] })
  const out = []
  const err = []
  running.add(child)
  child.stdout.on('data', (b) => out.push(b))
  child.stderr.on('data', (b) => err.push(b))
  child.stdin.on('error', () => {}) // a command that reads nothing has closed it
  child.stdin.end(input ?? '')
  const { code, signal } = await exitOf(child)
  running.delete(child)
  const stderr = Buffer.concat(err).toString()
  if (signal || /Sanitizer|runtime error:/.test(stderr)) throw new Error(`wangge ${args.join(' ')}: ${signal ?? code}\n${stderr}`)
  return { code, stdout: Buffer.concat(out).toString(), stderr }
}

export class Server {
  #child
  #exit
  #started
  #log

  /** @param {{ url: string, env?: object }} database @param {string} name of the log */
  constructor(database, name, { args = [], env = {}, wrap = [] } = {}) {
    mkdirSync(LOGS, { recursive: true })
    this.database = database
    this.args = args
    this.env = env
    this.wrap = wrap
    this.logPath = join(LOGS, `${name.replace(/[^a-z0-9]+/gi, '-')}.log`)
    this.#log = createWriteStream(this.logPath)
    this.listen = '127.0.0.1:0'
    this.url = ''
  }

  get pid() {
    return this.#child?.pid
  }

  get port() {
    return Number(new URL(this.url).port)
  }

  /** The server's time: goes on while it is down. */
  now() {
    return this.#started ? this.#started.at + (Date.now() - this.#started.wall) : START
  }

  async start({ at = this.now() } = {}) {
    const argv = [...this.wrap, BINARY, 'serve', '--db', this.database.url, '--listen', this.listen, '--trusted-proxy', '127.0.0.1',
      ...this.args]
    const child = spawn(argv[0], argv.slice(1), {
      cwd: ROOT,
      env: environment(at, { ...this.database.env, ...this.env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#started = { at, wall: Date.now() }
    this.#child = child
    this.#exit = exitOf(child)
    running.add(child)
    child.stderr.on('data', (b) => this.#log.write(b))
    await new Promise((ready, failed) => {
      let text = ''
      const late = setTimeout(() => failed(new Error(`the server does not come up; see ${this.logPath}`)), READY_MS)
      child.stdout.on('data', (b) => {
        this.#log.write(b)
        text += b
        const found = /http:\/\/(127\.0\.0\.1:\d+)\/\n/.exec(text)
        if (!found) return
        clearTimeout(late)
        this.url = `http://${found[1]}`
        ready()
      })
      this.#exit.then(({ code, signal }) => {
        clearTimeout(late)
        running.delete(child)
        failed(new Error(`the server ended with ${signal ?? code} at its start; see ${this.logPath}`))
      })
    })
    return this
  }

  /** Stops as an operator would; throws when the end was not clean. */
  async stop() {
    if (!this.#child) return
    const child = this.#child
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    this.#child = undefined
    child.kill('SIGTERM')
    const { code, signal } = await this.#exit
    clearTimeout(late)
    running.delete(child)
    const log = readFileSync(this.logPath, 'utf8')
    const found = /^.*(?:ERROR: \w+Sanitizer|runtime error:).*$/m.exec(log)
    if (code !== 0 || found) throw new Error(`the server ended with ${signal ?? code}: ${found?.[0] ?? ''}; see ${this.logPath}`)
  }

  async kill() {
    const child = this.#child
    this.#child = undefined
    child.kill('SIGKILL')
    await this.#exit
    running.delete(child)
  }

  async restart({ at } = {}) {
    await this.stop()
    return this.start(at === undefined ? {} : { at })
  }
}
