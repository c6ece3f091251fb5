/* The grid member's phone app. */
import '@/shared/theme/tokens.css'
import '@/shared/theme/base.css'
import '@/shared/theme/text-size.css'
import '@/shared/theme/vant.css'
import './app.css'
import { createApp } from 'vue'
import { applyLocale } from '@/shared/i18n'
import { applyTextSize } from '@/shared/theme/text-size'
import App from './App.vue'
import { fetchScreen, router } from './router'
import { findAccount, isKnown } from './store/account'
import { watchUpdates } from './store/updates'

applyLocale()
applyTextSize()
/* the screen of the address travels beside the question who it is; whoever was never here signs in first */
fetchScreen(isKnown() ? location.pathname.replace(/^\/app\/?/, '/') : { name: 'login' })

void findAccount().catch(() => undefined).then(() => {
  createApp(App).use(router).mount('#root')
  return watchUpdates()
}).catch(() => undefined)
