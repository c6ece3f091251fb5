import { strings } from '@/shared/i18n'

export const t = strings(
  {
    brand: '网格中心', product: '网格化服务管理',
    command: '指挥', cases: '事件', stats: '统计', registry: '基础库', mesh: '网格', dispatch: '分派', staff: '队伍', accounts: '管理', flows: '流程', profile: '配置', alarms: '设备', audit: '审计',
    commandTitle: '指挥地图', casesTitle: '事件', statsTitle: '统计', registryTitle: '基础库', meshTitle: '网格调整', dispatchTitle: '分派规则', staffTitle: '队伍', accountsTitle: '账号管理', flowsTitle: '流程', profileTitle: '业务配置', alarmsTitle: '设备和平台接入', auditTitle: '审计日志', newTitle: '登记来电', cardsTitle: '黄红牌督办',
    skip: '跳到主要内容', mainMenu: '主菜单',
    search: '搜索件号、地点、内容、楼栋、人员', searchShort: '搜索', searchHint: '输入件号、内容、地址或姓名',
    searchNone: '没有找到“{q}”', inCases: '事件', inBuildings: '楼栋', inStaff: '人员', allCases: '在事件中查看全部 {n} 件',
    live: '实时', liveOff: '连接中断', liveHint: '新的变化会自动显示', liveOffHint: '正在重新连接，页面内容可能不是最新的',
    newCase: '登记来电', language: '语言', toEnglish: 'English', toChinese: '中文',
    changePassword: '修改密码', signOut: '退出登录', keys: '快捷键', account: '我的账号',
    keysTitle: '快捷键', keySearch: '搜索', keyNext: '下一件', keyPrevious: '上一件', keyOpen: '打开，进入办理', keyDigit: '选第几个承办对象', keySelect: '选中或取消选中', keyMap: '显示或收起地图', keyRefresh: '刷新', keyHelp: '显示本页', keyEscape: '关闭', keyNew: '登记来电',
    close: '关闭', or: '或',
    calendarMissing: '{year} 年工作日历未导入', calendarGuess: '{n} 件期限为暂定', calendarImport: '导入日历文件',
  },
  {
    brand: 'Grid centre', product: 'Grid-based community service',
    command: 'Map', cases: 'Cases', stats: 'Figures', registry: 'Places', mesh: 'Grids', dispatch: 'Rules', staff: 'Staff', accounts: 'Accounts', flows: 'Flows', profile: 'Set-up', alarms: 'Devices', audit: 'Audit',
    commandTitle: 'Command map', casesTitle: 'Cases', statsTitle: 'Figures', registryTitle: 'Places and buildings', meshTitle: 'Borders of the grids', dispatchTitle: 'Dispatch rules', staffTitle: 'Staff', accountsTitle: 'Accounts', flowsTitle: 'Flows', profileTitle: 'Set-up of the county', alarmsTitle: 'Devices and platforms', auditTitle: 'Audit log', newTitle: 'Case from a call', cardsTitle: 'Yellow and red cards',
    skip: 'Skip to the main part', mainMenu: 'Main menu',
    search: 'Search number, place, text, building, person', searchShort: 'Search', searchHint: 'Type a case number, words, an address or a name',
    searchNone: 'Nothing found for “{q}”', inCases: 'Cases', inBuildings: 'Buildings', inStaff: 'People', allCases: 'Show all {n} in the queue',
    live: 'Live', liveOff: 'Disconnected', liveHint: 'Changes appear by themselves', liveOffHint: 'Connecting again; what you see may be out of date',
    newCase: 'New from call', language: 'Language', toEnglish: 'English', toChinese: '中文',
    changePassword: 'Change password', signOut: 'Sign out', keys: 'Keyboard shortcuts', account: 'My account',
    keysTitle: 'Keyboard shortcuts', keySearch: 'Search', keyNext: 'Next case', keyPrevious: 'Previous case', keyOpen: 'Open and act on it', keyDigit: 'Choose that target', keySelect: 'Select or deselect', keyMap: 'Show or hide the map', keyRefresh: 'Read again', keyHelp: 'Show this', keyEscape: 'Close', keyNew: 'New case from a call',
    close: 'Close', or: 'or',
    calendarMissing: 'No working-day calendar for {year}', calendarGuess: '{n#deadline is|deadlines are} provisional', calendarImport: 'Import a file',
  },
)
