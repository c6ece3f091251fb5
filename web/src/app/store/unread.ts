/* How many notices of cases are newer than what this account last looked at; kept on the phone. */
import { computed, shallowRef } from 'vue'
import { api, ok, type CaseEvent } from '@/shared/api'
import { me } from '@/shared/api/session'
import { store } from './db'

const newest = shallowRef<readonly CaseEvent[]>([])
const seenAt = shallowRef('')

export const unread = computed(() => (seenAt.value ? newest.value.filter((event) => event.at > seenAt.value).length : 0))
export const lastSeen = computed(() => seenAt.value)

export async function lookForNews(): Promise<void> {
  if (!me.value) return
  try {
    const db = await store()
    const row = await db.get('meta', 'seen')
    const page = await ok(api.GET('/api/case-events', { params: { query: {} } }))
    newest.value = page.items
    seenAt.value = row ? String(row.value) : page.items[0]?.at ?? new Date().toISOString()
    if (!row) await db.put('meta', { key: 'seen', value: seenAt.value })
  } catch { /* off line: the badge stays as it is */ }
}

export async function markSeen(at: string): Promise<void> {
  if (at <= seenAt.value) return
  seenAt.value = at
  const db = await store()
  await db.put('meta', { key: 'seen', value: at })
}
