/* What a screen is held to: axe (WCAG 2.1 A and AA), no sideways scroll, nothing cut off, touch areas, no words left in another
 * language. Each check gives a list of sentences; an empty one is a pass. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../tests/harness.mjs'

const AXE = readFileSync(join(ROOT, 'web/node_modules/axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']

/** contrast: false where it was measured in another look at the same screen.
 *  @param {import('playwright-core').Page} page */
export async function axe(page, { contrast = true } = {}) {
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(AXE)
  return page.evaluate(async ([tags, contrast]) => {
    const rules = { 'color-contrast': { enabled: contrast } }
    const { violations } = await globalThis.axe.run(document, { runOnly: tags, rules, resultTypes: ['violations'], preload: false })
    const why = (n) => [...n.any, ...n.all, ...n.none][0]?.message ?? ''
    return violations.flatMap((v) => v.nodes.slice(0, 4).map((n) => `axe ${v.id}: ${n.target.join(' ')} ${n.html.slice(0, 120)} ${why(n)}`))
  }, [TAGS, contrast])
}

/** Sideways scroll of the page, and of boxes in it that nobody expects to scroll. */
export function sideways(page, allowed = '') {
  return page.evaluate((allowed) => {
    const wrong = []
    const width = document.documentElement.clientWidth
    const reach = document.documentElement.scrollWidth
    const say = (e) => `${e.tagName.toLowerCase()}.${e.getAttribute('class') ?? ''} “${(e.textContent ?? '').trim().slice(0, 20)}”`
    if (reach > width || globalThis.visualViewport.width < width - 1) {
      const widest = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > width + 1).slice(-3)
      wrong.push(`scrolls sideways: ${reach} in ${width} px; ${widest.map(say).join(', ')}`)
    }
    for (const e of document.body.querySelectorAll('*')) {
      if (e.scrollWidth <= e.clientWidth + 1 || e.clientWidth === 0 || (allowed && e.closest(allowed))) continue
      if (['auto', 'scroll'].includes(getComputedStyle(e).overflowX)) wrong.push(`scrolls sideways inside: ${say(e)}`)
    }
    return wrong
  }, allowed)
}

const CONTROLS = ['a[href]', 'button', 'input:not([type=hidden])', 'select', 'textarea', 'summary', 'label:has(input[type=file])',
  '[role=button]', '[role=radio]', '[role=tab]', '[role=option]', '[role=switch]'].join(', ')

/** Controls that a finger does not hit, and those whose words do not fit into them. */
export function touch(page, { least, main, mainLeast }) {
  return page.evaluate(({ controls, least, main, mainLeast }) => {
    const wrong = []
    const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      !e.closest('[inert], [aria-hidden="true"]') && !e.matches('.wg-sr, .wg-sr *')
    for (const e of document.querySelectorAll(controls)) {
      const box = e.getBoundingClientRect()
      if (!seen(e) || box.width < 2 || box.height < 2) continue
      const inText = e.tagName === 'A' && getComputedStyle(e).display === 'inline'
      const name = `${e.tagName.toLowerCase()} “${(e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 24)}”`
      const wanted = e.matches(main) ? mainLeast : least
      if (!inText && (box.height < wanted - 0.5 || box.width < least - 0.5))
        wrong.push(`touch area of ${name} is ${Math.round(box.width)}×${Math.round(box.height)}, wanted ${wanted}`)
      if (!['TEXTAREA', 'INPUT'].includes(e.tagName) && e.clientWidth && e.scrollWidth > e.clientWidth + 2)
        wrong.push(`the words of ${name} do not fit: ${e.scrollWidth} in ${e.clientWidth} px`)
    }
    return wrong
  }, { controls: CONTROLS, least, main, mainLeast })
}

/* ---- words ---- */

function files(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? files(join(dir, e.name)) : /strings\.ts$/.test(e.name) ? [join(dir, e.name)] : [])
}

const HAN = /\p{Script=Han}/u

/** The Chinese texts of the sources; those with a hole in them as patterns. */
const CHINESE = (() => {
  const plain = new Set()
  const holed = []
  for (const file of files(join(ROOT, 'web/src'))) {
    const source = readFileSync(file, 'utf8')
    for (const [, text] of source.matchAll(/\w+: '([^']*\p{Script=Han}[^']*)'/gu)) {
      if (text === '中文') continue
      const parts = text.split(/\{[^}]*\}/)
      if (parts.length === 1) plain.add(text)
      else if (HAN.test(parts.join(''))) holed.push(new RegExp(`^${parts.map((p) => p.replace(/[.*+?^$()[\]\\|{}]/g, '\\$&')).join('.+')}$`, 'u'))
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

/** Holes that were not filled; in English also our own Chinese texts; but for the data (people's names, what is to be typed). */
export async function words(page, locale, data = new Set()) {
  const wrong = []
  for (const text of await texts(page)) {
    if (NO_WORDS.test(text) && !data.has(text)) wrong.push(`not a text for people: ${text}`)
    if (locale !== 'en' || data.has(text) || !HAN.test(text)) continue
    if (CHINESE.plain.has(text) || CHINESE.holed.some((h) => h.test(text))) wrong.push(`not translated: ${text}`)
  }
  const lang = await page.evaluate(() => document.documentElement.lang)
  if (lang !== locale) wrong.push(`the page says lang=${lang}`)
  return wrong
}

/** A picture of what somebody has on the screen, and what axe and the words have to say about it. */
export async function looks(p, name) {
  await p.settle()
  await p.shot(name, { tall: p.touch })
  assert.deepEqual([...await axe(p.page), ...await words(p.page, 'zh-CN'), ...(p.touch ? await sideways(p.page) : [])], [], name)
}
