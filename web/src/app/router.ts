import { createRouter, createWebHistory } from 'vue-router'
import { me } from '@/shared/api/session'
import { glKind } from '@/shared/map/software'
import { beginWorker } from '@/shared/map/worker'
import { accountKnown } from './store/account'
import { beginMap } from './store/ground'
import { beginCatalogue } from './case/api'
import TodayPage from './case/TodayPage.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Shows the tab bar. */
    tab?: boolean
    /** Reachable without an account. */
    open?: boolean
  }
}

/* the library, its worker and the first answers travel side by side; what draws is asked while the line is busy */
function openMap(): Promise<unknown> {
  beginWorker()
  beginMap()
  const page = import('./territory/MapPage.vue')
  glKind()
  return page
}
function openReport(): Promise<unknown> {
  beginCatalogue()
  return import('./case/ReportPage.vue')
}

export const router = createRouter({
  history: createWebHistory('/app/'),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', name: 'today', component: TodayPage, meta: { tab: true } },
    { path: '/map', name: 'map', component: openMap, meta: { tab: true } },
    { path: '/messages', name: 'messages', component: () => import('./case/MessagesPage.vue'), meta: { tab: true } },
    { path: '/mine', name: 'mine', component: () => import('./who/MinePage.vue'), meta: { tab: true } },
    { path: '/report', name: 'report', component: openReport },
    { path: '/cases', name: 'cases', component: () => import('./case/CasesPage.vue') },
    { path: '/cases/:id(\\d+)', name: 'case', component: () => import('./case/CasePage.vue'), props: (to) => ({ id: Number(to.params['id']) }) },
    { path: '/outbox', name: 'outbox', component: () => import('./sync/OutboxPage.vue') },
    { path: '/password', name: 'password', component: () => import('./who/PasswordPage.vue') },
    { path: '/login', name: 'login', component: () => import('./who/LoginPage.vue'), meta: { open: true } },
    { path: '/:rest(.*)*', name: 'missing', component: () => import('./MissingPage.vue'), meta: { open: true } },
  ],
})

router.beforeEach((to) => {
  if (!accountKnown.value || to.meta.open) return true
  if (!me.value) return { name: 'login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  if (me.value.account.must_change_password && to.name !== 'password') return { name: 'password' }
  return true
})

/** Begins fetching a screen before anybody goes there. */
export function fetchScreen(to: string | { name: string }): void {
  const load = router.resolve(to).matched.at(-1)?.components?.['default']
  if (typeof load === 'function') void Promise.resolve((load as () => unknown)()).catch(() => undefined)
}
