import { strings } from '@/shared/i18n'

export const t = strings(
  {
    action: '操作，如 case.act', subject: '对象，如 case/12', actor: '操作人编号', from: '从', to: '到', at: '时间', who: '操作人', what: '操作', on: '对象', address: '来源地址', lane: '链', seq: '序号', hash: '摘要', previous: '前一摘要', detail: '内容', none: '没有符合条件的记录', noneHint: '放宽条件再试。', system: '系统', heads: '链首与签名', headsHint: '每条链的最新记录；签名覆盖到哪一条。用 wangge verify 可以离线核对全部历史。', signedTo: '已签至 {n}', notSigned: '尚未签名', key: 'SM2 公钥', entry: '记录 {lane}-{seq}', clear: '清除条件', onlyWho: '只看此人', onlySubject: '只看此对象',
  },
  {
    action: 'Action, e.g. case.act', subject: 'Subject, e.g. case/12', actor: 'Actor’s number', from: 'From', to: 'To', at: 'When', who: 'Who', what: 'Action', on: 'Subject', address: 'Address', lane: 'Lane', seq: 'No.', hash: 'Hash', previous: 'Hash before', detail: 'Detail', none: 'No entries fit', noneHint: 'Try wider filters.', system: 'system', heads: 'Heads and signatures', headsHint: 'The newest entry of every lane and how far the signatures reach. `wangge verify` checks the whole history off line.', signedTo: 'signed to {n}', notSigned: 'not signed yet', key: 'SM2 public key', entry: 'Entry {lane}-{seq}', clear: 'Clear filters', onlyWho: 'Only this person', onlySubject: 'Only this subject',
  },
)
