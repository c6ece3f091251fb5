import { strings } from '@/shared/i18n'

export const t = strings(
  {
    intro: '事件到了派遣环节，按顺序比对规则，首个符合的排在最前，由值班员决定。都不符合时，用事项清单规定的责任单位。', add: '新增规则', none: '还没有分派规则', noneHint: '没有规则时，只建议事项清单规定的责任单位。', noneHintRead: '只建议事项清单规定的责任单位。',
    centre: '网格中心', rulesN: '{n} 条', order: '顺序', category: '类别', place: '地区', when: '时间', target: '承办', state: '状态', note: '备注', edit: '修改', remove: '删除', removeAsk: '删除规则“{title}”？',
    up: '上移', down: '下移', moveUp: '第 {n} 条上移', moveDown: '第 {n} 条下移', moved: '已移到第 {n} 条', keysHint: '选中一行后按 Alt ↑ / ↓ 调整顺序', anywhere: '全部地区', anyCategory: '任何类别', active: '生效中', notActive: '未生效', categoryGone: '类别已不存在', targetGone: '承办已不存在', fromDay: '{day} 起', toDay: '至 {day}',
    above: '上级中心的规则', aboveHint: '排在本中心的规则之后。', last: '最后：事项清单规定的责任单位', list: '分派规则', readOnly: '您可以查看，不能修改。',
    addTitle: '新增规则', editTitle: '修改规则', addHint: '加在末尾，保存后可以调整顺序。', days: '日期', daysAny: '每天', daysWorking: '工作日', daysOff: '休息日', daysListed: '按星期', weekdays: '星期', w1: '周一', w2: '周二', w3: '周三', w4: '周四', w5: '周五', w6: '周六', w7: '周日',
    fromTime: '从', toTime: '到', nextDay: '结束早于开始：到次日为止', targetKind: '派给', department: '部门', person: '人员', chooseDepartment: '选择部门', findPerson: '输入姓名查找', activeFrom: '生效日期', activeTo: '停用日期', targetNeeded: '请选择部门或人员',
    tryDraft: '先试一试', draftNew: '按新规则已加入（尚未保存）比对', draftChanged: '按规则已修改（尚未保存）比对', draftBack: '返回规则', draftTag: '未保存的规则',
    tester: '试一试', testerHint: '如果在某地某时有这样一件事，会建议派给谁？', testCategory: '类别', testPlace: '地点', testAt: '时间', now: '现在', run: '比对', needBoth: '请选择类别和地点', suggested: '建议派给', nobody: '没有规则符合，清单也没有责任单位', others: '其次', provisional: '该年度还没有工作日历，只按周末判断休息日。', nearMembers: '附近人员', openN: '在办 {n}', ownGrid: '本网格', distanceFrom: '距离从{from}算起',
  },
  {
    intro: 'When a case has to be dispatched the rules are tried in order. The first that fits is suggested first; the dispatcher decides. When none fits, the unit that the catalogue names.', add: 'Add a rule', none: 'No dispatch rules yet', noneHint: 'Without rules only the catalogue’s unit is suggested.', noneHintRead: 'Only the catalogue’s unit is suggested.',
    centre: 'Centre', rulesN: '{n#rule|rules}', order: 'Order', category: 'Category', place: 'Place', when: 'Time', target: 'Target', state: 'Status', note: 'Note', edit: 'Change', remove: 'Remove', removeAsk: 'Remove the rule “{title}”?',
    up: 'Up', down: 'Down', moveUp: 'Move rule {n} up', moveDown: 'Move rule {n} down', moved: 'Moved to place {n}', keysHint: 'With a row focused, Alt ↑ / ↓ moves it', anywhere: 'Everywhere', anyCategory: 'Any category', active: 'In force', notActive: 'Not in force', categoryGone: 'No such category', targetGone: 'Target is gone', fromDay: 'from {day}', toDay: 'to {day}',
    above: 'Rules of centres above', aboveHint: 'They come after the rules of this centre.', last: 'Last: the unit that the catalogue names', list: 'Dispatch rules', readOnly: 'You may read them, not change them.',
    addTitle: 'Add a rule', editTitle: 'Change the rule', addHint: 'It comes at the end; the order can be changed afterwards.', days: 'Days', daysAny: 'Every day', daysWorking: 'Working days', daysOff: 'Days off', daysListed: 'Days of the week', weekdays: 'Days of the week', w1: 'Mon', w2: 'Tue', w3: 'Wed', w4: 'Thu', w5: 'Fri', w6: 'Sat', w7: 'Sun',
    fromTime: 'From', toTime: 'To', nextDay: 'The end is before the start: until the next day', targetKind: 'Send to', department: 'Department', person: 'Person', chooseDepartment: 'Choose a department', findPerson: 'Find by name', activeFrom: 'In force from', activeTo: 'In force to', targetNeeded: 'Choose a department or a person',
    tryDraft: 'Try it first', draftNew: 'Tried with the new rule, not saved yet', draftChanged: 'Tried with the changed rule, not saved yet', draftBack: 'Back to the rule', draftTag: 'not saved',
    tester: 'Try it', testerHint: 'Such a case, there and then: who would be suggested?', testCategory: 'Category', testPlace: 'Place', testAt: 'When', now: 'Now', run: 'Try', needBoth: 'Choose a category and a place', suggested: 'Suggested', nobody: 'No rule fits, and the catalogue names no unit', others: 'Then', provisional: 'That year has no working-day calendar yet: weekends alone count as days off.', nearMembers: 'People near', openN: '{n} open', ownGrid: 'own grid', distanceFrom: 'Distances from {from}',
  },
)
