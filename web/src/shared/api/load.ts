/* Reading something for a screen: value, state and a way to read again. Old content stays on screen while it is read
 * anew; a later answer never loses to an earlier one. */
import { onScopeDispose, shallowReadonly, shallowRef, type Ref } from 'vue'
import { asProblem, type Problem } from './problem'

export type LoadState = 'loading' | 'ready' | 'failed'

export interface Loaded<T> {
  data: Readonly<Ref<T | null>>
  state: Readonly<Ref<LoadState>>
  problem: Readonly<Ref<Problem | null>>
  busy: Readonly<Ref<boolean>>
  reload: () => Promise<void>
  set: (value: T) => void
}

export function useLoad<T>(read: () => Promise<T>, options: { now?: boolean } = {}): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const state = shallowRef<LoadState>('loading')
  const problem = shallowRef<Problem | null>(null)
  const busy = shallowRef(false)
  let turn = 0

  async function reload(): Promise<void> {
    const mine = ++turn
    busy.value = true
    if (data.value === null) state.value = 'loading'
    try {
      const value = await read()
      if (mine !== turn) return
      data.value = value
      problem.value = null
      state.value = 'ready'
    } catch (error) {
      if (mine !== turn) return
      problem.value = asProblem(error)
      state.value = data.value === null ? 'failed' : 'ready'
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  function set(value: T): void {
    turn++
    data.value = value
    problem.value = null
    state.value = 'ready'
    busy.value = false
  }

  onScopeDispose(() => {
    turn++
  })
  if (options.now !== false) void reload()
  return {
    data: shallowReadonly(data), state: shallowReadonly(state), problem: shallowReadonly(problem),
    busy: shallowReadonly(busy), reload, set,
  }
}
