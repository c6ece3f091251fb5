/* Days of the calendar, as texts. */
const dayMs = 86_400_000
/** The first Monday on or after a day (2026-11-24). */
export function mondayFrom(day: string): string {
  const ms = Date.parse(`${day}T00:00:00Z`)
  const weekday = new Date(ms).getUTCDay()
  return new Date(ms + ((8 - weekday) % 7) * dayMs).toISOString().slice(0, 10)
}
