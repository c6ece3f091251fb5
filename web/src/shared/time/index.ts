/* Time as people say it: 今天 14:05 · 剩 1 天 2 小时. The territory lives in China Standard Time (UTC+8, no summer time
 * since 1991) whatever zone the device is set to. */
import { locale, strings } from '@/shared/i18n'
import { onScopeDispose, readonly, shallowRef, type Ref } from 'vue'

const t = strings(
  {
    today: '今天 {time}', yesterday: '昨天 {time}', tomorrow: '明天 {time}',
    sameYear: '{month}月{day}日 {time}', otherYear: '{year}年{month}月{day}日 {time}',
    left: '剩 {span}', late: '超期 {span}', ago: '{span}前', justNow: '刚刚',
    days: '{n} 天', hours: '{n} 小时', minutes: '{n} 分钟', soon: '不到 1 分钟',
  },
  {
    today: 'today {time}', yesterday: 'yesterday {time}', tomorrow: 'tomorrow {time}',
    sameYear: '{day} {month} {time}', otherYear: '{day} {month} {year} {time}',
    left: '{span} left', late: '{span} late', ago: '{span} ago', justNow: 'just now',
    days: '{n#day|days}', hours: '{n} h', minutes: '{n} min', soon: 'under 1 min',
  },
)

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const minuteMs = 60_000
const dayMs = 86_400_000
const zoneMs = 8 * 3_600_000

export type Moment = string | number | Date

export function toMs(moment: Moment): number {
  return typeof moment === 'number' ? moment : typeof moment === 'string' ? Date.parse(moment) : moment.getTime()
}

const two = (n: number): string => String(n).padStart(2, '0')
const dayNumber = (ms: number): number => Math.floor((ms + zoneMs) / dayMs)

/** 今天 14:05, 昨天 09:30, 11月3日 14:05, 2025年12月30日 08:00. */
export function formatWhen(moment: Moment, nowMs: number = Date.now()): string {
  const ms = toMs(moment)
  if (!Number.isFinite(ms)) return ''
  const local = new Date(ms + zoneMs)
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`
  const apart = dayNumber(ms) - dayNumber(nowMs)
  if (apart === 0) return t('today', { time })
  if (apart === -1) return t('yesterday', { time })
  if (apart === 1) return t('tomorrow', { time })
  const month = locale.value === 'en' ? (months[local.getUTCMonth()] ?? '') : local.getUTCMonth() + 1
  const day = local.getUTCDate()
  const year = local.getUTCFullYear()
  return year === new Date(nowMs + zoneMs).getUTCFullYear()
    ? t('sameYear', { month, day, time })
    : t('otherYear', { year, month, day, time })
}

/** A limit: one that falls on midnight is told as the end of the day before, 今天 24:00. */
export function formatDue(moment: Moment, nowMs: number = Date.now()): string {
  const ms = toMs(moment)
  return (ms + zoneMs) % dayMs === 0 ? formatWhen(ms - minuteMs, nowMs).replace('23:59', '24:00') : formatWhen(ms, nowMs)
}

/** Number of the calendar day in China, for comparing days. */
export function chinaDay(moment: Moment): number {
  return dayNumber(toMs(moment))
}

/** The moment a day of the calendar (2026-11-22) begins in China, or the day `later` days after it. */
export function chinaMidnight(day: string, later = 0): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - zoneMs + later * dayMs).toISOString()
}

/** 2026-11-22 14:05, for tables and print. */
export function formatStamp(moment: Moment): string {
  const ms = toMs(moment)
  return Number.isFinite(ms) ? new Date(ms + zoneMs).toISOString().slice(0, 16).replace('T', ' ') : ''
}

/** The two largest units of a span: 1 天 2 小时, 3 小时 5 分钟, 12 分钟. */
export function formatSpan(spanMs: number): string {
  const minutes = Math.floor(Math.abs(spanMs) / minuteMs)
  if (minutes < 1) return t('soon')
  const d = Math.floor(minutes / 1440)
  const h = Math.floor((minutes % 1440) / 60)
  const m = minutes % 60
  const parts = d > 0
    ? [t('days', { n: d }), ...(h > 0 ? [t('hours', { n: h })] : [])]
    : h > 0
      ? [t('hours', { n: h }), ...(m > 0 ? [t('minutes', { n: m })] : [])]
      : [t('minutes', { n: m })]
  return parts.join(' ')
}

/** 剩 1 天 2 小时 before the limit, 超期 3 小时 after it. */
export function formatLeft(due: Moment, nowMs: number = Date.now()): string {
  const left = toMs(due) - nowMs
  return left >= 0 ? t('left', { span: formatSpan(left) }) : t('late', { span: formatSpan(left) })
}

/** 刚刚, 5 分钟前, 3 小时前, then the date. */
export function formatAgo(moment: Moment, nowMs: number = Date.now()): string {
  const past = nowMs - toMs(moment)
  if (past < minuteMs) return t('justNow')
  if (past < dayMs / 2) return t('ago', { span: formatSpan(past < 3_600_000 ? past : Math.floor(past / 3_600_000) * 3_600_000) })
  return formatWhen(moment, nowMs)
}

/** Now, refreshed while the caller's scope lives: counts on screen keep walking without a reload. */
export function useNow(everyMs = 30_000): Readonly<Ref<number>> {
  const now = shallowRef(Date.now())
  const timer = setInterval(() => {
    now.value = Date.now()
  }, everyMs)
  onScopeDispose(() => clearInterval(timer))
  return readonly(now)
}
