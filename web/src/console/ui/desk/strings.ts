import { strings } from '@/shared/i18n'

export const t = strings(
  {
    saved: '我存的视图', save: '存为视图', saveTitle: '保存当前筛选', name: '名称', namePlaceholder: '例如：小龙路超时件', shared: '与同岗同事共用', sharedBy: '{name}共用', confirm: '保存', cancel: '取消', drop: '删除“{name}”', change: '修改“{name}”', changeTitle: '修改视图', anew: '改用现在的筛选', nameNeeded: '请填写名称',
    templates: '回复模板', noTemplates: '还没有模板。写好说明后可以存为模板。', keepTemplate: '把现在的说明存为模板', templateName: '模板名称', placeholders: '可用占位词：{words}', keep: '存为模板',
    macros: '宏', keepMacro: '同时存为宏（填名称，与自己中心的宏同名则替换）', macroName: '宏的名称', macroText: '说明', macroSays: '{action}{target}{note}', macroTo: '，派给 {name}', macroNote: '，说明“{note}”', runMacro: '执行“{name}” · {n} 件',
    alsoHere: '{names}也打开了这件事', andMore: '等 {n} 人', since: '{post}，{when}打开',
  },
  {
    saved: 'Kept views', save: 'Keep view', saveTitle: 'Keep these filters', name: 'Name', namePlaceholder: 'e.g. late on Longlu', shared: 'Share with colleagues of the same post', sharedBy: 'shared by {name}', confirm: 'Keep', cancel: 'Cancel', drop: 'Delete "{name}"', change: 'Change "{name}"', changeTitle: 'Change the view', anew: 'with the filters of now', nameNeeded: 'A name is needed',
    templates: 'Templates', noTemplates: 'No templates yet. A note can be kept as one.', keepTemplate: 'Keep this note as a template', templateName: 'Name of the template', placeholders: 'Filled in: {words}', keep: 'Keep',
    macros: 'Macros', keepMacro: 'Keep as a macro too (give a name; that of a macro of your centre replaces it)', macroName: 'Name of the macro', macroText: 'Note', macroSays: '{action}{target}{note}', macroTo: ', to {name}', macroNote: ', note "{note}"', runMacro: 'Run "{name}" on {n}',
    alsoHere: '{names} has this case open too', andMore: 'and others, {n} in all', since: '{post}, opened {when}',
  },
)
