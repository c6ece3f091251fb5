/* The demo street as a test file finds it: the real server on a copy of the demo data, a Monday morning after the data's last day. */
import { it } from 'node:test'
import { addPerson, HANGS_MS, PASSWORD, World } from '../../tests/harness.mjs'
import { DESK, launch, person } from './browser.mjs'
import { photographer } from './photos.mjs'

export { HANGS_MS, PASSWORD }

/** The database of the browser tests; the route tests ask each question on both. */
export const ENGINE = process.env.WANGGE_E2E_ENGINE ?? 'sqlite'

const MONDAY = Date.parse('2026-11-23T09:30:00+08:00')

export class Street extends World {
  #people = []
  #tokens = {}

  /** map: false where nobody has the map beside the queue. */
  constructor(name, { map, ...how } = {}) {
    super(ENGINE, name, { data: 'demo', start: false, ...how })
    this.map = map
  }

  async open() {
    await super.open()
    await this.server.start({ at: MONDAY })
    this.browser = await launch()
    this.photo = await photographer(this.browser)
    return this
  }

  async close() {
    await this.browser?.close()
    await super.close()
  }

  /** A browser of one's own. */
  async person(name, how) {
    const p = await person(this.browser, this.server, name, { map: this.map, ...(how ?? DESK) })
    this.#people.push(p)
    return p
  }

  /** Sessions of today for as(): those of the template have ended by Monday. */
  async sessions(...logins) {
    for (const login of logins) this.#tokens[login] ??= (await this.signIn(login)).token
  }

  /** Somebody the demo does not have. */
  async hire(login, post) {
    await this.sessions('admin', 'security')
    await addPerson(this.server, this.#tokens, login, post)
  }

  as(login) {
    return this.anyone({ token: this.#tokens[login] })
  }

  /** A browser with the session of an account, without the way through the sign-in page. */
  async colleague(login, how) {
    const p = await this.person(login, { ...(how ?? DESK), signedIn: true })
    await this.sessions(login)
    await p.context.addCookies([{ name: 'wangge_session', value: this.#tokens[login], url: p.base, httpOnly: true, sameSite: 'Strict' }])
    return p
  }

  async leave(p) {
    this.#people.splice(this.#people.indexOf(p), 1)
    await p.context.close()
  }

  /** Nothing went wrong in any browser. */
  check() {
    for (const p of this.#people) p.check()
  }

  /** What everybody had on the screen. */
  async shots(name) {
    for (const p of this.#people) if (p.page && !p.page.isClosed()) await p.picture(`failed-${name}-${p.name}`).catch(() => {})
  }
}

/**
 * Tests that build on each other: after a failure the rest fails as not reached, with a picture of every screen left behind.
 * @param {() => Street} street
 * @returns {(name: string, body: () => Promise<void>) => void}
 */
export function steps(street, label) {
  let broken = false
  return (name, body) =>
    it(name, async () => {
      if (broken) throw new Error('not reached: an earlier step failed')
      try {
        await body()
        street().check()
      } catch (error) {
        broken = true
        await street().shots(`${label}-${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 40)}`)
        throw error
      }
    })
}
