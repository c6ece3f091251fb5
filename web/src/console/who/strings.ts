import { strings } from '@/shared/i18n'

export const t = strings(
  {
    search: '姓名、登录名、电话', searchStaff: '姓名、电话', anyPlace: '全部地区', anyRole: '全部岗位', role: '岗位', place: '地区', department: '部门', name: '姓名', phone: '电话', duty: '值班时间', openCases: '在办', none: '没有符合条件的人员', noneHint: '换一个地区或岗位，或清除搜索。', casesOf: '在事件中查看这个地区',
    login: '登录名', state: '状态', posts: '岗位', lastSeen: '最近登录', never: '从未登录', active: '正常', disabled: '已停用', locked: '已锁定', mustChange: '待改初始密码', add: '新建账号', addTitle: '新建账号', firstPassword: '初始密码', firstHint: '本人首次登录后必须修改。', create: '建立', saving: '正在保存…', save: '保存', cancel: '取消', saved: '已保存', particulars: '基本信息', manage: '账号管理', security: '安全操作',
    disable: '停用账号', enable: '恢复账号', disableAsk: '停用后 {name} 不能再登录，正在进行的登录也会结束。', enableAsk: '恢复后 {name} 可以重新登录。', givePost: '授予岗位', endPost: '结束岗位', endAsk: '结束 {name} 的岗位“{post}”，从今天起失去相应权限。', noPosts: '没有岗位，登录后看不到任何数据', since: '自 {date}', choosePlace: '选择地区', chooseRole: '选择岗位', chooseDepartment: '选择部门',
    reset: '重置密码', resetHint: '设置一个临时密码，本人登录后必须修改。现有登录会全部结束。', newPassword: '临时密码', unlock: '解除锁定', unlockAsk: '解除 {name} 的锁定，立即可以再次登录。', signOutAll: '结束全部登录', signOutAsk: '{name} 的所有设备都会退出登录。', done: '已完成', confirm: '确认', change: '修改', roleOf_system: '系统管理员', roleOf_security: '安全管理员', roleOf_auditor: '审计管理员', roleOf_dispatcher: '网格中心值班员', roleOf_leader: '网格长', roleOf_member: '网格员', roleOf_inspector: '督查员', roleOf_department: '职能部门',
    generate: '生成', passwordExpires: '密码有效至 {date}', scopeHint: '新账号没有岗位；岗位由安全管理员授予。',
  },
  {
    search: 'Name, login, phone', searchStaff: 'Name, phone', anyPlace: 'All places', anyRole: 'All posts', role: 'Post', place: 'Place', department: 'Department', name: 'Name', phone: 'Phone', duty: 'Duty hours', openCases: 'Open', none: 'Nobody fits', noneHint: 'Try another place or post, or clear the search.', casesOf: 'Cases of this place',
    login: 'Login', state: 'State', posts: 'Posts', lastSeen: 'Last seen', never: 'never', active: 'Active', disabled: 'Disabled', locked: 'Locked', mustChange: 'first password', add: 'New account', addTitle: 'New account', firstPassword: 'First password', firstHint: 'To be changed at the first sign-in.', create: 'Create', saving: 'Saving…', save: 'Save', cancel: 'Cancel', saved: 'Saved', particulars: 'Particulars', manage: 'Account', security: 'Security',
    disable: 'Disable', enable: 'Enable', disableAsk: '{name} will not be able to sign in, and present sessions end.', enableAsk: '{name} will be able to sign in again.', givePost: 'Give a post', endPost: 'End', endAsk: 'End the post “{post}” of {name}; its rights end today.', noPosts: 'No post: nothing can be seen after signing in', since: 'since {date}', choosePlace: 'Choose a place', chooseRole: 'Choose a post', chooseDepartment: 'Choose a department',
    reset: 'Reset password', resetHint: 'Set a temporary password, to be changed at the next sign-in. Present sessions end.', newPassword: 'Temporary password', unlock: 'Unlock', unlockAsk: 'Lift the lock of {name}; signing in works again at once.', signOutAll: 'End all sessions', signOutAsk: 'Every device of {name} is signed out.', done: 'Done', confirm: 'Confirm', change: 'Change', roleOf_system: 'System administrator', roleOf_security: 'Security administrator', roleOf_auditor: 'Audit administrator', roleOf_dispatcher: 'Dispatcher', roleOf_leader: 'Grid leader', roleOf_member: 'Grid member', roleOf_inspector: 'Inspector', roleOf_department: 'Department',
    generate: 'Make one', passwordExpires: 'password valid until {date}', scopeHint: 'A new account has no post; the security administrator gives them.',
  },
)
export const roles = ['system', 'security', 'auditor', 'dispatcher', 'leader', 'member', 'inspector', 'department'] as const
