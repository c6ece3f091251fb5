import { strings } from '@/shared/i18n'

export const t = strings(
  {
    title: '网格地图', layers: '图层', grids: '网格', buildings: '楼栋', cases: '事件', locate: '我的位置', opening: '地图加载中…',
    open: '查看事件', close: '关闭', gridIs: '网格', buildingIs: '楼栋', noFix: '没有取得定位', here: '我在这里', late: '超期', failed: '地图没有加载成功', retry: '重试',
  },
  {
    title: 'Grid map', layers: 'Layers', grids: 'Grids', buildings: 'Buildings', cases: 'Cases', locate: 'My position', opening: 'Loading the map…',
    open: 'Open the case', close: 'Close', gridIs: 'Grid', buildingIs: 'Building', noFix: 'No position', here: 'I am here', late: 'late', failed: 'The map could not be loaded', retry: 'Try again',
  },
)
