/* Pages of the console. Each names the permission that opens it; the shell shows only those, the server decides. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { may } from '@/shared/api/session'

declare module 'vue-router' {
  interface RouteMeta {
    needs?: string
    /** Whose entry of the menu it belongs to, when the names differ. */
    menu?: string
    /** The letters of the keyboard mean something else here. */
    ownKeys?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/cases', name: 'cases', component: () => import('./case/QueuePage.vue'), meta: { needs: 'CASE_READ' } },
  { path: '/command', name: 'command', component: () => import('./case/CommandPage.vue'), meta: { needs: 'CASE_READ' } },
  { path: '/cards', name: 'cards', component: () => import('./case/CardsPage.vue'), meta: { needs: 'CASE_READ' } },
  { path: '/new', name: 'new', component: () => import('./case/NewCasePage.vue'), meta: { needs: 'CASE_REPORT' } },
  { path: '/stats', name: 'stats', component: () => import('./evaluate/StatsPage.vue'), meta: { needs: 'STATS_READ' } },
  { path: '/registry', name: 'registry', component: () => import('./registry/RegistryPage.vue'), meta: { needs: 'BUILDING_READ' } },
  { path: '/mesh', name: 'mesh', component: () => import('./mesh/MeshPage.vue'), meta: { needs: 'MESH_READ' } },
  { path: '/mesh/drafts/:id(\\d+)', name: 'mesh-draft', component: () => import('./mesh/DraftPage.vue'), meta: { needs: 'MESH_READ', menu: 'mesh', ownKeys: true } },
  { path: '/mesh/compare', name: 'mesh-compare', component: () => import('./mesh/ComparePage.vue'), meta: { needs: 'MESH_READ', menu: 'mesh' } },
  { path: '/dispatch', name: 'dispatch', component: () => import('./dispatch/RulesPage.vue'), meta: { needs: 'DISPATCH_READ' } },
  { path: '/staff', name: 'staff', component: () => import('./who/StaffPage.vue'), meta: { needs: 'STAFF_READ' } },
  { path: '/accounts', name: 'accounts', component: () => import('./who/AccountsPage.vue'), meta: { needs: 'ACCOUNT_READ' } },
  { path: '/alarms', name: 'alarms', component: () => import('./alarm/SourcesPage.vue'), meta: { needs: 'ALARM_SOURCE' } },
  { path: '/audit', name: 'audit', component: () => import('./audit/AuditPage.vue'), meta: { needs: 'AUDIT_READ' } },
  { path: '/profile', name: 'profile', component: () => import('./profile/ProfilePage.vue'), meta: { needs: 'PROFILE_READ' } },
  { path: '/flows', name: 'flows', component: () => import('./profile/FlowsPage.vue'), meta: { needs: 'FLOW_READ' } },
  { path: '/:rest(.*)*', name: 'home', component: () => import('./shell/NoPage.vue') },
]

export const router = createRouter({ history: createWebHistory('/console/'), routes })

/** The first page somebody may open: the queue for whoever works with cases. */
export function firstPage(): string {
  const found = routes.filter((r) => !['command', 'cards', 'new'].includes(String(r.name)) && !r.meta?.menu).find((r) => r.meta?.needs && may(r.meta.needs))
  return found?.path ?? '/none'
}
