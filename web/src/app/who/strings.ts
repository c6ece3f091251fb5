import { strings } from '@/shared/i18n'

export const t = strings(
  {
    title: '网格员工作台', subtitle: '发现 · 处置 · 反馈，一步都不落下',
    login: '登录名', password: '密码', loginHint: '请输入登录名', passwordHint: '请输入密码', enter: '登录', entering: '正在登录…',
    needBoth: '请填写登录名和密码。', show: '显示密码', hide: '隐藏密码',
    forgot: '忘记密码请联系网格中心重置。', wechat: '微信里功能不全：请点右上角“…”，选择“在浏览器打开”。',
    mine: '我的', posts: '我的岗位', phone: '手机号', duty: '值班时间',
    figures: '我的网格', received: '受理', disposed: '已处置', late: '超期', satisfied: '满意率', figuresOf: '{place}，累计', definitions: '这些数字是怎么算的',
    display: '显示', size: '字号', normal: '标准', large: '大字版', huge: '特大字', language: '语言',
    outbox: '待上传', outboxNone: '全部已上传', outboxSome: '{n} 项', changePassword: '修改密码', privacy: '记录了我什么', 
    privacyText: '上报和处置时记录位置和时间，作为办事依据；不上报时不记录您的位置。照片上传前会去掉设备信息。',
    logout: '退出登录', logoutAsk: '退出登录？', logoutUnsent: '还有 {n} 项没有上传。退出后它们仍留在这台手机上，下次用您的账号登录后继续上传。', logoutYes: '退出', cancel: '取消',
    passwordTitle: '修改密码', old: '原密码', fresh: '新密码', repeat: '再输入一次新密码', save: '保存', mustChange: '首次登录请先修改密码。',
    rule: '至少 10 位，不要用姓名、生日或连续数字。', differ: '两次输入的新密码不一样。', needAll: '请全部填写。', changed: '密码已修改',
    version: '版本 {v}',
  },
  {
    title: 'Grid member', subtitle: 'Find it, fix it, feed it back',
    login: 'Login', password: 'Password', loginHint: 'Your login', passwordHint: 'Your password', enter: 'Sign in', entering: 'Signing in…',
    needBoth: 'Please enter login and password.', show: 'Show password', hide: 'Hide password',
    forgot: 'Forgotten it? The grid centre can reset it.', wechat: 'Inside WeChat not everything works: tap “…” at the top right and open in the browser.',
    mine: 'Me', posts: 'My posts', phone: 'Phone', duty: 'Duty hours',
    figures: 'My grid', received: 'Received', disposed: 'Handled', late: 'Late', satisfied: 'Satisfied', figuresOf: '{place}, all time', definitions: 'How these figures are made',
    display: 'Display', size: 'Text size', normal: 'Normal', large: 'Large', huge: 'Largest', language: 'Language',
    outbox: 'To be sent', outboxNone: 'all sent', outboxSome: '{n#item|items}', changePassword: 'Change password', privacy: 'What is recorded about me',
    privacyText: 'Place and time are recorded when you report or handle something, as evidence of the work; otherwise your position is not recorded. Device data is removed from photos before they are sent.',
    logout: 'Sign out', logoutAsk: 'Sign out?', logoutUnsent: '{n#item is|items are} not sent yet. They stay on this phone and are sent after you sign in again.', logoutYes: 'Sign out', cancel: 'Cancel',
    passwordTitle: 'Change password', old: 'Old password', fresh: 'New password', repeat: 'New password again', save: 'Save', mustChange: 'Please change the first password.',
    rule: 'At least 10 characters; no name, birthday or running digits.', differ: 'The two new passwords differ.', needAll: 'Please fill in everything.', changed: 'Password changed',
    version: 'Version {v}',
  },
)
