/* A list read page by page with the server's cursors; back leads through the pages already seen. */
import { computed, shallowRef, type ComputedRef } from 'vue'
import { useLoad, type Loaded } from '@/shared/api'

interface Page<T> { items: T[], next?: string | null }

export interface Pages<T> {
  load: Loaded<Page<T>>
  items: ComputedRef<readonly T[]>
  n: ComputedRef<number>
  more: ComputedRef<boolean>
  next: () => void
  back: () => void
  /** From the first page, e.g. after a filter changed. */
  restart: () => void
}

export function usePages<T>(read: (page: string | undefined) => Promise<Page<T>>): Pages<T> {
  const cursors = shallowRef<readonly (string | undefined)[]>([undefined])
  const load = useLoad(() => read(cursors.value.at(-1)))
  function go(to: readonly (string | undefined)[]): void {
    cursors.value = to
    void load.reload()
  }
  return {
    load,
    items: computed(() => load.data.value?.items ?? []),
    n: computed(() => cursors.value.length),
    more: computed(() => Boolean(load.data.value?.next)),
    next: () => {
      const cursor = load.data.value?.next
      if (cursor) go([...cursors.value, cursor])
    },
    back: () => {
      if (cursors.value.length > 1) go(cursors.value.slice(0, -1))
    },
    restart: () => go([undefined]),
  }
}
