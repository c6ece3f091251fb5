/* The photos of a basket go to the server: each says how far it is, one that is on its way is waited for, one that failed is sent again. */
import { watch } from 'vue'
import { asProblem, type Problem } from '@/shared/api/problem'
import type { Basket, BasketPhoto } from './basket'
import { uploadBlob } from './upload'

const underWay = new WeakMap<BasketPhoto, Promise<Problem | null>>()

async function upload(photo: BasketPhoto, blob: Blob): Promise<Problem | null> {
  photo.state = 'sending'
  photo.percent = 0
  try {
    await uploadBlob(photo.sha256, blob, {
      onProgress: (sent, all) => {
        photo.percent = Math.round((sent / Math.max(1, all)) * 100)
      },
    })
    photo.state = 'sent'
    return null
  } catch (error) {
    photo.state = 'failed'
    return asProblem(error)
  } finally {
    underWay.delete(photo)
  }
}

/** Resolves when this one is through, or to what it failed of. */
export function sendPhoto(photo: BasketPhoto): Promise<Problem | null> {
  if (!photo.blob || photo.state === 'sent') return Promise.resolve(null)
  const going = underWay.get(photo) ?? upload(photo, photo.blob)
  if (photo.state === 'sending') underWay.set(photo, going)
  return going
}

/** Everything in these baskets, also what is still being made small; resolves to what the first of them failed of. */
export async function sendPhotos(baskets: readonly Basket[]): Promise<Problem | null> {
  for (const { preparing } of baskets) while (preparing.value) await new Promise<void>((go) => watch(preparing, () => go(), { once: true }))
  const told = await Promise.all(baskets.flatMap((basket) => basket.photos.map(sendPhoto)))
  return told.find((problem) => problem !== null) ?? null
}
