/* Residents' pages: no login, no kit, nothing stored but the reader's own choices. */
import '@/shared/theme/tokens.css'
import '@/shared/theme/base.css'
import '@/shared/theme/text-size.css'
import './style.css'
import { createApp } from 'vue'
import { applyLocale, loadLocale } from '@/shared/i18n'
import { applyTextSize } from '@/shared/theme/text-size'
import App from './App.vue'

applyLocale()
applyTextSize()
void loadLocale().catch(() => undefined).then(() => createApp(App).mount('#root'))
