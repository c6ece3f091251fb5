/* A draft at work: its files, the one that is being edited, what the check and the dry run say of it. */
import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { api, asProblem, ok, Problem, useLoad, type Loaded } from '@/shared/api'
import type { components } from '@/shared/api/schema.gen'

type S = components['schemas']
export type Kind = S['ProfileKind']
export type Draft = S['DraftView']
export type Fault = S['DraftFault']
export interface At { kind: Kind, name: string }
export const kinds: readonly Kind[] = ['catalogue', 'departments', 'limits', 'flow', 'form']

export interface Desk {
  draft: Loaded<Draft>
  text: Ref<string>
  base: Ref<string>
  current: Ref<string | null>
  at: Ref<At | null>
  dirty: ComputedRef<boolean>
  open: ComputedRef<boolean>
  faults: Ref<readonly Fault[] | null>
  more: Ref<number>
  run: Ref<S['DryRun'] | null>
  busy: Ref<string>
  problem: Ref<Problem | null>
  choose: (at: At | null) => Promise<void>
  save: () => Promise<boolean>
  remove: () => Promise<void>
  undo: () => Promise<void>
  check: () => Promise<void>
  tryOut: () => Promise<void>
  publish: (body: { active_from?: string, move_open: boolean }) => Promise<boolean>
  change: (what: 'rebase' | 'withdrawal' | 'drop') => Promise<void>
}

export function useDesk(id: () => number): Desk {
  const path = () => ({ params: { path: { id: id() } } })
  const draft = useLoad(() => ok(api.GET('/api/profile/drafts/{id}', path())), { now: false })
  const at = shallowRef<At | null>(null)
  const text = shallowRef('')
  const stored = shallowRef('')
  const base = shallowRef('')
  const current = shallowRef<string | null>(null)
  const faults = shallowRef<readonly Fault[] | null>(null)
  const more = shallowRef(0)
  const run = shallowRef<S['DryRun'] | null>(null)
  const busy = shallowRef('')
  const problem = shallowRef<Problem | null>(null)
  const dirty = computed(() => at.value !== null && text.value !== stored.value)
  const open = computed(() => draft.data.value?.item.state === 'open')
  const version = (): number => draft.data.value?.item.version ?? 1

  /** One thing at a time; false when it went wrong, which is said. */
  async function doing(what: string, work: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false
    busy.value = what
    problem.value = null
    try {
      await work()
      return true
    } catch (error) {
      problem.value = asProblem(error)
      return false
    } finally {
      busy.value = ''
    }
  }
  function stale(next: Draft): void {
    draft.set(next)
    faults.value = null
    run.value = null
  }
  async function read(): Promise<void> {
    const is = at.value
    if (!is) return
    const asked = { kind: is.kind, name: is.name }
    const { data, error } = await api.GET('/api/profile/drafts/{id}/text', { params: { path: { id: id() }, query: asked } })
    if (at.value !== is) return
    if (error && error.code !== 'not-found') throw asProblem(error)
    stored.value = data?.content ?? ''
    text.value = stored.value
    base.value = data?.base ?? ''
    current.value = data?.current ?? null
  }
  async function choose(next: At | null): Promise<void> {
    if (dirty.value && !await save()) return
    at.value = next
    await doing('read', read)
  }
  async function put(removed: boolean): Promise<void> {
    const is = at.value
    if (!is) return
    const body = { version: version(), kind: is.kind, name: is.name, ...(removed ? { removed } : { content: text.value }) }
    stale(await ok(api.PUT('/api/profile/drafts/{id}/text', { ...path(), body })))
    if (!removed) stored.value = text.value
  }
  async function save(): Promise<boolean> {
    return dirty.value ? doing('save', () => put(false)) : true
  }
  async function remove(): Promise<void> {
    await doing('save', async () => {
      await put(true)
      await read()
    })
  }
  async function undo(): Promise<void> {
    await doing('save', async () => {
      const is = at.value
      if (!is) return
      stale(await ok(api.POST('/api/profile/drafts/{id}/undo', { ...path(), body: { version: version(), kind: is.kind, name: is.name } })))
      await read()
    })
  }
  async function check(): Promise<void> {
    if (!await save()) return
    await doing('check', async () => {
      const said = await ok(api.POST('/api/profile/drafts/{id}/check', { ...path(), body: { version: version() } }))
      faults.value = said.faults
      more.value = said.more
      if (draft.data.value) draft.set({ ...draft.data.value, item: said.draft })
    })
  }
  async function tryOut(): Promise<void> {
    if (!await save()) return
    await doing('try', async () => {
      run.value = await ok(api.GET('/api/profile/drafts/{id}/dry-run', path()))
    })
  }
  async function publish(body: { active_from?: string, move_open: boolean }): Promise<boolean> {
    return doing('publish', async () => draft.set(await ok(api.POST('/api/profile/drafts/{id}/publication', { ...path(), body: { version: version(), ...body } }))))
  }
  async function change(what: 'rebase' | 'withdrawal' | 'drop'): Promise<void> {
    const body = { version: version() }
    await doing(what, async () => {
      const next = what === 'rebase' ? api.POST('/api/profile/drafts/{id}/rebase', { ...path(), body }) : what === 'drop' ? api.POST('/api/profile/drafts/{id}/drop', { ...path(), body }) : api.POST('/api/profile/drafts/{id}/withdrawal', { ...path(), body })
      stale(await ok(next))
      await read()
    })
  }
  watch(id, () => {
    at.value = null
    faults.value = run.value = problem.value = null
    void draft.reload()
  }, { immediate: true })

  return { draft, text, base, current, at, dirty, open, faults, more, run, busy, problem, choose, save, remove, undo, check, tryOut, publish, change }
}
