import { strings } from '@/shared/i18n'

export const t = strings(
  {
    pickPlaces: '选择点位', pickGrid: '选择网格', pickedN: '已选 {n} 处', atMost: '一次最多 {n} 处，请分批部署', allOf: '{name}全部网格', dropAll: '全部取消', drop: '取消 {name}', counting: '正在读取…',
  },
  {
    pickPlaces: 'Choose the places', pickGrid: 'Choose a grid', pickedN: '{n#place|places} chosen', atMost: 'At most {n} at once', allOf: 'All grids of {name}', dropAll: 'Drop all', drop: 'Drop {name}', counting: 'Reading…',
  },
)
