/* Reading for a screen that also works without a network: the last copy at once, then the server's answer. */
import { onScopeDispose, shallowReadonly, shallowRef, type Ref } from 'vue'
import { asProblem, type Loaded, type LoadState, type Problem } from '@/shared/api'
import { store } from './db'

const oldestMs = 7 * 86_400_000

export async function readCopy<T>(key: string): Promise<{ value: T, at: number } | null> {
  try {
    const db = await store()
    const row = await db.get('cache', key)
    return row && Date.now() - row.at < oldestMs ? { value: row.value as T, at: row.at } : null
  } catch {
    return null
  }
}

export async function writeCopy(key: string, value: unknown): Promise<void> {
  try {
    const db = await store()
    await db.put('cache', { key, at: Date.now(), value })
  } catch { /* no room: the screen shows the live answer anyway */ }
}

export interface Cached<T> extends Loaded<T> {
  /** When the shown copy was read, while the server cannot be asked; else null. */
  copyFrom: Readonly<Ref<number | null>>
}

export function useCached<T>(key: string, read: () => Promise<T>): Cached<T> {
  const data = shallowRef<T | null>(null)
  const state = shallowRef<LoadState>('loading')
  const problem = shallowRef<Problem | null>(null)
  const busy = shallowRef(false)
  const copyFrom = shallowRef<number | null>(null)
  let turn = 0
  let copyAt = 0

  async function showCopy(mine: number): Promise<void> {
    if (data.value !== null) return
    const copy = await readCopy<T>(key)
    if (!copy || mine !== turn || data.value !== null) return
    data.value = copy.value
    copyAt = copy.at
    state.value = 'ready'
  }

  async function reload(): Promise<void> {
    const mine = ++turn
    busy.value = true
    const copy = showCopy(mine)
    try {
      const value = await read()
      if (mine !== turn) return
      data.value = value
      copyAt = Date.now()
      copyFrom.value = null
      problem.value = null
      state.value = 'ready'
      void writeCopy(key, value)
    } catch (error) {
      await copy
      if (mine !== turn) return
      problem.value = asProblem(error)
      state.value = data.value === null ? 'failed' : 'ready'
      copyFrom.value = data.value === null ? null : copyAt
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  function set(value: T): void {
    turn++
    data.value = value
    copyAt = Date.now()
    copyFrom.value = null
    problem.value = null
    state.value = 'ready'
    busy.value = false
    void writeCopy(key, value)
  }

  onScopeDispose(() => {
    turn++
  })
  void reload()
  return {
    data: shallowReadonly(data), state: shallowReadonly(state), problem: shallowReadonly(problem), busy: shallowReadonly(busy),
    copyFrom: shallowReadonly(copyFrom), reload, set,
  }
}
