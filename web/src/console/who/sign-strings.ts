import { strings } from '@/shared/i18n'

/** Signing in and passwords: on the first page, so apart from the rest of this feature. */
export const t = strings(
  {
    signIn: '登录', signingIn: '正在登录…', login: '登录名', password: '密码', showPassword: '显示密码', hidePassword: '隐藏密码',
    loginEmpty: '请输入登录名', passwordEmpty: '请输入密码',
    centre: '网格中心', slogan: '受理、派遣、督办、核查、归档，每一件都有回音',
    forResidents: '居民请从这里反映问题', forMembers: '网格员手机端', forgotten: '忘记密码请联系本单位的安全管理员重置。',
    watch: '登录和操作均记入审计日志。',
    again: '登录已过期', againHint: '请重新输入密码，页面上填写的内容不会丢失。', leave: '换个账号',
    mustTitle: '请先设置您自己的密码', mustHint: '当前密码由管理员设置，只能用一次。', changeTitle: '修改密码',
    old: '原密码', next: '新密码', repeat: '再输一次新密码', rule: '至少 10 位；8 至 9 位时须含大写、小写、数字、符号中的三种。不能包含登录名。',
    differ: '两次输入的新密码不一致', change: '修改密码', changing: '正在修改…', changed: '密码已修改，下次登录请用新密码。', cancel: '取消', close: '关闭', signOut: '退出登录', empty: '请填写',
    language: 'English',
  },
  {
    signIn: 'Sign in', signingIn: 'Signing in…', login: 'Login', password: 'Password', showPassword: 'Show password', hidePassword: 'Hide password',
    loginEmpty: 'Enter your login', passwordEmpty: 'Enter your password',
    centre: 'Grid centre', slogan: 'Accept, dispatch, follow up, check, archive: every report gets its answer',
    forResidents: 'Residents report here', forMembers: 'Grid members’ phone page', forgotten: 'Forgotten it? Your security administrator can reset it.',
    watch: 'Signing in and every action are kept in the audit log.',
    again: 'Your session has ended', againHint: 'Enter your password again. Nothing you typed is lost.', leave: 'Another account',
    mustTitle: 'First choose a password of your own', mustHint: 'The present one was set by an administrator and works only once.', changeTitle: 'Change password',
    old: 'Present password', next: 'New password', repeat: 'New password again', rule: 'At least 10 characters; with 8 or 9, three kinds of capitals, small letters, digits, marks. Not containing your login.',
    differ: 'The two new passwords differ', change: 'Change password', changing: 'Changing…', changed: 'Changed. Use the new password from now on.', cancel: 'Cancel', close: 'Close', signOut: 'Sign out', empty: 'Please fill this in',
    language: '中文',
  },
)
