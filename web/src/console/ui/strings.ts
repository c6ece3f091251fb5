import { strings } from '@/shared/i18n'

export const t = strings(
  { page: '第 {n} 页', rows: '{n} 行', previous: '上一页', next: '下一页', close: '关闭' },
  { page: 'Page {n}', rows: '{n#row|rows}', previous: 'Previous page', next: 'Next page', close: 'Close' },
)
