/* Entry of the console (the command centre's pages). */
import { createApp } from 'vue'
import '@/shared/theme/tokens.css'
import '@/shared/theme/base.css'
import '@/shared/theme/element.css'
import './console.css'
import { applyLocale } from '@/shared/i18n'
import App from './App.vue'
import { router } from './router'

applyLocale()
createApp(App).use(router).mount('#root')
