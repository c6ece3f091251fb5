/* What the pages of rules share: hours as people type them. */
import type { DispatchTerms } from '@/shared/api'

const minutesADay = 1440

/** 510 → 08:30; midnight at the end of a day is 00:00 of the next. */
export function timeOf(minute: number | null | undefined): string {
  if (minute === null || minute === undefined) return ''
  const m = minute % minutesADay
  return `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`
}

/** 08:30 → 510; nothing typed → undefined. `end`: 00:00 is the end of the day. */
export function minuteOf(time: string, end = false): number | undefined {
  const [h, m] = time.split(':').map(Number)
  if (h === undefined || m === undefined || Number.isNaN(h) || Number.isNaN(m)) return undefined
  return end && h === 0 && m === 0 ? minutesADay : h * 60 + m
}

export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7
export const weekdays: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7]

/** Only what was filled in. */
export function onlySet(terms: DispatchTerms): DispatchTerms {
  return Object.fromEntries(Object.entries(terms).filter(([, v]) => v !== undefined && v !== '' && !(Array.isArray(v) && !v.length))) as DispatchTerms
}
