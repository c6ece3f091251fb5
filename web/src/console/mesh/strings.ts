import { strings } from '@/shared/i18n'

export const t = strings(
  {
    editions: '版次', drafts: '草稿', editionsHint: '每个版次是从某一天起全部网格的边界。', draftsHint: '在草稿里改边界，几个人可以同时改；检查无误后，由一人发布。',
    number: '版次', validFrom: '生效日期', state: '状态', grids: '网格数', note: '说明', who: '发布人', always: '最初',
    current: '现行', planned: '待生效', past: '已过', withdrawn: '已撤回', withdrawnBy: '{who} 于 {when} 撤回', publishedBy: '{who} 于 {when} 发布',
    noEditions: '还没有网格版次', noEditionsHint: '导入辖区后即有第一版。', noDrafts: '没有草稿', noDraftsHint: '填写名称，新建一份草稿，即可在地图上调整网格边界。', noDraftsRead: '调度员新建草稿后会列在这里。',
    draftName: '草稿名称', draftNew: '新建草稿', draftExample: '如：下沙社区第3网格拆分', name: '名称', edits: '修改', changed: '最近修改', changedBy: '{who} · {when}', base: '底版', baseN: '第 {n} 版',
    open: '编辑中', published: '已发布', dropped: '已作废', drop: '作废', dropAsk: '作废草稿“{name}”？其中的修改不再生效。', openDraft: '打开', baseChanged: '底版已更新',
    baseChangedNote: '这份草稿之后又发布了新版次，不能再发布；请新建草稿重做。', editionN: '第 {n} 版', compare: '与上一版对比', compareTitle: '版次对比', withdraw: '撤回', withdrawAsk: '撤回第 {n} 版？它不会生效，新网格编码也不再使用。',
    transfers: '谁换了网格', noTransfers: '没有人员、房屋或事件换网格', transfersLater: '到生效日零点，房屋、岗位和未办结事件统一转入新网格，并在这里列出。', stayed: '无网格，未动',
    post: '岗位', house: '房屋', case: '事件', more: '更多', earlier: '更早的', beforeLabel: '旧版', afterLabel: '新版',

    tools: '编辑工具', select: '选择', split: '分割', merge: '合并', move: '拖动边界', insert: '加节点', remove: '删节点', reshape: '改画边界', carve: '划出单位',
    undo: '撤销', redo: '重做', undoHint: '撤销最近一步，数字是还可撤几步', redoHint: '重做刚撤销的一步，数字是还可重做几步', system: '系统', snapOn: '吸附', snapHint: '靠近节点或边界时自动对齐，避免缝隙', publishDots: '发布…', back: '返回列表', keyOf: '快捷键 {key}',
    zoomIn: '放大后可编辑', tooMany: '这一范围内容太多，请再放大', reading: '正在读取…', saving: '正在保存…',
    checkOk: '无缝隙、无重叠', checking: '正在检查…', checkBad: '检查未通过', showPlace: '看位置', check: '立即检查', checkFailed: '暂时无法检查',
    selected: '选中的网格', noneSelected: '点选地图上的网格，或从下面的列表中选择。', faces: '当前范围内的网格', newGrid: '新网格', noGrid: '未编码', area: '面积', community: '社区', kind: '类型', code: '编码', gridName: '网格名称', save: '保存',
    kind_community: '社区网格', kind_rural: '农村网格', kind_unit: '驻街单位', editList: '修改记录', editCount: '{n} 条', noEdits: '还没有修改', undoneWord: '已撤销', nodes: '节点', node: '节点 {id}', junction: '交汇点', neighbours: '相邻网格', mergeIn: '并入', mergeInTitle: '把 {name} 并入选中的网格', reassign: '改归属', fill: '填补', fillHint: '四周都是{name}，可并入其中',
    op_split: '分割', op_merge: '合并', 'op_move-node': '移动节点', 'op_insert-node': '加节点', 'op_remove-node': '删节点', op_reshape: '改画边界', op_reassign: '改归属', op_carve: '划出单位', op_fill: '填补', op_name: '命名', op_import: '重新划分',
    hint_select: '点选一个网格，或在右侧列表中选择。', hint_split_pick: '先点选要分割的网格。', hint_split_first: '在边界上点第一下，作为分割线的起点。', hint_split_next: '继续点，线到达另一侧边界即完成；Esc 取消。', hint_merge_pick: '先点选保留的网格。', hint_merge: '再点选要并入的相邻网格，或在右侧“相邻网格”中选择。',
    hint_move: '按住节点或边界拖动，两侧网格一起变；也可选中节点后用方向键移动，回车确认。', hint_insert: '在边界上点一下，加一个节点。', hint_remove: '点一个节点，把它删掉（交汇点不能删）。', hint_reshape_pick: '点选要改画的一段边界。', hint_reshape: '从起点一侧开始依次点出新的边界，回车完成；两端不动。', hint_carve: '依次点出单位的范围，点回起点或按回车完成。', hint_keys: '方向键移动十字，空格落点，回车完成，Esc 取消。',
    refused: '这样改不行：', changedMeanwhile: '被别人改过了：', reloaded: '已读取最新边界，请核对后再改。', othersChanged: '{who} 刚改动了草稿，地图已更新。', closedDraft: '这份草稿{state}，只能查看。', readOnly: '您可以查看，不能修改。', done: '完成', cancel: '取消', close: '关闭', pointsN: '已落 {n} 点', atNode: '已对准节点', atEdge: '已对准边界', mapLabel: '网格编辑地图', legend: '图例', goTo: '去某个社区或网格', goNowhere: '{name}在地图上没有范围', buildings: '显示楼栋', legendGrid: '网格', legendNew: '新网格', legendUnit: '驻街单位',

    changes: '变化的网格', changesMore: '还有 {n} 个未列出', noChanges: '两个版次没有差别', born: '新增', gone: '消失', reshaped: '改界', before: '原面积', after: '新面积', beforeLine: '调整前（虚线）', afterLine: '调整后（实线）', backToEditing: '返回编辑',
    publishTitle: '发布草稿', publishDay: '从哪一天零点起生效', dayHint: '默认下周一；最早明天。', publishNote: '说明（可不填）', confirmPublish: '确认发布', previewOf: '{day} 起的变化', houses: '房屋', cases: '未办结事件', posts: '岗位', willMove: '将换网格', refusedN: '{n} 项将没有网格，不能发布', unstaffed: '新网格还没有人在岗', bornList: '新网格', goneList: '消失的网格', rowsHint: '谁将换到哪个网格', nobodyMoves: '没有房屋、事件或岗位换网格', publishedDone: '已发布第 {n} 版，{day} 起生效。', nothing: '草稿没有任何修改，无可发布。', firstRows: '只列出前 {n} 项', rereading: '正在计算…',
  },
  {
    editions: 'Editions', drafts: 'Drafts', editionsHint: 'An edition is the borders of all grids from a day on.', draftsHint: 'Borders are changed in a draft, by several people at once; when the check passes, one of them publishes it.',
    number: 'Edition', validFrom: 'Valid from', state: 'State', grids: 'Grids', note: 'Note', who: 'Published by', always: 'from the start',
    current: 'Current', planned: 'Planned', past: 'Past', withdrawn: 'Withdrawn', withdrawnBy: 'Withdrawn by {who}, {when}', publishedBy: 'Published by {who}, {when}',
    noEditions: 'No edition yet', noEditionsHint: 'The first comes with the import of the territory.', noDrafts: 'No drafts', noDraftsHint: 'Give it a name and begin one: then you can change borders on the map.', noDraftsRead: 'Drafts of the dispatchers will be listed here.',
    draftName: 'Name of the draft', draftNew: 'New draft', draftExample: 'e.g. Grid 3 is divided', name: 'Name', edits: 'Edits', changed: 'Last change', changedBy: '{who} · {when}', base: 'Based on', baseN: 'edition {n}',
    open: 'Open', published: 'Published', dropped: 'Dropped', drop: 'Drop', dropAsk: 'Drop the draft “{name}”? Its edits will come to nothing.', openDraft: 'Open', baseChanged: 'A newer edition exists',
    baseChangedNote: 'An edition was published after this draft was begun: it cannot be published any more. Begin a new one.', editionN: 'Edition {n}', compare: 'Compare with the one before', compareTitle: 'Two editions', withdraw: 'Withdraw', withdrawAsk: 'Withdraw edition {n}? It will never be valid, and the codes of its new grids stay unused.',
    transfers: 'Who got another grid', noTransfers: 'No post, house or case got another grid', transfersLater: 'At midnight of its first day houses, posts and open cases move to their new grids, and are listed here.', stayed: 'no grid, stayed',
    post: 'Post', house: 'House', case: 'Case', more: 'More', earlier: 'Earlier ones', beforeLabel: 'Before', afterLabel: 'After',

    tools: 'Tools', select: 'Select', split: 'Split', merge: 'Merge', move: 'Drag border', insert: 'Add node', remove: 'Remove node', reshape: 'Redraw border', carve: 'Carve unit',
    undo: 'Undo', redo: 'Redo', undoHint: 'Takes back the last step; the number says how many can be', redoHint: 'Does the undone step again; the number says how many can be', system: 'System', snapOn: 'Snap', snapHint: 'Close to a node or border the point takes its place, so that no gap is left', publishDots: 'Publish…', back: 'Back to the list', keyOf: 'Key {key}',
    zoomIn: 'Zoom in to edit', tooMany: 'Too much in this part; zoom in further', reading: 'Reading…', saving: 'Saving…',
    checkOk: 'No gaps, no overlaps', checking: 'Checking…', checkBad: 'The check failed', showPlace: 'Show the place', check: 'Check now', checkFailed: 'Cannot be checked at the moment',
    selected: 'Selected grid', noneSelected: 'Click a grid on the map, or choose one from the list below.', faces: 'Grids in view', newGrid: 'New grid', noGrid: 'No code', area: 'Area', community: 'Community', kind: 'Kind', code: 'Code', gridName: 'Name of the grid', save: 'Save',
    kind_community: 'Community grid', kind_rural: 'Rural grid', kind_unit: 'Resident unit', editList: 'Edits', editCount: '{n}', noEdits: 'No edits yet', undoneWord: 'undone', nodes: 'Nodes', node: 'Node {id}', junction: 'junction', neighbours: 'Neighbours', mergeIn: 'Merge in', mergeInTitle: 'Merge {name} into the selected grid', reassign: 'Reassign', fill: 'Fill', fillHint: '{name} lies all around it: it can become part of that',
    op_split: 'Split', op_merge: 'Merged', 'op_move-node': 'Moved a node', 'op_insert-node': 'Added a node', 'op_remove-node': 'Removed a node', op_reshape: 'Redrew a border', op_reassign: 'Reassigned', op_carve: 'Carved a unit', op_fill: 'Filled', op_name: 'Named', op_import: 'Divided anew',
    hint_select: 'Click a grid, or choose it in the list at the side.', hint_split_pick: 'First click the grid to divide.', hint_split_first: 'Click on its border, where the line is to begin.', hint_split_next: 'Click on; the line is finished when it meets the border again. Esc cancels.', hint_merge_pick: 'First click the grid that stays.', hint_merge: 'Now click the neighbour that becomes part of it, or choose it under Neighbours.',
    hint_move: 'Drag a node or a border: both sides move. Or select a node and use the arrow keys, then Enter.', hint_insert: 'Click on a border to add a node.', hint_remove: 'Click a node to remove it (not a junction).', hint_reshape_pick: 'Click the border to redraw.', hint_reshape: 'Click the new course from its beginning; Enter finishes. The ends stay.', hint_carve: 'Click around the unit; the first point again, or Enter, finishes.', hint_keys: 'Arrows move the cross, Space puts a point, Enter finishes, Esc cancels.',
    refused: 'This is not possible: ', changedMeanwhile: 'Changed by somebody else: ', reloaded: 'The newest borders are shown; look again.', othersChanged: '{who} has just changed the draft; the map is up to date.', closedDraft: 'This draft is closed ({state}): to look at only.', readOnly: 'You may look, not change.', done: 'Finish', cancel: 'Cancel', close: 'Close', pointsN: '{n#point|points}', atNode: 'on a node', atEdge: 'on a border', mapLabel: 'Map for editing grids', goTo: 'Go to a community or grid', goNowhere: '{name} has no ground on the map', legend: 'Legend', buildings: 'Buildings', legendGrid: 'Grid', legendNew: 'New grid', legendUnit: 'Resident unit',

    changes: 'Grids that change', changesMore: '{n} more not listed', noChanges: 'The two editions are alike', born: 'New', gone: 'Gone', reshaped: 'Reshaped', before: 'Before', after: 'After', beforeLine: 'Before (dashed)', afterLine: 'After (solid)', backToEditing: 'Back to editing',
    publishTitle: 'Publish the draft', publishDay: 'Valid from the beginning of', dayHint: 'Next Monday, unless you say otherwise; tomorrow at the earliest.', publishNote: 'Note (optional)', confirmPublish: 'Publish', previewOf: 'What changes on {day}', houses: 'Houses', cases: 'Open cases', posts: 'Posts', willMove: 'get another grid', refusedN: '{n} would be without a grid: cannot be published', unstaffed: 'New grids that nobody has a post on', bornList: 'New grids', goneList: 'Grids that end', rowsHint: 'Who gets which grid', nobodyMoves: 'No house, case or post gets another grid', publishedDone: 'Edition {n} is published, valid from {day}.', nothing: 'The draft changes nothing yet.', firstRows: 'The first {n} are listed', rereading: 'Working it out…',
  },
)
