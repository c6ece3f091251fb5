import { strings } from '@/shared/i18n'

export const t = strings(
  {
    diagram: '流程图', asList: '列表', zoomIn: '放大', zoomOut: '缩小', fit: '适合宽度', legendWay: '已走过', legendNow: '当前环节', legendBack: '退回或转回', legendFinal: '终结', legendStart: '起点', reading: '正在读取流程', loading: '正在绘制…',
    describe: '{name}：{states} 个环节，{actions} 条走向。方向键在环节之间移动，下方列表给出同样的内容。', spotLabel: '{drawn}，第 {step} 步', nowHere: '当前在这里', nthSteps: '第 {n} 次流转', leads: '{action} → {to}', stays: '{action}（不转环节）', nobody: '终结环节', waysOut: '可进行的操作', waysIn: '从哪里来', byWhom: '由{who}', only: '仅当 {when}', photosN: '照片 {n} 张', needsNote: '须填说明', needsForm: '须填表单', namesTarget: '指定承办', namesUnits: '指定多个单位', asks: '申请', answers: '答复申请', toldReporter: '告知反映人', limitIs: '时限 {n} {unit}', doneSeqs: '第 {n} 步',
    'unit_workdays': '个工作日', 'unit_workhours': '个工作小时', 'unit_hours': '小时', 'unit_days': '天',
    'clock_start': '开始计时', 'clock_stop': '停止计时', 'clock_resume': '恢复计时', 'clock_reset': '重新计时', 'clock_pause': '暂停计时', 'clock_go_on': '继续计时', 'clock_extend': '延长期限',
    'holder_grid-member': '网格员', 'holder_dispatcher': '网格中心', 'holder_target': '承办单位或人员', 'holder_verifier': '核查人员', 'holder_grid-leader': '网格长', 'holder_township': '乡镇街道中心', 'holder_county': '县（区）中心', 'holder_city': '市中心', 'holder_units': '会办单位', 'holder_opener': '发起人', 'holder_reporter': '反映人', 'holder_outside': '外部单位（链接）', 'holder_none': '无人',
    'who_grid-member': '网格员', 'who_grid-leader': '网格长', 'who_dispatcher': '网格中心', 'who_inspector': '督查员', 'who_holder': '承办人', 'who_opener': '发起人', 'who_reporter': '反映人', 'who_system': '系统', 'who_township': '乡镇街道中心', 'who_county': '县（区）中心', 'who_city': '市中心', 'who_lead': '牵头单位', 'who_unit': '会办单位', 'who_outside': '外部单位',
    'kind_event': '事件', 'kind_assignment': '交办', 'kind_campaign': '专项行动', 'kind_whistle': '吹哨报到', 'kind_dispute': '矛盾纠纷', 'kind_order': '点单', 'kind_service': '便民服务', 'kind_grading': '出租屋分级',
    'end_done': '办结', 'end_merged': '已并案', 'end_void': '作废', 'end_rejected': '不予受理',
    pageTitle: '流程', flows: '全部流程', flowLine: '{states} 个环节 · {actions} 项操作', editionN: '第 {n} 版', emptyFlows: '还没有流程',
  },
  {
    diagram: 'Diagram', asList: 'List', zoomIn: 'Larger', zoomOut: 'Smaller', fit: 'Fit the width', legendWay: 'taken', legendNow: 'now here', legendBack: 'back', legendFinal: 'end', legendStart: 'start', reading: 'Reading the flow', loading: 'Drawing…',
    describe: '{name}: {states} states, {actions} ways between them. Arrow keys move between the states; the list below says the same.', spotLabel: '{drawn}, step {step}', nowHere: 'the case is here', nthSteps: 'step {n} of the log', leads: '{action} → {to}', stays: '{action} (stays)', nobody: 'the end', waysOut: 'What may be done', waysIn: 'Where it comes from', byWhom: 'by {who}', only: 'only if {when}', photosN: '{n#photo|photos}', needsNote: 'note needed', needsForm: 'form needed', namesTarget: 'names who handles it', namesUnits: 'names several departments', asks: 'a request', answers: 'answers a request', toldReporter: 'the reporter is told', limitIs: 'limit {n} {unit}', doneSeqs: 'step {n}',
    'unit_workdays': 'working days', 'unit_workhours': 'working hours', 'unit_hours': 'hours', 'unit_days': 'days',
    'clock_start': 'starts the clock', 'clock_stop': 'stops the clock', 'clock_resume': 'resumes the clock', 'clock_reset': 'resets the clock', 'clock_pause': 'pauses the clock', 'clock_go_on': 'lets the clock go on', 'clock_extend': 'extends the deadline',
    'holder_grid-member': 'Grid member', 'holder_dispatcher': 'Centre', 'holder_target': 'Who was named', 'holder_verifier': 'Who verifies', 'holder_grid-leader': 'Grid leader', 'holder_township': 'Township centre', 'holder_county': 'County centre', 'holder_city': 'City centre', 'holder_units': 'Departments named', 'holder_opener': 'Who opened it', 'holder_reporter': 'Reporter', 'holder_outside': 'Outsider with a link', 'holder_none': 'Nobody',
    'who_grid-member': 'grid member', 'who_grid-leader': 'grid leader', 'who_dispatcher': 'centre', 'who_inspector': 'inspector', 'who_holder': 'who has it', 'who_opener': 'who opened it', 'who_reporter': 'reporter', 'who_system': 'system', 'who_township': 'township centre', 'who_county': 'county centre', 'who_city': 'city centre', 'who_lead': 'lead department', 'who_unit': 'departments named', 'who_outside': 'outsider',
    'kind_event': 'Event', 'kind_assignment': 'Assignment', 'kind_campaign': 'Campaign', 'kind_whistle': 'Whistle', 'kind_dispute': 'Dispute', 'kind_order': 'Order', 'kind_service': 'Service', 'kind_grading': 'Grading',
    'end_done': 'done', 'end_merged': 'merged', 'end_void': 'void', 'end_rejected': 'rejected',
    pageTitle: 'Flows', flows: 'All flows', flowLine: '{states#state|states} · {actions#action|actions}', editionN: 'edition {n}', emptyFlows: 'No flows yet',
  },
)

type Key = Parameters<typeof t>[0]
type Bare = { [K in Key]: K extends `${'unit' | 'clock' | 'holder' | 'who' | 'kind' | 'end'}_${string}` ? K : never }[Key]

/** A word of the flow format in the language of the page; as it is when a newer server knows one more. */
export function word(kind: 'unit' | 'clock' | 'holder' | 'who' | 'kind' | 'end', of: string): string {
  return t(`${kind}_${of}` as Bare) || of
}
