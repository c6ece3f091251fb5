/* What stands in the left menu, for the permissions of whoever is signed in. */
import { computed } from 'vue'
import { may } from '@/shared/api/session'
import { bell, branch, building, edit, gear, list, map, people, shield, swap } from '@/shared/ui/icons'
import { t } from './strings'

const mesh = 'M4 5l7-1.5 9 2V13l-1 6.5-8-1-7 1zM11 3.5l1 7.5-1 7.5M4 12l8-1 8 2'
const chart = 'M4 20h16M7 20v-6M12 20V5M17 20v-9'

export interface MenuItem { name: string, to: string, icon: string, text: string, title: string }

export const menu = computed<MenuItem[]>(() => {
  const all: (MenuItem & { needs: string })[] = [
    { name: 'cases', to: '/cases', icon: list, text: t('cases'), title: t('casesTitle'), needs: 'CASE_READ' },
    { name: 'command', to: '/command', icon: map, text: t('command'), title: t('commandTitle'), needs: 'CASE_READ' },
    { name: 'stats', to: '/stats', icon: chart, text: t('stats'), title: t('statsTitle'), needs: 'STATS_READ' },
    { name: 'registry', to: '/registry', icon: building, text: t('registry'), title: t('registryTitle'), needs: 'BUILDING_READ' },
    { name: 'mesh', to: '/mesh', icon: mesh, text: t('mesh'), title: t('meshTitle'), needs: 'MESH_READ' },
    { name: 'dispatch', to: '/dispatch', icon: swap, text: t('dispatch'), title: t('dispatchTitle'), needs: 'DISPATCH_READ' },
    { name: 'staff', to: '/staff', icon: people, text: t('staff'), title: t('staffTitle'), needs: 'STAFF_READ' },
    { name: 'flows', to: '/flows', icon: branch, text: t('flows'), title: t('flowsTitle'), needs: 'FLOW_READ' },
    { name: 'profile', to: '/profile', icon: edit, text: t('profile'), title: t('profileTitle'), needs: 'PROFILE_READ' },
    { name: 'accounts', to: '/accounts', icon: gear, text: t('accounts'), title: t('accountsTitle'), needs: 'ACCOUNT_READ' },
    { name: 'alarms', to: '/alarms', icon: bell, text: t('alarms'), title: t('alarmsTitle'), needs: 'ALARM_SOURCE' },
    { name: 'audit', to: '/audit', icon: shield, text: t('audit'), title: t('auditTitle'), needs: 'AUDIT_READ' },
  ]
  return all.filter((item) => may(item.needs))
})
