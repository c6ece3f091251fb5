import { strings } from '@/shared/i18n'

export const t = strings(
  {
    appName: '网格员工作台',
    today: '今日', map: '地图', report: '上报', messages: '消息', mine: '我的',
    back: '返回',
    toLarge: '大字版', toHuge: '特大字', toNormal: '标准字',
    update: '新版本已就绪', updateNow: '点此更新',
    again: '登录已过期', againHint: '重新输入密码即可继续，填好的内容都还在。',
    password: '密码', enter: '继续', other: '换个账号登录',
    offline: '没有网络，可以继续填写，联网后自动上传',
    copyFrom: '没有连上服务器，显示的是 {when} 的内容',
    waiting: '待上传 {n}', refused: '{n} 项被退回', allSent: '全部已上传',
    opening: '正在打开…',
    missing: '没有这个页面', toToday: '回到今日',
    close: '关闭', cancel: '取消',
  },
  {
    appName: 'Grid member',
    today: 'Today', map: 'Map', report: 'Report', messages: 'Messages', mine: 'Me',
    back: 'Back',
    toLarge: 'Large print', toHuge: 'Largest', toNormal: 'Normal',
    update: 'A new version is ready', updateNow: 'Update',
    again: 'Your session has expired', againHint: 'Enter your password to go on; nothing you filled in is lost.',
    password: 'Password', enter: 'Continue', other: 'Use another account',
    offline: 'No network. You can go on; it is sent when you are back online',
    copyFrom: 'The server cannot be reached; this is from {when}',
    waiting: '{n} to send', refused: '{n} refused', allSent: 'All sent',
    opening: 'Opening…',
    missing: 'No such page', toToday: 'To Today',
    close: 'Close', cancel: 'Cancel',
  },
)
