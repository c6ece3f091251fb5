/* The report being written, saved on each change with its photos; found again after a reload or a call. */
import type { Basket } from '@/shared/photo/basket'
import { store, type DraftPhoto, type ReportDraft } from '../store/db'

const key = 'report'

export function photosOf(basket: Basket): DraftPhoto[] {
  return basket.photos.flatMap((p) => (p.blob ? [{ sha256: p.sha256, blob: p.blob }] : []))
}

export async function keepDraft(draft: Omit<ReportDraft, 'key'>): Promise<void> {
  const db = await store()
  await db.put('drafts', { key, ...draft })
}

export async function foundDraft(): Promise<ReportDraft | null> {
  const db = await store()
  return await db.get('drafts', key) ?? null
}

export async function dropDraft(): Promise<void> {
  const db = await store()
  await db.delete('drafts', key)
}

const usesKey = 'wangge.kinds-used'

/** How often this phone used each category: the chips start with those. */
export function kindUses(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(usesKey) ?? '{}') as Record<string, number>
  } catch {
    return {}
  }
}

export function countKind(code: string): void {
  const uses = kindUses()
  localStorage.setItem(usesKey, JSON.stringify({ ...uses, [code]: (uses[code] ?? 0) + 1 }))
}
