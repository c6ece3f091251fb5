/* The derivation of a deadline cut at midnight, so that it can be read day by day. Pure. */
import type { components } from '@/shared/api/schema.gen'
import { chinaDay, formatStamp, toMs } from '@/shared/time'

export type ClockSpan = components['schemas']['ClockSpanView']

const dayMs = 86_400_000

export interface DayPart {
  /** Minutes of the day. */
  from: number
  to: number
  span: ClockSpan
}

export interface ClockDay {
  date: string
  parts: DayPart[]
  countedMs: number
  /** Counted up to the end of the day. */
  cumulativeMs: number
  /** Which counted working day it is; 0 none. */
  number: number
  /** What kept the day from counting; empty when something counted. */
  why: string
  ahead: boolean
  late: boolean
  provisional: boolean
}

function dayOf(date: string): ClockDay {
  return { date, parts: [], countedMs: 0, cumulativeMs: 0, number: 0, why: '', ahead: true, late: false, provisional: false }
}

export function clockDays(spans: readonly ClockSpan[]): ClockDay[] {
  const days: ClockDay[] = []
  let cumulative = 0
  for (const span of spans) {
    const end = toMs(span.to)
    for (let at = toMs(span.from); at < end;) {
      const date = formatStamp(at).slice(0, 10)
      const midnight = Date.parse(`${date}T00:00:00+08:00`)
      const to = Math.min(end, midnight + dayMs)
      let day = days.at(-1)
      if (day?.date !== date) days.push((day = dayOf(date)))
      day.parts.push({ from: (at - midnight) / 60_000, to: (to - midnight) / 60_000, span })
      if (span.counted) {
        day.countedMs += to - at
        cumulative += to - at
        day.number = span.day_number
      }
      day.cumulativeMs = cumulative
      day.ahead &&= span.ahead
      day.late ||= span.late
      day.provisional ||= span.provisional
      at = to
    }
  }
  for (const day of days) if (!day.countedMs) day.why = day.parts.map((p) => p.span.why)[0] ?? ''
  return days
}

/** 08:30, 24:00 at the end of the day. */
export function timeOf(minute: number): string {
  const whole = Math.floor(minute)
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`
}

/** The weekday, 0 Sunday. */
export function weekdayOf(date: string): number {
  return (chinaDay(`${date}T12:00:00+08:00`) + 4) % 7
}
