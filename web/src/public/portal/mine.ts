/* Receipts of reports made on this device, so that nobody has to write a code down. Kept on the device only, the
 * newest ten; a button takes them away. */
import { shallowReadonly, shallowRef } from 'vue'

export interface MyReport { code: string, phone: string, at: number, text: string }

const key = 'wangge.my-reports'
const most = 10

function isMine(value: unknown): value is MyReport {
  const v = value as Partial<MyReport> | null
  return typeof v === 'object' && v !== null && typeof v.code === 'string' && typeof v.phone === 'string' && typeof v.at === 'number' && typeof v.text === 'string'
}

function read(): MyReport[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(found) ? found.filter(isMine) : []
  } catch {
    return []
  }
}

const held = shallowRef<readonly MyReport[]>(read())
export const mine = shallowReadonly(held)

function store(next: readonly MyReport[]): void {
  held.value = next
  try {
    if (next.length) localStorage.setItem(key, JSON.stringify(next))
    else localStorage.removeItem(key)
  } catch { /* private mode: kept for this visit */ }
}

export function remember(report: MyReport): void {
  store([report, ...held.value.filter((r) => r.code !== report.code)].slice(0, most))
}

export function forgetAll(): void {
  store([])
}

export function phoneOf(code: string): string | null {
  return held.value.find((r) => r.code === code)?.phone ?? null
}
