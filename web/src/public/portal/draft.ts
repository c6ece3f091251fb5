/* The report being written. It outlives the page component, so that going back to look something up loses nothing;
 * words also survive a reload. */
import { effectScope, reactive, watch } from 'vue'
import { useBasket } from '@/shared/photo/basket'
import { sendPhoto } from '@/shared/photo/send'

const key = 'wangge.report-draft'
const mostPhotos = 6

function stored(): { text: string, phone: string } {
  try {
    const found = JSON.parse(sessionStorage.getItem(key) ?? '{}') as { text?: unknown, phone?: unknown }
    return { text: typeof found.text === 'string' ? found.text : '', phone: typeof found.phone === 'string' ? found.phone : '' }
  } catch {
    return { text: '', phone: '' }
  }
}

export const draft = reactive({ ...stored(), category: '', building: '' })

watch(() => [draft.text, draft.phone], () => {
  try {
    sessionStorage.setItem(key, JSON.stringify({ text: draft.text, phone: draft.phone }))
  } catch { /* private mode */ }
})

const life = effectScope(true)
export const basket = life.run(() => useBasket(mostPhotos, sendPhoto))!

export function clearDraft(): void {
  Object.assign(draft, { text: '', category: '', building: '' })
  basket.clear()
}
