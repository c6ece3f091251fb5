/* What a screen is held to: axe (WCAG 2.1 A and AA), no sideways scroll, nothing cut off, touch areas, no words left in another
 * language. Each check gives a list of sentences; an empty one is a pass. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../tests/harness.mjs'

const AXE = readFileSync(join(ROOT, 'web/node_modules/axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']

/** @param {import('playwright-core').Page} page */
export async function axe(page) {
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(AXE)
  const violations = await page.evaluate(async (tags) => {
    const found = await globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations'], elementRef: false })
    return found.violations.map((v) => ({ id: v.id, nodes: v.nodes.map((n) => `${n.target.join(' ')} ${n.html.slice(0, 120)} ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ''}`) }))
  }, TAGS)
  return violations.flatMap((v) => v.nodes.slice(0, 4).map((n) => `axe ${v.id}: ${n}`))
}

/** Sideways scroll of the page, and of boxes in it that nobody expects to scroll. */
export function sideways(page, allowed = '') {
  return page.evaluate((allowed) => {
    const wrong = []
    const width = document.documentElement.clientWidth
    const reach = document.documentElement.scrollWidth
    const say = (e) => `${e.tagName.toLowerCase()}${e.className && typeof e.className === 'string' ? `.${e.className.trim().replace(/\s+/g, '.')}` : ''} “${(e.textContent ?? '').trim().slice(0, 20)}”`
    if (reach > width || globalThis.visualViewport.width < width - 1) {
      const widest = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > width + 1).slice(-3)
      wrong.push(`scrolls sideways: ${reach} in ${width} px; ${widest.map(say).join(', ')}`)
    }
    for (const e of document.body.querySelectorAll('*')) {
      if (e.scrollWidth <= e.clientWidth + 1 || e.clientWidth === 0 || (allowed && e.closest(allowed))) continue
      const style = getComputedStyle(e)
      if (style.overflowX === 'auto' || style.overflowX === 'scroll') wrong.push(`scrolls sideways inside: ${say(e)}`)
    }
    return wrong
  }, allowed)
}

const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, label:has(input[type=file]), [role=button], [role=radio], [role=tab], [role=option], [role=switch]'

/** Controls that a finger does not hit, and those whose words do not fit into them. */
export function touch(page, { least, main, mainLeast }) {
  return page.evaluate(({ controls, least, main, mainLeast }) => {
    const wrong = []
    const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.closest('[inert], [aria-hidden="true"]') && !e.matches('.wg-sr, .wg-sr *')
    for (const e of document.querySelectorAll(controls)) {
      if (!seen(e)) continue
      const box = e.getBoundingClientRect()
      if (box.width < 2 || box.height < 2) continue
      const style = getComputedStyle(e)
      const inText = e.tagName === 'A' && style.display === 'inline'
      const name = `${e.tagName.toLowerCase()} “${(e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 24)}”`
      const wanted = e.matches(main) ? mainLeast : least
      if (!inText && (box.height < wanted - 0.5 || box.width < Math.min(wanted, least) - 0.5)) wrong.push(`touch area of ${name} is ${Math.round(box.width)}×${Math.round(box.height)}, wanted ${wanted}`)
      if (e.tagName !== 'TEXTAREA' && e.tagName !== 'INPUT' && e.scrollWidth > e.clientWidth + 2 && style.overflowX !== 'visible' && e.clientWidth) wrong.push(`${name} is cut off: ${e.scrollWidth} in ${e.clientWidth} px`)
      if (style.overflowX === 'visible' && e.clientWidth && e.scrollWidth > e.clientWidth + 2) wrong.push(`the words of ${name} stick out: ${e.scrollWidth} in ${e.clientWidth} px`)
    }
    return wrong
  }, { controls: CONTROLS, least, main, mainLeast })
}

/* ---- words ---- */

function files(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? files(join(dir, e.name)) : /strings\.ts$/.test(e.name) ? [join(dir, e.name)] : [])
}

/** The Chinese texts of the sources; those with a hole in them as patterns. */
const CHINESE = (() => {
  const plain = new Set()
  const holed = []
  for (const file of files(join(ROOT, 'web/src'))) {
    const source = readFileSync(file, 'utf8')
    for (const [, text] of source.matchAll(/\w+: '([^']*\p{Script=Han}[^']*)'/gu)) {
      if (text === '中文') continue
      if (!text.includes('{')) plain.add(text)
      else if (/\p{Script=Han}/u.test(text.replace(/\{[^}]*\}/g, ''))) holed.push(new RegExp(`^${text.split(/\{[^}]*\}/).map((p) => p.replace(/[.*+?^$()[\]\\|{}]/g, '\\$&')).join('.+')}$`, 'u'))
    }
  }
  return { plain, holed }
})()

/** Every piece of text on the screen, also what only readers hear. */
export function texts(page) {
  return page.evaluate(() => {
    const found = new Set([document.title])
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
      const e = walk.currentNode.parentElement
      if (e && !e.closest('script, style, noscript') && e.checkVisibility()) found.add(walk.currentNode.data.trim())
    }
    for (const e of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]'))
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) found.add(e.getAttribute(name)?.trim() ?? '')
    found.delete('')
    return [...found]
  })
}

const NO_WORDS = /undefined|\[object|\bNaN\b|\{\w+(#[^}]*)?\}|^null$/

/** Holes that were not filled; in English also our own Chinese texts, but for the data (people's names). */
export async function words(page, locale, data = new Set()) {
  const wrong = []
  for (const text of await texts(page)) {
    if (NO_WORDS.test(text)) wrong.push(`not a text for people: ${text}`)
    if (locale === 'en' && !data.has(text) && (CHINESE.plain.has(text) || (/\p{Script=Han}/u.test(text) && CHINESE.holed.some((h) => h.test(text))))) wrong.push(`not translated: ${text}`)
  }
  const lang = await page.evaluate(() => document.documentElement.lang)
  if (lang !== locale) wrong.push(`the page says lang=${lang}`)
  return wrong
}
