import { strings } from '@/shared/i18n'

export const t = strings(
  {
    title: '业务配置', inUse: '正在使用', drafts: '草稿与发布', newDraft: '新建草稿', draftName: '草稿名称', create: '新建', noDrafts: '还没有草稿', noDraftsHint: '新建一份草稿，改好后检查、试算，再发布。办理中的事件按开始时的版本办完。', files: '文件', changedFiles: '已修改 {n} 个文件', history: '版次', editionOf: '第 {n} 版', outOfUse: '停用', addedAt: '{when} 生效',
    kind_catalogue: '事项清单', kind_departments: '部门', kind_limits: '时限表', kind_flow: '流程', kind_form: '表单',
    state_open: '编辑中', state_scheduled: '待生效', state_active: '已生效', state_held: '未能生效', state_dropped: '已作废',
    madeBy: '{who} 建于 {when}', changedBy: '{who} 改于 {when}', activeFrom: '{when} 生效', publishedBy: '{who} 发布', movingNow: '正在转入新版：已转 {moved} 件', movedN: '转入新版 {moved} 件，按原版办完 {stayed} 件', keepN: '办理中的事件按原版办完',
    check: '检查', checking: '正在检查…', dryRun: '试算', trying: '正在试算…', publish: '发布…', publishNow: '发布', drop: '作废', dropAsk: '作废这份草稿？', withdraw: '撤回', save: '保存', saved: '已保存', undo: '恢复原样', undoAsk: '放弃对这个文件的修改？', remove: '停用', addFile: '添加', newFlow: '新流程代码', newForm: '新表单名称', newLimits: '添加时限表',
    passed: '检查通过，可以试算和发布。', faultsN: '有 {n} 处错误', lineN: '第 {n} 行', more: '另有 {n} 处', mustCheck: '发布前先检查。', noChange: '还没有修改任何文件。', unsaved: '有未保存的修改', leaveAsk: '修改还没有保存，确定离开吗？',
    baseChanged: '草稿所依据的版本已更新。请核对“新版变化”，再改用新版为底本。', rebase: '改用新版为底本', conflict: '他人已修改这份草稿', reload: '重新读取', removedHere: '发布后停用。', newFile: '新文件', heldWhy: '未能生效：{why}',
    tabText: '文本', tabTable: '表格', tabPreview: '预览', tabFlow: '流程图', tabDiff: '修改', tabCurrent: '新版变化', notJson: '文本还不是正确的 JSON，改好后显示。', notFlow: '还不是完整的流程，补齐环节后显示。', noDiff: '没有变化', editorOf: '{name} 的文本', tryForm: '试填', formHint: '按当前文本显示，试填的内容不会保存。', skipped: '…',
    code: '代码', nameZh: '名称', nameEn: '英文名称', unit: '主责部门', limitDays: '时限（工作日）', flowOf: '流程', ofClass: '随大类', addItem: '添加事项', removeItem: '删除', search: '查找事项',
    dryTitle: '对办理中事件的影响', dryHint: '如果转入新版，办理中的事件会怎样。不转入的，按开始时的版本办完，什么也不变。', openCases: '办理中', affected: '会有变化', dueChanges: '期限变化', holderChanges: '承办变化', stateGone: '环节或流程不存在', staysN: '不能转入', unitGone: '单位撤销', unitGoneHint: '有办理中事件的单位不能撤销，请先改派。', first200: '列出前 {n} 件', nothing: '没有事件受影响。', number: '件号', category: '类别', state: '环节', holder: '承办', due: '期限', effect: '结果', none: '无', later: '推后', earlier: '提前',
    'stays_flow-gone': '流程停用，按原版办完', 'stays_state-gone': '环节不在新版，按原版办完', stays_history: '经过的环节不在新版，按原版办完', wouldMove: '转入新版',
    publishTitle: '发布草稿', when: '生效时间', whenNow: '立即', whenLater: '定时', openOnes: '办理中的事件', keepOpen: '按开始时的版本办完', moveOpen: '能转的转入新版，期限按新版重新推算', moveHint: '每件转入都在流转记录里留一步；环节不在新版的按原版办完。', cancel: '取消', confirmPublish: '确认发布', publishedDone: '已发布', atTime: '日期和时间',
    readOnly: '只读',
  },
  {
    title: 'Set-up', inUse: 'In use', drafts: 'Drafts and publications', newDraft: 'New draft', draftName: 'Name of the draft', create: 'Create', noDrafts: 'No drafts yet', noDraftsHint: 'Begin a draft, change it, check it, try it on the open cases, publish it. Open cases finish on the editions they began with.', files: 'Files', changedFiles: '{n#file|files} changed', history: 'Editions', editionOf: 'edition {n}', outOfUse: 'out of use', addedAt: 'in force since {when}',
    kind_catalogue: 'Catalogue', kind_departments: 'Departments', kind_limits: 'Limits', kind_flow: 'Flows', kind_form: 'Forms',
    state_open: 'Being edited', state_scheduled: 'Scheduled', state_active: 'In force', state_held: 'Held', state_dropped: 'Dropped',
    madeBy: 'by {who}, {when}', changedBy: 'changed by {who}, {when}', activeFrom: 'in force from {when}', publishedBy: 'published by {who}', movingNow: 'Moving open cases: {moved} so far', movedN: '{moved} moved, {stayed} finish on their editions', keepN: 'Open cases finish on their editions',
    check: 'Check', checking: 'Checking…', dryRun: 'Dry run', trying: 'Trying…', publish: 'Publish…', publishNow: 'Publish', drop: 'Drop', dropAsk: 'Drop this draft?', withdraw: 'Withdraw', save: 'Save', saved: 'Saved', undo: 'Undo changes', undoAsk: 'Leave this file as it was?', remove: 'Out of use', addFile: 'Add', newFlow: 'Code of a new flow', newForm: 'Name of a new form', newLimits: 'Add a table of limits',
    passed: 'The check found nothing wrong: ready for a dry run and for publishing.', faultsN: '{n#fault|faults}', lineN: 'line {n}', more: '{n} more', mustCheck: 'Check before publishing.', noChange: 'No file has been changed yet.', unsaved: 'Unsaved changes', leaveAsk: 'The changes are not saved. Leave anyway?',
    baseChanged: 'The editions that the draft is based on have changed. Compare under “News” and then take the new ones as the base.', rebase: 'Take the new editions as base', conflict: 'Somebody else changed this draft', reload: 'Read again', removedHere: 'Goes out of use when published.', newFile: 'new file', heldWhy: 'Could not come into force: {why}',
    tabText: 'Text', tabTable: 'Table', tabPreview: 'Preview', tabFlow: 'Diagram', tabDiff: 'Changes', tabCurrent: 'News', notJson: 'The text is no JSON yet.', notFlow: 'Not a whole flow yet: add its states.', noDiff: 'No changes', editorOf: 'Text of {name}', tryForm: 'Try it', formHint: 'Drawn from the text as it is; what you fill in is not kept.', skipped: '…',
    code: 'Code', nameZh: 'Name', nameEn: 'English name', unit: 'Department', limitDays: 'Limit (working days)', flowOf: 'Flow', ofClass: 'as its class', addItem: 'Add an item', removeItem: 'Remove', search: 'Find an item',
    dryTitle: 'What it means for open cases', dryHint: 'What open cases would become if they were moved. Those that are not moved finish as they began: nothing changes.', openCases: 'Open', affected: 'Would change', dueChanges: 'Other deadline', holderChanges: 'Other holder', stateGone: 'State or flow gone', staysN: 'Cannot move', unitGone: 'Department gone', unitGoneHint: 'A department with open cases cannot go: send them elsewhere first.', first200: 'The first {n}', nothing: 'No case is affected.', number: 'Number', category: 'Category', state: 'State', holder: 'With', due: 'Due', effect: 'Then', none: 'none', later: 'later', earlier: 'earlier',
    'stays_flow-gone': 'flow out of use: finishes as it is', 'stays_state-gone': 'state gone: finishes as it is', stays_history: 'its history is not in the new flow: finishes as it is', wouldMove: 'moves',
    publishTitle: 'Publish the draft', when: 'In force', whenNow: 'now', whenLater: 'later', openOnes: 'Open cases', keepOpen: 'finish on the editions they began with', moveOpen: 'move to the new editions where they can, deadlines derived anew', moveHint: 'Each move is a step in the log of the case; those whose state is gone finish as they are.', cancel: 'Cancel', confirmPublish: 'Publish', publishedDone: 'Published', atTime: 'Date and time',
    readOnly: 'read only',
  },
)
