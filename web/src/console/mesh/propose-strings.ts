/* Words of the proposals. */
import { strings } from '@/shared/i18n'

export const t = strings(
  {
    propose: '网格提案', title: '重新划分一个社区', lead: '按住户、未办结事件和走访，把一个社区划成规模相当的几个网格；边界尽量沿道路、河流，不拆小区。看过再决定是否采用。',
    community: '社区', communityWrong: '请选到社区一级', grids: '划成几个网格', gridsNow: '现行 {n} 个', gridsWrong: '请填 1 到 200',
    weight: '按什么来均衡', weight_both: '户数为主，兼顾其他', weight_households: '只看户数', weight_even: '三项并重', weight_cases: '事件、走访为主',
    file: '道路、河流、小区（可不选）', fileHint: 'GeoJSON 文件：线是道路、河流，面是小区。只用于这次提案，不入库。', chooseFile: '选择文件', removeFile: '去掉', fileHas: '{lines} 条线，{polygons} 个面',
    notJson: '这不是 GeoJSON 文件。', notCollection: '文件里没有图形集合（FeatureCollection）。', tooBig: '文件太大，请只保留本社区一带的图形。', crs: '文件的坐标系', crsChoose: '请选择', crsWrong: '请选择文件的坐标系',
    cgcs2000: 'CGCS2000（国家大地坐标）', wgs84: 'WGS 84（GPS）', gcj02: 'GCJ-02（高德、腾讯地图）', bd09: 'BD-09（百度地图）',
    go: '提议', working: '正在划分…', other: '换一个', otherHint: '同样的要求，再给一个划法', noOther: '又试了几次，没有不同的划法。', accept: '采用到草稿', accepting: '正在采用…', again: '重新提议', acceptHint: '采用后是一步修改，可以撤销。', cancel: '取消',
    used: '用到道路、河流 {barriers} 条，小区 {compounds} 个。', ignored: '另有 {n} 个图形不在本社区，未用。', none: '没有提供道路、河流和小区，边界走楼栋之间的空隙。', counted: '按 {buildings} 栋楼、{households} 户、{cases} 件未办结事件、近 90 天 {visits} 次走访（网格员、网格长到场并拍照）计算。',
    better: '提案比现在均衡：{before} → {after}。', same: '提案与现在差不多均衡：{before} → {after}。', worse: '提案不如现在均衡：{before} → {after}。', beyond: '有网格与平均相差超过 8%：地块或小区不便再分。',
    now: '现在', proposal: '提案', measure: '指标', index: '均衡指数', indexHint: '满分 100，越高越均衡', households_index: '户数均衡', cases_index: '事件均衡', visits_index: '走访均衡', farthest: '与平均相差最多', perGrid: '每格户数', border: '网格之间边界', along: '沿道路、河流、院墙', cut: '被拆开的小区', gridsN: '网格数',
    grid: '网格', households: '户', cases: '事件', visits: '走访', load: '任务', heavy: '偏多', light: '偏少', fit: '适中', newGrid: '新网格', legend: '图例', legendLine: '道路、河流', legendWall: '小区', mapOf: '地图：{what}', gridsOf: '{what}的网格', side: '看哪一边', cutOf: '{n} 个', results: '提案结果', metres: '{n} 米', kilometres: '{n} 公里', changed: '编号和边界在采用前都不会变。',
  },
  {
    propose: 'Propose grids', title: 'Divide a community anew', lead: 'A community is divided into grids of about the same size by households, open cases and visits; borders follow roads and rivers where they can and keep compounds whole. Look first, then decide.',
    community: 'Community', communityWrong: 'Choose a community', grids: 'How many grids', gridsNow: '{n} in force', gridsWrong: '1 to 200',
    weight: 'Balanced by', weight_both: 'Mostly households', weight_households: 'Households alone', weight_even: 'All three alike', weight_cases: 'Mostly cases and visits',
    file: 'Roads, rivers, compounds (optional)', fileHint: 'A GeoJSON file: lines are roads and rivers, polygons compounds. For this proposal alone; it is not kept.', chooseFile: 'Choose a file', removeFile: 'Remove', fileHas: '{lines} lines, {polygons} polygons',
    notJson: 'This is no GeoJSON file.', notCollection: 'There is no FeatureCollection in the file.', tooBig: 'The file is too large: keep what lies around the community.', crs: 'Datum of the file', crsChoose: 'Choose', crsWrong: 'Choose the datum of the file',
    cgcs2000: 'CGCS2000 (national)', wgs84: 'WGS 84 (GPS)', gcj02: 'GCJ-02 (Amap, Tencent)', bd09: 'BD-09 (Baidu)',
    go: 'Propose', working: 'Dividing…', other: 'Another one', otherHint: 'The same question, another way to divide', noOther: 'Tried some more: no way that differs.', accept: 'Take into the draft', accepting: 'Being taken…', again: 'Propose again', acceptHint: 'It becomes one edit, which can be undone.', cancel: 'Cancel',
    used: '{barriers} roads and rivers and {compounds} compounds are used.', ignored: '{n} more lie outside the community.', none: 'No roads, rivers or compounds were given: borders run between buildings.', counted: 'Reckoned with {buildings} buildings, {households} households, {cases} open cases and {visits} visits of the last 90 days (grid staff on the spot, with a photo).',
    better: 'The proposal is more even: {before} → {after}.', same: 'The proposal is about as even: {before} → {after}.', worse: 'The proposal is less even: {before} → {after}.', beyond: 'A grid is more than 8 % off the mean: blocks or compounds cannot be divided further.',
    now: 'Present', proposal: 'Proposal', measure: 'Measure', index: 'Balance', indexHint: '100 is best: all grids alike', households_index: 'Of households', cases_index: 'Of cases', visits_index: 'Of visits', farthest: 'Farthest off the mean', perGrid: 'Households per grid', border: 'Borders between grids', along: 'Along roads, rivers, walls', cut: 'Compounds cut', gridsN: 'Grids',
    grid: 'Grid', households: 'Households', cases: 'Cases', visits: 'Visits', load: 'Load', heavy: 'Much', light: 'Little', fit: 'About right', newGrid: 'New grid', legend: 'Legend', legendLine: 'Roads, rivers', legendWall: 'Compounds', mapOf: 'Map: {what}', gridsOf: 'Grids: {what}', side: 'Which side', cutOf: '{n}', results: 'What is proposed', metres: '{n} m', kilometres: '{n} km', changed: 'Nothing changes until it is taken.',
  },
)
