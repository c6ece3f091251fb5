import { strings } from '@/shared/i18n'

export const t = strings(
  {
    intro: '井盖、烟感等设备和其他平台凭密钥自动上报。同一报警合并到同一件，不会重复立案。', add: '新增来源', none: '还没有接入的设备或平台', noneHint: '新增后得到一个密钥，配置到设备或平台里。', list: '接入的设备和平台',
    name: '名称', channel: '来源', channel_alarm: '设备报警', channel_platform: '其他平台', place: '地区', category: '类别', again: '合并时间', againN: '{n} 分钟', againNone: '不合并', created: '接入时间', state: '状态', active: '使用中', ended: '{when}停用',
    end: '停用', endOne: '停用 {name}', endAsk: '停用“{name}”？它的密钥立即失效，不能恢复。', addTitle: '新增来源', addHint: '保存后显示密钥，只显示这一次。', namePlaceholder: '例如：解放路井盖传感器', choosePlace: '选择地区', chooseCategory: '选择类别', placeHint: '只能上报这个地区里的事件。', categoryHint: '设备没有说明类别时用它。',
    againLabel: '合并分钟数', againHint: '恢复后这么多分钟内再次报警，仍算同一件。', needed: '请填写名称，选择地区和类别，合并分钟数为 0 至 10080。',
    keyTitle: '“{name}”的密钥', keyHint: '只显示这一次，请马上复制保存；丢失后只能停用并重新新增。', keyLabel: '密钥', keyUse: '设备向下面的地址发送消息，请求头 X-Alarm-Key 填这个密钥：', copy: '复制密钥', copied: '已复制', done: '我已保存',
  },
  {
    intro: 'Sensors and other platforms report by themselves with a key. The same alarm counts on its one case.', add: 'Add a source', none: 'No device or platform reports yet', noneHint: 'Adding one gives a key, which goes into the device or platform.', list: 'Devices and platforms',
    name: 'Name', channel: 'Source', channel_alarm: 'Alarm', channel_platform: 'Another platform', place: 'Place', category: 'Category', again: 'Same within', againN: '{n#minute|minutes}', againNone: 'never', created: 'Since', state: 'Status', active: 'In use', ended: 'shut off {when}',
    end: 'Shut off', endOne: 'Shut off {name}', endAsk: 'Shut off “{name}”? Its key ends at once and cannot be revived.', addTitle: 'Add a source', addHint: 'The key is shown after saving, once.', namePlaceholder: 'E.g. manhole sensors, Jiefang Road', choosePlace: 'Choose a place', chooseCategory: 'Choose a category', placeHint: 'It can report from this place only.', categoryHint: 'For messages that name no category.',
    againLabel: 'Same within minutes', againHint: 'An alarm that comes back within so many minutes after it was over is the same case.', needed: 'A name, a place and a category are needed, and 0 to 10080 minutes.',
    keyTitle: 'Key of “{name}”', keyHint: 'Shown this once: copy it now. If it is lost, shut the source off and add it anew.', keyLabel: 'Key', keyUse: 'The device sends its messages to this address, with the key in the header X-Alarm-Key:', copy: 'Copy the key', copied: 'Copied', done: 'I have kept it',
  },
)
