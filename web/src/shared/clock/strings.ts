import type { ClockView } from '@/shared/api'
import { strings } from '@/shared/i18n'

export const t = strings(
  {
    running: '计时中', paused: '暂停计时', stopped: '已停止计时', notBegun: '未起算', neverBegun: '未计时即结束',
    byDay: '逐日推算', counted: '计 {span}', total: '累计 {span}', none: '不计', dayN: '第 {n} 个工作日', ahead: '预计', late: '超期', guess: '暂定',
    folded: '共 {n} 天，点开看每天哪几段时间计入', cut: '时间过长，只列出前面一部分', held: '经手 {name}',
    pauses: '停止计时', extensions: '批准延期', granted: '{time} 批准 {more}', now: '至今', categories: '类别更正', categoryFrom: '{time} 起为“{name}”，时限 {limit}', categoriesWhy: '期限按现类别，从同一起点计算',
    inDays: '{n} 个工作日', hours: '{n} 小时', minutes: '{n} 分钟', elapsed: '已用', left: '剩余', over: '超出', edition: '日历第 {n} 版',
    provisional: '期限暂定：{year} 年放假安排尚未导入，请管理员用 wangge import calendar 导入',
    sunday: '周日', monday: '周一', tuesday: '周二', wednesday: '周三', thursday: '周四', friday: '周五', saturday: '周六',
  },
  {
    running: 'Running', paused: 'Standing still', stopped: 'Stopped', notBegun: 'Not begun', neverBegun: 'Ended before it began',
    byDay: 'Day by day', counted: '{span} counted', total: '{span} in all', none: 'not counted', dayN: 'working day {n}', ahead: 'ahead', late: 'late', guess: 'provisional',
    folded: '{n#day|days}; open one to see which hours counted', cut: 'Too long: only the first part is listed', held: 'with {name}',
    pauses: 'Stood still', extensions: 'Extensions', granted: '{more} granted {time}', now: 'until now', categories: 'Category corrected', categoryFrom: 'From {time} “{name}”, limit {limit}', categoriesWhy: 'The deadline follows the category of now, from the same start',
    inDays: '{n} working days', hours: '{n} h', minutes: '{n} min', elapsed: 'Used', left: 'Left', over: 'Over by', edition: 'calendar edition {n}',
    provisional: 'Provisional: the calendar of {year} is not known yet; an administrator imports it with wangge import calendar',
    sunday: 'Sun', monday: 'Mon', tuesday: 'Tue', wednesday: 'Wed', thursday: 'Thu', friday: 'Fri', saturday: 'Sat',
  },
)

/** Working time: 7 小时 30 分钟. */
export function workSpan(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000)
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (!hours) return t('minutes', { n: rest })
  return rest ? `${t('hours', { n: hours })} ${t('minutes', { n: rest })}` : t('hours', { n: hours })
}

/** The same in ordinary days: 1.5 个工作日. */
export function workDays(ms: number, dayMs: number): string {
  return t('inDays', { n: Math.round((Math.abs(ms) / Math.max(1, dayMs)) * 10) / 10 })
}

/** How a clock stands: not begun (or begun anew), running, standing still, stopped. A phone's older copy of a case does not know. */
export function clockWord(status: ClockView['status'] | undefined, ended: boolean): string {
  if (!status) return ''
  if (status === 'idle' || status === 'withdrawn') return t(ended ? 'neverBegun' : 'notBegun')
  return t(status)
}
