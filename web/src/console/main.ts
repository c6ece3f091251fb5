/* Entry of the console (the command centre's pages). */
import { createApp, h } from 'vue'
import '@/shared/theme/tokens.css'
import '@/shared/theme/base.css'

createApp({ render: () => h('main') }).mount('#root')
