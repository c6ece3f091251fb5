/* The report being written. It outlives the page component, so that going back to look something up loses nothing;
 * words also survive a reload. */
import { effectScope, reactive, watch } from 'vue'
import { uuidv7 } from '@/shared/api/ids'
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

const underWay = new WeakMap<BasketPhoto, Promise<void>>()

async function upload(photo: BasketPhoto, blob: Blob): Promise<void> {
  photo.state = 'sending'
  photo.percent = 0
  try {
    await uploadBlob(photo.sha256, blob, {
      onProgress: (sent, all) => {
        photo.percent = Math.round((sent / all) * 100)
      },
    })
    photo.state = 'sent'
  } catch {
    photo.state = 'failed'
  }
}

/** Photos are sent as soon as they are chosen, while the rest is being filled in. Resolves when this one is through or
 * has failed (see its state). */
export function sendPhoto(photo: BasketPhoto): Promise<void> {
  if (!photo.blob || photo.state === 'sent') return Promise.resolve()
  const going = underWay.get(photo)
  if (going) return going
  const started = upload(photo, photo.blob).finally(() => underWay.delete(photo))
  underWay.set(photo, started)
  return started
}

const life = effectScope(true)
export const basket = life.run(() => useBasket(mostPhotos, (photo) => void sendPhoto(photo)))!

let lastBody = ''
let lastKey = ''

/** The same body keeps its key however often the button is pressed; a changed one gets a new key. */
export function keyFor(body: object): string {
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
