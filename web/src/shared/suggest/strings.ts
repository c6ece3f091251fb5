import { strings } from '@/shared/i18n'

export const t = strings(
  { suggested: '按文字建议的类别', because: '依据：', sure: '{n}%', goesTo: '责任单位：{unit}' },
  { suggested: 'Categories suggested by the text', because: 'Because of: ', sure: '{n} %', goesTo: 'Unit in charge: {unit}' },
)
