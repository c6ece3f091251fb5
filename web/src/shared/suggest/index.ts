/* Categories that a text may be of, asked when the typing rests. A suggestion is never taken by itself, and without a network there is
 * none: reporting does not need it. */
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import type { SuggestKind, SuggestView } from '../api/types'

const restMs = 450
const leastCharacters = 2
const mostCharacters = 2000

/** `send` asks the server: staff by staff.ts, residents by their own route. */
export function useSuggestions(text: () => string, send: (text: string) => Promise<SuggestView>): Readonly<Ref<readonly SuggestKind[]>> {
  const found = shallowRef<readonly SuggestKind[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  async function ask(words: string): Promise<void> {
    const mine = ++turn
    try {
      const view = await send(words)
      if (mine === turn) found.value = view.items
    } catch {
      if (mine === turn) found.value = []
    }
  }
  watch(text, (typed) => {
    const words = Array.from(typed.trim()).slice(0, mostCharacters).join('')
    clearTimeout(timer)
    if (Array.from(words).length < leastCharacters) {
      turn++
      found.value = []
      return
    }
    timer = setTimeout(() => void ask(words), restMs)
  }, { immediate: true })
  onScopeDispose(() => {
    clearTimeout(timer)
    turn++
  })
  return found
}
