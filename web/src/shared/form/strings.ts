import { strings } from '@/shared/i18n'

/* The sentences of server/core/form/form_say.c, for what is seen before sending. */
export const t = strings(
  {
    fill: '请填写“{label}”', choose: '请选择“{label}”', add: '请添加“{label}”',
    tooShort: '“{label}”至少 {n} 个字', tooLong: '“{label}”最多 {n} 个字', pattern: '“{label}”的格式不对',
    number: '“{label}”应为数字', whole: '“{label}”应为整数',
    least: '“{label}”不能小于 {n}', above: '“{label}”必须大于 {n}', most: '“{label}”不能大于 {n}', below: '“{label}”必须小于 {n}',
    multiple: '“{label}”必须是 {n} 的整数倍',
    fewest: '“{label}”至少要有 {n} 项', count: '“{label}”最多 {n} 项', morePhotos: '“{label}”至少要有 {n} 张',
    optional: '选填', yes: '是', no: '否', pleaseChoose: '请选择', nth: '第 {n} 项', addOne: '添加{label}', remove: '删除{label}第 {n} 项',
    unreadable: '这张表单无法显示，请联系管理员。', comma: '、', photosN: '{n} 张照片',
  },
  {
    fill: "'{label}' is required", choose: "Choose '{label}'", add: "Add '{label}'",
    tooShort: "'{label}' must have at least {n} characters", tooLong: "'{label}' may have at most {n} characters", pattern: "'{label}' has the wrong form",
    number: "'{label}' must be a number", whole: "'{label}' must be a whole number",
    least: "'{label}' must be at least {n}", above: "'{label}' must be more than {n}", most: "'{label}' must be at most {n}", below: "'{label}' must be less than {n}",
    multiple: "'{label}' must be a multiple of {n}",
    fewest: "'{label}' must have at least {n} item(s)", count: "'{label}' may have at most {n} item(s)", morePhotos: "'{label}' must have at least {n} photo(s)",
    optional: 'optional', yes: 'Yes', no: 'No', pleaseChoose: 'Choose', nth: 'No. {n}', addOne: 'Add: {label}', remove: 'Remove {label} no. {n}',
    unreadable: 'This form cannot be shown. Please tell your administrator.', comma: ', ', photosN: '{n} photo(s)',
  },
)
