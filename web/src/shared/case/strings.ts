import { strings } from '@/shared/i18n'

export const t = strings(
  {
    card_yellow: '黄牌', card_red: '红牌', card_check: '未按时核实',
    kind_event: '事件', kind_assignment: '交办', kind_campaign: '专项行动', kind_whistle: '吹哨', kind_dispute: '纠纷', kind_order: '点单', kind_service: '服务', kind_grading: '分级',
    waits: '等待答复', days: '{n} 个工作日', voices: '{n} 人反映', urgedN: '催办 {n} 次', supervisedN: '督办 {n} 次', unitsN: '{n} 个单位协办', part: '子件',
    asked_extend: '申请延期', asked_suspend: '申请挂起', asked_void: '申请作废', askedOther: '有申请待批',
    merged: '已并入其他件', voided: '已作废', rejected: '不予受理',
  },
  {
    card_yellow: 'Yellow card', card_red: 'Red card', card_check: 'Not checked in time',
    kind_event: 'Event', kind_assignment: 'Assignment', kind_campaign: 'Campaign', kind_whistle: 'Whistle', kind_dispute: 'Dispute', kind_order: 'Order', kind_service: 'Service', kind_grading: 'Grading',
    waits: 'waits for an answer', days: '{n#working day|working days}', voices: '{n#report|reports} of it', urgedN: 'urged {n#time|times}', supervisedN: 'supervised {n#time|times}', unitsN: '{n#unit|units} together', part: 'Part',
    asked_extend: 'More time asked for', asked_suspend: 'Suspension asked for', asked_void: 'Voiding asked for', askedOther: 'A request waits',
    merged: 'Merged into another', voided: 'Void', rejected: 'Not taken on',
  },
)
