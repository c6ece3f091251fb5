import { createApp, h } from 'vue'
import '@/shared/theme/tokens.css'
import '@/shared/theme/base.css'
import WgMap from '@/shared/map/WgMap.vue'

createApp({ render: () => h(WgMap, { center: [102.7, 25] }) }).mount('#root')
