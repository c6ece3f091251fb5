/* Days as the territory counts them (UTC+8), and days gathered into weeks where there are too many to read. */
import type { CaseStats } from '@/shared/api'

export interface Point { date: string, last: string, received: number, archived: number }

const dayMs = 86_400_000
const zoneMs = 8 * 3_600_000
const mostDays = 62

export const dateOf = (ms: number): string => new Date(ms + zoneMs).toISOString().slice(0, 10)
export const plusDays = (date: string, n: number): string => new Date(Date.parse(`${date}T00:00:00Z`) + n * dayMs).toISOString().slice(0, 10)
export const startOf = (date: string): string => `${date}T00:00:00+08:00`

function monday(date: string): string {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay()
  return plusDays(date, -((weekday + 6) % 7))
}

export function pointsOf(days: CaseStats['by_day']): { weekly: boolean, points: Point[] } {
  const first = days[0]?.date
  const last = days.at(-1)?.date
  if (!first || !last) return { weekly: false, points: [] }
  const weekly = (Date.parse(last) - Date.parse(first)) / dayMs > mostDays
  const made = new Map<string, Point>()
  const begin = weekly ? monday(first) : first
  for (let date = begin; date <= last; date = plusDays(date, weekly ? 7 : 1)) made.set(date, { date, last: weekly ? plusDays(date, 6) : date, received: 0, archived: 0 })
  for (const day of days) {
    const point = made.get(weekly ? monday(day.date) : day.date)
    if (!point) continue
    point.received += day.received
    point.archived += day.archived
  }
  return { weekly, points: [...made.values()] }
}

export type Preset = 'today' | 'week' | 'month' | 'year' | 'all'

export function presetSpan(preset: Preset, nowMs: number): { from: string, to: string } {
  const today = dateOf(nowMs)
  switch (preset) {
    case 'today': return { from: today, to: today }
    case 'week': return { from: plusDays(today, -6), to: today }
    case 'month': return { from: `${today.slice(0, 8)}01`, to: today }
    case 'year': return { from: `${today.slice(0, 5)}01-01`, to: today }
    case 'all': return { from: '', to: '' }
  }
}
