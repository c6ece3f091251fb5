/* Own typed strings: `const t = strings(zh, en)` beside each feature, then `t('late', { n: 3 })`. Chinese is the source;
 * English must have the same keys. `{n}` inserts; `{n#day|days}` writes the number and picks the English plural.
 * A missing key or a missing variable is a compile error. English may also be given as `() => import('./strings.en')`,
 * so that a page for residents carries it only for those who ask for it. */
import { shallowRef, watchEffect } from 'vue'

export const locales = ['zh-CN', 'en'] as const
export type Locale = (typeof locales)[number]

type Named<S extends string> = S extends `${infer N}#${string}` ? N : S
type Vars<S extends string> = S extends `${string}{${infer V}}${infer Rest}` ? Named<V> | Vars<Rest> : never
type Args<S extends string> = [Vars<S>] extends [never] ? [] : [vars: Record<Vars<S>, string | number>]
export type Translate<Z extends Record<string, string>> = <K extends keyof Z>(key: K, ...args: Args<Z[K]>) => string

const key = 'wangge.locale'

function initial(): Locale {
  try {
    const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(key)
    return locales.find((l) => l === asked) ?? 'zh-CN'
  } catch {
    return 'zh-CN'
  }
}

export const locale = shallowRef<Locale>(initial())

const waiting = new Set<() => Promise<void>>()

/** Fetches the English texts that are not there yet. Await once before mounting; `setLocale` does it by itself. */
export async function loadLocale(wanted: Locale = locale.value): Promise<void> {
  if (wanted !== 'en') return
  await Promise.all(Array.from(waiting, (load) => load()))
}

export async function setLocale(next: Locale): Promise<void> {
  await loadLocale(next)
  locale.value = next
  try {
    localStorage.setItem(key, next)
  } catch { /* private mode: the choice lasts for this visit */ }
}

/** Call once per face, before mounting: keeps <html lang> true, and follows what is chosen in another window. */
export function applyLocale(): void {
  addEventListener('storage', (e) => {
    const next = locales.find((l) => l === e.newValue)
    if (e.key === key && next) void setLocale(next)
  })
  watchEffect(() => {
    document.documentElement.lang = locale.value
  })
}

export function fill(template: string, vars: Record<string, string | number>): string {
  return template.replace(/\{(\w+)(?:#([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, many?: string) => {
    const value = vars[name]
    if (value === undefined) return ''
    return one === undefined ? String(value) : `${value} ${Number(value) === 1 ? one : (many ?? one)}`
  })
}

type English<Z> = { readonly [K in keyof Z]: string }

export function strings<const Z extends Record<string, string>>(
  zh: Z,
  en: English<Z> | (() => Promise<{ default: English<Z> }>),
): Translate<Z> {
  const english = shallowRef<English<Z> | null>(typeof en === 'function' ? null : en)
  if (typeof en === 'function') {
    const load = async (): Promise<void> => {
      english.value = (await en()).default
      waiting.delete(load)
    }
    waiting.add(load)
    if (locale.value === 'en') load().catch(() => undefined)
  }
  return (name, ...args) => {
    const template = (locale.value === 'en' ? english.value : null)?.[name] ?? zh[name]
    const vars: Record<string, string | number> | undefined = args[0]
    return vars ? fill(template ?? '', vars) : (template ?? '')
  }
}

/** A text the server gives in both languages. */
export function pick(text: { zh: string, en?: string | null | undefined }): string {
  return locale.value === 'en' && text.en ? text.en : text.zh
}
