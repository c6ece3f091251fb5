/* The photos of one form: chosen, shrunk, hashed. Where they go next is the form's own affair (public pages send at
 * once, the app puts them in its outbox). Addresses of previews are released with the caller's scope. */
import { computed, onScopeDispose, shallowReactive, type ComputedRef } from 'vue'
import { evidenceKind } from './address'
import { sha256Hex } from './sha256'
import { shrinkPhoto } from './shrink'

export interface BasketPhoto {
  readonly key: number
  state: 'preparing' | 'ready' | 'sending' | 'sent' | 'failed'
  /** blob: address of the preview, once shrunk. */
  url: string
  sha256: string
  blob: Blob | null
  /** Media type of what was chosen. */
  type: string
  percent: number
}

export interface Basket {
  photos: BasketPhoto[]
  preparing: ComputedRef<boolean>
  full: ComputedRef<boolean>
  /** How many pictures there are: recordings do not stand in for them. */
  pictures: ComputedRef<number>
  most: number
  /** Resolves to how many of the files were no readable picture, or a recording that is too large. */
  add: (files: Iterable<File>) => Promise<number>
  /** Puts back a photo that was kept (a draft). */
  restore: (blob: Blob, sha256: string) => void
  remove: (photo: BasketPhoto) => void
  clear: () => void
  hashes: () => string[]
}

let lastKey = 0

const mostBytes = { voice: 10 * 1024 * 1024, video: 50 * 1024 * 1024 }

/** What will be sent: pictures made small, recordings as they are. */
async function readied(file: File): Promise<Blob> {
  const kind = evidenceKind(file.type)
  if (kind === 'picture') return (await shrinkPhoto(file)).blob
  if (file.size > mostBytes[kind]) throw new Error('too large')
  return file
}

export function useBasket(most: number, onReady?: (photo: BasketPhoto) => unknown): Basket {
  const photos = shallowReactive<BasketPhoto[]>([])

  async function prepare(photo: BasketPhoto, file: File): Promise<boolean> {
    try {
      const blob = await readied(file)
      const sum = await sha256Hex(blob)
      if (photos.some((p) => p !== photo && p.sha256 === sum)) {
        remove(photo)
        return true
      }
      Object.assign(photo, { blob, sha256: sum, url: URL.createObjectURL(blob), state: 'ready' })
      onReady?.(photo)
      return true
    } catch {
      remove(photo)
      return false
    }
  }

  async function add(files: Iterable<File>): Promise<number> {
    const jobs: Promise<boolean>[] = []
    for (const file of files) {
      if (photos.length >= most) break
      const photo = shallowReactive<BasketPhoto>({ key: ++lastKey, state: 'preparing', url: '', sha256: '', blob: null, type: file.type, percent: 0 })
      photos.push(photo)
      jobs.push(prepare(photo, file))
    }
    return (await Promise.all(jobs)).filter((good) => !good).length
  }

  function restore(blob: Blob, sha256: string): void {
    if (photos.length >= most || photos.some((p) => p.sha256 === sha256)) return
    photos.push(shallowReactive<BasketPhoto>({ key: ++lastKey, state: 'ready', url: URL.createObjectURL(blob), sha256, blob, type: blob.type, percent: 0 }))
  }

  function remove(photo: BasketPhoto): void {
    const at = photos.indexOf(photo)
    if (at >= 0) photos.splice(at, 1)
    if (photo.url) URL.revokeObjectURL(photo.url)
  }

  function clear(): void {
    for (const photo of [...photos]) remove(photo)
  }

  onScopeDispose(clear)
  return {
    photos, most, add, restore, remove, clear,
    preparing: computed(() => photos.some((p) => p.state === 'preparing')),
    full: computed(() => photos.length >= most),
    pictures: computed(() => photos.filter((p) => evidenceKind(p.type) === 'picture').length),
    hashes: () => photos.filter((p) => p.sha256).map((p) => p.sha256),
  }
}
