import { strings } from '@/shared/i18n'

export const t = strings(
  {
    title: '待上传', none: '没有待上传的内容', noneHint: '上报和处置都已送到，回执在下面。',
    queued: '等待上传', sending: '正在上传', done: '已送达', rejected: '被退回', paused: '需要重新登录后继续上传',
    photos: '照片 {n} 张', photoOf: '照片 {n}/{all}', tries: '已试 {n} 次，{when}再试', retry: '重试', remove: '删除', fix: '修改后重交', open: '查看', sendNow: '立即上传',
    removeAsk: '删除这一项？', removeText: '“{title}”还没有送达，删除后无法找回。', removeYes: '删除', cancel: '取消',
    waiting: '待上传', finished: '已送达', receipt: '编号 {number} · 回执 {hash}', create: '上报', act: '处置', storage: '手机已用空间 {used}，可用 {quota}',
    why: '原因', draftTaken: '已放回上报页，改好后再提交',
  },
  {
    title: 'To be sent', none: 'Nothing waits to be sent', noneHint: 'Everything has arrived; receipts below.',
    queued: 'Waiting', sending: 'Sending', done: 'Received', rejected: 'Refused', paused: 'Sign in again to go on sending',
    photos: '{n#photo|photos}', photoOf: 'Photo {n}/{all}', tries: 'tried {n#time|times}, next {when}', retry: 'Try again', remove: 'Delete', fix: 'Correct it', open: 'Open', sendNow: 'Send now',
    removeAsk: 'Delete this?', removeText: '“{title}” has not been received; it cannot be brought back.', removeYes: 'Delete', cancel: 'Cancel',
    waiting: 'To be sent', finished: 'Received', receipt: 'Number {number} · receipt {hash}', create: 'Report', act: 'Action', storage: 'Storage used {used} of {quota}',
    why: 'Why', draftTaken: 'Back on the report page: correct it and submit',
  },
)
