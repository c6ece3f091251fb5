import { strings } from '@/shared/i18n'

export const t = strings(
  {
    places: '地区', search: '楼栋名称、地址、编码', name: '楼栋', address: '地址', code: '楼栋编码', grid: '网格', units: '单元', floors: '层', households: '户', none: '没有楼栋', noneHint: '换一个地区，或清除搜索。',
    plate: '楼栋二维码牌', plates: '全部二维码牌', card: '网格联系卡', plateShort: '二维码牌', openPublic: '打开居民页', add: '新增楼栋', edit: '修改', saved: '已保存',
    lon: '经度', lat: '纬度', addTitle: '新增楼栋', addHint: '楼栋编码由所在网格自动生成。', staff: '网格长和网格员', people: '人员', cases: '事件', noStaff: '暂无人员', whole: '全部', area: '{n} 公顷', building: '楼栋信息', kindPdf: 'PDF', position: '位置',
  },
  {
    places: 'Places', search: 'Building, address or code', name: 'Building', address: 'Address', code: 'Code', grid: 'Grid', units: 'Units', floors: 'Floors', households: 'Households', none: 'No buildings', noneHint: 'Try another place or clear the search.',
    plate: 'QR plate of this building', plates: 'All QR plates', card: 'Contact card of the grid', plateShort: 'QR plate', openPublic: 'Residents’ page', add: 'Add a building', edit: 'Change', saved: 'Saved',
    lon: 'Longitude', lat: 'Latitude', addTitle: 'Add a building', addHint: 'The code comes from the grid that holds the position.', staff: 'Leader and members', people: 'People', cases: 'Cases', noStaff: 'Nobody yet', whole: 'All', area: '{n} ha', building: 'Building', kindPdf: 'PDF', position: 'Position',
  },
)
