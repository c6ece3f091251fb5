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

/** An action taken in the panel: opened when it is not the one that lies open, filled in, sent, and said to be done. */
export async function decide(p, name, fill = async () => {}) {
  const act = panel(p).getByRole('region', { name: '下一步' })
  const open = act.getByRole('heading', { name, exact: true })
  const other = act.getByRole('button', { name, exact: true })
  await sees(open.or(other))
  if (!await open.isVisible()) await p.tap(other)
  const form = act.locator('form')
  await fill(form)
  await p.tap(form.locator('button[type=submit]'))
  await said(p, name)
}

/** Records what stands in the form of a new matter and opens the case that it became; its id. */
export async function record(p, words, meanwhile = async () => {}) {
  await p.tap(p.page.getByRole('button', { name: '登记', exact: true }))
  await meanwhile()
  await p.tap(p.page.getByRole('link', { name: '打开办理' }))
  await sees(panel(p).getByText(words))
  return Number(new URL(p.page.url()).searchParams.get('case'))
}

/* ---- app: a case ---- */

/** The sheet of an action. */
export const sheet = (p, name) => p.page.getByRole('dialog', { name, exact: true })

/** What an action's button stands for: the main one, or behind 更多. */
export async function action(p, name) {
  const main = p.page.getByRole('button', { name, exact: true })
  await p.page.getByRole('button', { name: '更多' }).or(main).first().waitFor()
  await p.settle() // what may be done changes with what was done just now
  if (!await main.isVisible()) await p.tap(p.page.getByRole('button', { name: '更多' }))
  await p.tap(p.page.getByRole('button', { name: new RegExp(`^${name}`) }).last())
}

/** An action taken on the phone: its button, what it asks for, sent. */
export async function take(p, name, fill = async () => {}) {
  await action(p, name)
  const form = sheet(p, name)
  await fill(form)
  await p.tap(form.locator('button[type=submit]'))
  await form.waitFor({ state: 'detached' })
}

/* ---- everywhere ---- */

/** One of the chips of a group. */
export const chip = (inside, group, name) =>
  inside.getByRole('radiogroup', { name: group, exact: true }).getByRole('radio', typeof name === 'string' ? { name, exact: true } : { name })

/** The root of large print: the tap that chose it is answered by the page's next frame. */
export function isLarge(p) {
  return until(`large print for ${p.name}`, () => p.page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize)), (size) => size === 22)
}
