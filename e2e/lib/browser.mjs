/* One Chromium for a test file, a context of its own for each person. A page that logs an error, throws, breaks the content security
 * policy or asks for something that is not there fails its test: see Person.check(). */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '../../web/node_modules/playwright-core/index.mjs'
import { ROOT } from '../../tests/harness.mjs'

export const SHOTS = join(ROOT, 'build/shots')
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
export const DESK = { viewport: { width: 1440, height: 900 } }

/** How long a change may take to be seen: far above what it takes, since the tests run beside others. */
export const PATIENCE_MS = 60_000
/** A request of which nothing was heard for so long is one that the browser has lost sight of: a skeleton tells of those that matter. */
const LOST_MS = 10_000
/** Pictures cost a tenth of the browser tests and nobody looks at those of every run: `make pictures` asks for them. */
const PICTURES = process.env.WANGGE_PICTURES === '1'
const MOST_TALL = 2600

const ARGS = ['--no-sandbox', '--no-first-run', '--disable-quic', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--lang=zh-CN', '--enable-unsafe-swiftshader']

/* The headless shell is the same engine without the browser's own windows, which nobody sees here: half the time for each page. */
const BROWSERS = [process.env.CHROMIUM, '/usr/bin/chromium-headless-shell', '/usr/bin/chromium']

export function launch() {
  return chromium.launch({ executablePath: BROWSERS.find((path) => path && existsSync(path)), args: ARGS })
}

/** Runs in every page before its own scripts: the server's clock instead of the machine's, and an ear for violations. */
function prepare({ shift, size, locale, signedIn, map }) {
  const Real = Date
  globalThis.Date = class extends Real {
    constructor(...parts) {
      if (parts.length) super(...parts)
      else super(Real.now() + shift)
    }
    static now() {
      return Real.now() + shift
    }
  }
  try {
    if (size) localStorage.setItem('wangge.text-size', size)
    if (locale) localStorage.setItem('wangge.locale', locale)
    if (map === false) localStorage.setItem('wangge.queue-map', '0')
    if (signedIn) localStorage.setItem('wangge.session', '1')
  } catch { /* about:blank has no storage */ }
  document.addEventListener('securitypolicyviolation', (e) => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`))
}

/** A refusal that a step provokes on purpose is announced with expect(). */
export class Person {
  #wrong = []
  #expected = []
  #asked = new Map()

  constructor(name, context, base) {
    Object.assign(this, { name, context, base, taps: 0 })
    context.on('request', (r) => {
      if (!/\/api\/(stream$|tiles\/)/.test(r.url())) this.#asked.set(r, Date.now())
    })
    for (const end of ['requestfinished', 'requestfailed']) context.on(end, (r) => this.#asked.delete(r))
    context.on('weberror', (e) => this.#note(`threw ${e.error().stack ?? e.error()}`))
    context.on('console', (m) => {
      if (m.type() === 'error' || (m.type() === 'warning' && m.text().includes('[Vue'))) this.#note(`logged ${m.text()} (${m.location().url})`)
    })
  }

  #note(what) {
    if (this.#expected.some((words) => words.test(what))) return
    this.#wrong.push(what)
  }

  /** From now on, errors that match are part of the test. */
  expect(words) {
    this.#expected.push(words)
  }

  /** Throws when something went wrong in a page that nobody looked at. */
  check() {
    const wrong = this.#wrong
    this.#wrong = []
    assert.deepEqual(wrong, [], `in the browser of ${this.name}`)
  }

  async open(path) {
    this.page ??= await this.context.newPage()
    await this.page.goto(this.base + path)
    return this.page
  }

  /** Another screen of the same face, as its own links lead there: without loading it anew. */
  async turn(path) {
    await this.settle()
    await this.page.evaluate((path) => {
      history.pushState(null, '', path)
      dispatchEvent(new PopStateEvent('popstate', { state: null }))
      return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    }, path)
  }

  /** Waits until the page asks for nothing more (but the stream), its map is drawn and it shows what it got. A map's tiles are the map's own
   *  affair: what its worker still asks for when the page is left is never said to have ended. */
  async settle() {
    const drawn = () => this.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    for (let quiet = 0; quiet < 3; quiet = this.#asked.size ? 0 : quiet + 1) {
      for (const [request, since] of this.#asked)
        if (Date.now() - since > LOST_MS) this.#asked.delete(request)
      await drawn()
    }
    await this.page.waitForFunction(() => ![...document.querySelectorAll('.wg-skeleton')].some((e) => e.checkVisibility()) && document.fonts.status === 'loaded')
    await this.page.waitForFunction(() => ![...document.querySelectorAll('.wg-map[aria-busy=true]')].some((e) => e.checkVisibility()), undefined, { timeout: LOST_MS })
      .catch(() => console.log(`# the map of ${this.name} is still busy: ${this.page.url()}`))
  }

  /** One tap (phone) or click (desk), counted. */
  async tap(locator) {
    this.taps++
    await (this.touch ? locator.tap() : locator.click())
  }

  /** The tap that opens camera or album, and the picture chosen there. */
  async photograph(locator, ...photos) {
    const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), this.tap(locator)])
    await chooser.setFiles(photos.map((buffer, n) => ({ name: `photo${n}.jpg`, mimeType: 'image/jpeg', buffer })))
  }

  /** What `steps` costs in taps. */
  async counting(steps) {
    const before = this.taps
    await steps()
    return this.taps - before
  }

  /** A picture for people (make pictures): of the window, or `tall` enough to hold the whole page. */
  async shot(name, how = {}) {
    if (PICTURES) await this.picture(name, how)
  }

  async picture(name, { tall = false } = {}) {
    const { page } = this
    const { width, height } = page.viewportSize()
    const whole = tall ? await page.evaluate(() => (document.querySelector('[role=dialog], .maplibregl-map') ? 0 : document.documentElement.scrollHeight)) : 0
    mkdirSync(SHOTS, { recursive: true })
    if (whole > height) { // a taller window, so that what sticks to its edges is at the page's edges
      await page.evaluate(() => scrollTo(0, 0))
      await page.setViewportSize({ width, height: Math.min(whole, MOST_TALL) })
    }
    await page.screenshot({ path: join(SHOTS, `${name}.png`), animations: 'disabled' })
    if (whole > height) await page.setViewportSize({ width, height })
  }
}

/**
 * Somebody with a browser of their own.
 * @param {import('playwright-core').Browser} browser
 * @param {import('../../tests/harness.mjs').Server} server
 * @param {string} name
 * @param {import('playwright-core').BrowserContextOptions & { size?: 'normal' | 'large' | 'huge', language?: 'zh-CN' | 'en', signedIn?: boolean, map?: boolean }} [how]  map: false for somebody who closed the one beside the queue
 */
export async function person(browser, server, name, { size, language, signedIn, map, ...how } = DESK) {
  const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce', ...how })
  context.setDefaultTimeout(PATIENCE_MS)
  await context.addInitScript(prepare, { shift: Math.round(server.now() - Date.now()), size, locale: language, signedIn, map })
  const p = new Person(name, context, server.url)
  p.touch = how.hasTouch === true
  return p
}
