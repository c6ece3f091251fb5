import { strings } from '@/shared/i18n'

export const t = strings(
  {
    button: '导入文件…', title: '导入网格文件', intro: '文件里是网格的面。先核对，不会改动草稿；没有待决定的问题后，才能导入草稿。', file: '文件', pick: '选择文件…', pickOther: '换一个文件…', kinds: 'GeoJSON、GeoPackage、KML，或打成一个 ZIP 的 Shapefile；不超过 32 MB。',
    fileMissing: '请先选择文件。', fileBig: '文件有 {mb} MB，超过 32 MB。', fileEmpty: '文件是空的。', system: '文件用的是哪种坐标', systemHint: '请问清绘图的人。选错了整体会偏几百米，系统会用已知楼栋来核对。', systemMissing: '请选择坐标。',
    cgcs2000: '国家 2000（CGCS2000）', cgcs2000_of: '测绘、自然资源部门的成果，天地图', wgs84: 'WGS 84', wgs84_of: '手持 GPS、无人机、OpenStreetMap', gcj02: '火星坐标（GCJ-02）', gcj02_of: '在高德、腾讯地图上描的', bd09: '百度坐标（BD-09）', bd09_of: '在百度地图上描的',
    tolerance: '容差（米）', toleranceHint: '相邻边界相差不超过这个距离，就当作同一条。', toleranceWrong: '填 0 到 50 之间的数。', more: '字段名称', codeField: '编码字段', nameField: '名称字段', fieldHint: '不填则找常用的，如 code、网格编码、name、名称。',
    check: '核对', checking: '正在核对…', back: '取消', earlier: '核对过的文件', imported: '已导入', throwAway: '丢弃 {name}', importedAt: '已于 {when} 导入草稿；撤销后可以再次导入。',

    report: '核对结果', of: '{system}，容差 {n} 米', by: '{who} · {when}', places: '涉及社区', clean: '没有发现问题。', skipped: '有 {n} 个要素不是面，已略过。', datum: '文件标注的基准是 {name}，既不是国家 2000 也不是 WGS 84，请先转换坐标再导入。',
    wrong: '坐标很可能选错了', wrongMore: '按“{stated}”，{points} 栋已知楼栋中有 {fits} 栋落在该在的网格里；按“{likely}”有 {others} 栋。整体相差约 {n} 米。', recheck: '按“{likely}”重新核对', recheckFile: '请再选一次这个文件，然后核对。',
    anew: '草稿已有新的修改，已按最新边界重新核对，请再看一遍。', behind: '核对之后草稿又有修改。', again: '重新核对',
    decideTitle: '待决定', left: '还有 {n} 处待决定', leftNone: '全部已决定', unlisted: '另有 {n} 处未列出，决定后会接着列出。', give: '这块地归谁', giveOther: '归其他网格', pickOne: '选择网格', decide: '确定', deciding: '正在保存…', noneLeft: '这个面没有剩余的地', leaveOut: '确认不保留', decidedTo: '归 {name}', leftOut: '已确认不保留', feature: '要素 {n}', between: '{a} 与 {b} 之间', spot: '第 {n} 处：{kind}',
    found: '发现的问题', count: '{n} 处', moreFound: '另有 {n} 处未列出', goTo: '到图上看', file_line: '文件的边界', open_mark: '待决定', mended_mark: '已处理', present: '草稿现在的边界',
    grids: '网格变化', unknownYet: '待决定的处理完后，才知道哪些网格沿用编码。', continues: '沿用编码', fresh: '新网格', gone: '不再有', gridOf: '网格', byCode: '按编码', byGround: '按位置', nothingLeft: '不保留', before: '文件', after: '导入后', firstN: '只列出前 {n} 个',
    accept: '导入草稿', accepting: '正在导入…', acceptOpen: '还有 {n} 处待决定，决定后才能导入。', acceptHint: '作为一次修改导入，可以撤销。', acceptBehind: '请先重新核对。', accepted: '文件已导入草稿，{n} 个社区的网格已按文件重划；点“撤销”可以退回。', mapLabel: '核对结果地图',
    hint_notKnown: '请上传 GeoJSON、GeoPackage、KML；Shapefile 请把 .shp、.shx、.dbf、.prj 打成一个 ZIP。', hint_unreadable: '请在制图软件里重新导出后再试。', hint_projected: '请在制图软件里把坐标转成经纬度后导出；Shapefile 要带上 .prj 文件。', hint_elsewhere: '请检查坐标是否选对，文件是不是本辖区的。', hint_nothing: '网格要画成面（多边形），线和点不行。', hint_tooBig: '请按社区拆成几个文件，分别导入。', hint_tooLong: '请按社区拆成几个文件，或先在制图软件里简化边界。',
  },
  {
    button: 'Import…', title: 'Import a file of grids', intro: 'The file holds grids as polygons. It is checked first, which changes nothing; it goes into the draft when nothing is left to be decided.', file: 'File', pick: 'Choose a file…', pickOther: 'Another file…', kinds: 'GeoJSON, GeoPackage, KML, or a Shapefile in one ZIP; up to 32 MB.',
    fileMissing: 'Choose a file first.', fileBig: 'The file has {mb} MB, more than 32 MB.', fileEmpty: 'The file is empty.', system: 'Which coordinates the file is in', systemHint: 'Ask whoever drew it. A wrong choice shifts everything by hundreds of metres; known buildings are compared.', systemMissing: 'Choose the coordinates.',
    cgcs2000: 'CGCS2000', cgcs2000_of: 'from surveyors and land offices, Tianditu', wgs84: 'WGS 84', wgs84_of: 'GPS devices, drones, OpenStreetMap', gcj02: 'GCJ-02 (“Mars”)', gcj02_of: 'drawn on Amap or Tencent maps', bd09: 'BD-09', bd09_of: 'drawn on Baidu maps',
    tolerance: 'Tolerance (metres)', toleranceHint: 'Borders of neighbours no further apart than this are one border.', toleranceWrong: 'A number between 0 and 50.', more: 'Names of attributes', codeField: 'Attribute with the codes', nameField: 'Attribute with the names', fieldHint: 'When empty, a usual one: code, grid, name …',
    check: 'Check', checking: 'Checking…', back: 'Cancel', earlier: 'Files checked before', imported: 'imported', throwAway: 'Throw {name} away', importedAt: 'Imported on {when}; after an undo it can be imported again.',

    report: 'What was found', of: '{system}, tolerance {n} m', by: '{who} · {when}', places: 'Communities', clean: 'Nothing is wrong with it.', skipped: '{n#feature|features} without a polygon left out.', datum: 'The file names the datum {name}, which is neither CGCS2000 nor WGS 84: convert it first.',
    wrong: 'The coordinates are probably others', wrongMore: 'As “{stated}”, {fits} of {points} known buildings lie in the right grid; as “{likely}”, {others} do. Everything is about {n} m off.', recheck: 'Check again as “{likely}”', recheckFile: 'Choose the file once more, then check it.',
    anew: 'The draft was changed meanwhile: the file was checked against the newest borders. Look again.', behind: 'The draft was changed after this check.', again: 'Check again',
    decideTitle: 'To decide', left: '{n#place|places} to decide', leftNone: 'All decided', unlisted: '{n} more are not listed; they follow when these are decided.', give: 'Whose ground is it', giveOther: 'Another grid', pickOne: 'Choose a grid', decide: 'Decide', deciding: 'Saving…', noneLeft: 'Nothing is left of this polygon', leaveOut: 'That is right', decidedTo: 'goes to {name}', leftOut: 'left out, as confirmed', feature: 'Feature {n}', between: 'between {a} and {b}', spot: 'Place {n}: {kind}',
    found: 'Defects', count: '{n#place|places}', moreFound: '{n} more not listed', goTo: 'Show on the map', file_line: 'Borders of the file', open_mark: 'To decide', mended_mark: 'Mended', present: 'Borders of the draft now',
    grids: 'What becomes of the grids', unknownYet: 'Which grids keep their codes is known when all is decided.', continues: 'keep their codes', fresh: 'new', gone: 'gone', gridOf: 'Grid', byCode: 'by code', byGround: 'by place', nothingLeft: 'left out', before: 'File', after: 'Imported', firstN: 'The first {n} are listed',
    accept: 'Import into the draft', accepting: 'Importing…', acceptOpen: '{n#place is|places are} to be decided before it can be imported.', acceptHint: 'It is one edit and can be undone.', acceptBehind: 'Check it again first.', accepted: 'The file is in the draft: grids of {n#community|communities} are divided as it has them. Undo takes it back.', mapLabel: 'Map of what was found',
    hint_notKnown: 'Send GeoJSON, GeoPackage or KML; of a Shapefile put .shp, .shx, .dbf and .prj into one ZIP.', hint_unreadable: 'Export it anew from the mapping program and try again.', hint_projected: 'Export it in degrees of longitude and latitude; a Shapefile needs its .prj.', hint_elsewhere: 'Are the coordinates the right ones, and is the file one of this territory?', hint_nothing: 'Grids have to be polygons; lines and points will not do.', hint_tooBig: 'Divide it by communities into several files.', hint_tooLong: 'Divide it by communities into several files, or simplify the borders first.',
  },
)
/** What to do about a file that cannot be used. */
export type ImportHint = Extract<Parameters<typeof t>[0], `hint_${string}`>
