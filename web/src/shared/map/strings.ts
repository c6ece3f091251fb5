import { strings } from '@/shared/i18n'

export const t = strings(
  {
    label: '地图',
    noGl: '这台设备不能显示地图，请使用列表。',
    slow: '设备没有图形加速，地图已简化显示。',
    zoomIn: '放大',
    zoomOut: '缩小',
    locate: '我的位置',
    reading: '地图加载中',
  },
  {
    label: 'Map',
    noGl: 'This device cannot show the map; please use the list.',
    slow: 'No graphics acceleration: the map is simplified.',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    locate: 'My position',
    reading: 'Loading the map',
  },
)
