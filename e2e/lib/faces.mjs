/* What people do on the three faces, said once: by role and visible text, as they would. */
import { until } from '../../tests/harness.mjs'
import { PASSWORD } from './street.mjs'

export const sees = (locator) => locator.first().waitFor({ state: 'visible' })

export async function text(locator) {
  return (await locator.innerText()).trim()
}

/* ---- app ---- */

/** Signs in on the phone as on the first day: the print size is chosen on that very screen. */
export async function enterApp(p, login, { large = false } = {}) {
  const page = await p.open('/app/')
  if (large) await p.tap(page.getByRole('button', { name: '大字版' }))
  await page.getByLabel('登录名').fill(login)
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await p.tap(page.getByRole('button', { name: '登录', exact: true }))
  await sees(page.getByRole('heading', { name: /您好/ }))
}

export const tab = (p, name) => p.tap(p.page.getByRole('navigation').getByRole('link', { name }))

/** The card of a task on 今日. */
export const task = (p, words) => p.page.getByRole('link').filter({ hasText: words })

/* ---- console ---- */

export async function enterConsole(p, login) {
  const page = await p.open('/console/')
  await page.getByLabel('登录名').fill(login)
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await p.tap(page.getByRole('button', { name: '登录', exact: true }))
  await sees(page.getByRole('navigation', { name: '视图' }))
  await sees(page.getByText('实时', { exact: true }))
}

export const view = (p, name) => p.page.getByRole('navigation', { name: '视图' }).getByRole('button', { name: new RegExp(`^${name}\\s*\\d+$`) })

/** The number beside a view of the queue. */
export async function count(p, name) {
  return Number(/(\d+)$/.exec((await view(p, name).innerText()).trim())[1])
}

/** Waits until a view counts `wanted`; nobody touches the page meanwhile. */
export function counts(p, name, wanted) {
  return until(`${name} in the console of ${p.name}`, () => count(p, name), (n) => n === wanted)
}

export const row = (p, words) => p.page.getByRole('region', { name: '事件列表' }).getByRole('link').filter({ hasText: words })

export const panel = (p) => p.page.getByRole('article')

export const said = (p, words) => sees(panel(p).getByRole('status').filter({ hasText: words }))

/* ---- everywhere ---- */

/** The root of large print: the tap that chose it is answered by the page's next frame. */
export function isLarge(p) {
  return until(`large print for ${p.name}`, () => p.page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize)), (size) => size === 22)
}
