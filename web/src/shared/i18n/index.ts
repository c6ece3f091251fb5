/* Own typed strings: `const t = strings(zh, en)` beside each feature, then `t('late', { n: 3 })`. Chinese is the source;
 * English must have the same keys. `{n}` inserts; `{n#day|days}` writes the number and picks the English plural.
 * A missing key or a missing variable is a compile error. */
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

export function setLocale(next: Locale): void {
  locale.value = next
  try {
    localStorage.setItem(key, next)
  } catch { /* private mode: the choice lasts for this visit */ }
}

/** Call once per face, before mounting: keeps <html lang> true. */
export function applyLocale(): void {
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

export function strings<const Z extends Record<string, string>>(zh: Z, en: { readonly [K in keyof Z]: string }): Translate<Z> {
  return (name, ...args) => {
    const template = locale.value === 'en' ? en[name] : zh[name]
    const vars: Record<string, string | number> | undefined = args[0]
    return vars ? fill(template ?? '', vars) : (template ?? '')
  }
}

/** A text the server gives in both languages. */
export function pick(text: { zh: string, en?: string | null | undefined }): string {
  return locale.value === 'en' && text.en ? text.en : text.zh
}
