import { createRouter, createWebHistory } from 'vue-router'
import { me } from '@/shared/api/session'
import { fetchWorker } from '@/shared/map/worker'
import { accountKnown } from './store/account'
import { beginMap } from './store/ground'
import TodayPage from './case/TodayPage.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Shows the tab bar. */
    tab?: boolean
    /** Reachable without an account. */
    open?: boolean
  }
}

/* the library, its worker and the first answers travel side by side */
function openMap(): Promise<unknown> {
  fetchWorker()
  beginMap()
  return import('./territory/MapPage.vue')
}

export const router = createRouter({
  history: createWebHistory('/app/'),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', name: 'today', component: TodayPage, meta: { tab: true } },
    { path: '/map', name: 'map', component: openMap, meta: { tab: true } },
    { path: '/messages', name: 'messages', component: () => import('./case/MessagesPage.vue'), meta: { tab: true } },
    { path: '/mine', name: 'mine', component: () => import('./who/MinePage.vue'), meta: { tab: true } },
    { path: '/report', name: 'report', component: () => import('./case/ReportPage.vue') },
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
