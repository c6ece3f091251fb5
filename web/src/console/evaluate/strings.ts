import { strings } from '@/shared/i18n'

export const t = strings(
  {
    score: '得分', handled: '办理件数', tooFew: '不足 5 件', moreRows: '只列出前 {n} 个，请缩小地区范围', byMember: '一员一评', byGrid: '一格一评',
    place: '地区', anyPlace: '全辖区', from: '从', to: '到', clearTime: '全部时间', today: '今天', week: '近 7 天', month: '本月', year: '今年',
    total: '总数', disposed: '已处置', rate: '处置率', open: '办理中', late: '超时', satisfaction: '满意率', closed: '结案', byStreets: '街道办理', onTheMove: '流转', fromPublic: '群众反映', archived: '已归档', reopened: '重新办理',
    ratedOf: '{n} 件评价，{good} 件满意', noRating: '还没有评价', definitionsTitle: '指标口径', asOf: '{place}，{span}，截至 {when}', allTime: '全部时间', spanOf: '{from} 至 {to}',
    byClass: '按类别', byState: '按环节', byPlace: '按地区', byChannel: '按来源', byDepartment: '按承办部门', byDay: '每日受理与归档', byWeek: '每周受理与归档', received: '上报', name: '名称', share: '占比', trendTable: '查看数据表', trendChart: '查看图', date: '日期', week2: '周（起始日）',
    none: '没有数据', sum: '合计', unitCase: '件', print: '打印', live: '数字随事件变化自动更新',
  },
  {
    score: 'Score', handled: 'Handled', tooFew: 'fewer than 5', moreRows: 'The first {n} are listed; choose a smaller place', byMember: 'People, by rates', byGrid: 'Grids, by rates',
    place: 'Place', anyPlace: 'Whole area', from: 'From', to: 'To', clearTime: 'All time', today: 'Today', week: 'Last 7 days', month: 'This month', year: 'This year',
    total: 'Total', disposed: 'Disposed', rate: 'Disposal rate', open: 'Open', late: 'Late', satisfaction: 'Satisfaction', closed: 'Closed', byStreets: 'Handled by streets', onTheMove: 'On the move', fromPublic: 'From the public', archived: 'Archived', reopened: 'Reopened',
    ratedOf: '{n} rated, {good} satisfied', noRating: 'Nothing rated yet', definitionsTitle: 'What the figures mean', asOf: '{place}, {span}, as of {when}', allTime: 'all time', spanOf: '{from} to {to}',
    byClass: 'By class', byState: 'By state', byPlace: 'By place', byChannel: 'By source', byDepartment: 'By department', byDay: 'Received and archived by day', byWeek: 'Received and archived by week', received: 'Received', name: 'Name', share: 'Share', trendTable: 'Show as a table', trendChart: 'Show as a chart', date: 'Date', week2: 'Week from',
    none: 'No data', sum: 'Sum', unitCase: 'cases', print: 'Print', live: 'Figures follow the cases by themselves',
  },
)
