/* The report being written. It outlives the page component, so that going back to look something up loses nothing;
 * words also survive a reload. */
import { effectScope, reactive, watch } from 'vue'
import { uuidv7, type ReportCreate } from '@/shared/api'
import { useBasket, type BasketPhoto } from '@/shared/photo/basket'
import { uploadBlob } from '@/shared/photo/upload'

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

/** Photos are sent as soon as they are chosen, while the rest is being filled in. */
export async function sendPhoto(photo: BasketPhoto): Promise<void> {
  if (!photo.blob || photo.state === 'sending' || photo.state === 'sent') return
  photo.state = 'sending'
  photo.percent = 0
  try {
    await uploadBlob(photo.sha256, photo.blob, {
      onProgress: (sent, all) => {
        photo.percent = Math.round((sent / all) * 100)
      },
    })
    photo.state = 'sent'
  } catch {
    photo.state = 'failed'
  }
}

const life = effectScope(true)
export const basket = life.run(() => useBasket(mostPhotos, (photo) => void sendPhoto(photo)))!

let lastBody = ''
let lastKey = ''

/** The same body keeps its key however often the button is pressed; a changed one gets a new key. */
export function keyFor(body: ReportCreate): string {
  const text = JSON.stringify(body)
  if (text !== lastBody) {
    lastBody = text
    lastKey = uuidv7()
  }
  return lastKey
}

export function clearDraft(): void {
  Object.assign(draft, { text: '', category: '', building: '' })
  basket.clear()
  lastBody = ''
}
