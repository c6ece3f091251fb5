import { strings } from '@/shared/i18n'

export const t = strings(
  { page: '第 {n} 页', rows: '{n} 行', previous: '上一页', next: '下一页', close: '关闭', save: '保存', saving: '正在保存…', cancel: '取消', fits: '符合', fitsNot: '不符合', firstFit: '首个符合', draftRule: '未保存', rulesTried: '分派规则逐条比对', wholeClass: '整类' },
  { page: 'Page {n}', rows: '{n#row|rows}', previous: 'Previous page', next: 'Next page', close: 'Close', save: 'Save', saving: 'Saving…', cancel: 'Cancel', fits: 'fits', fitsNot: 'does not fit', firstFit: 'first that fits', draftRule: 'not saved', rulesTried: 'The rules, one after the other', wholeClass: 'the whole class' },
)
