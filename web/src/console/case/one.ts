/* One case on screen: what it is, what may be done, and what others did to it meanwhile. */
import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { api, asProblem, ok, Problem, useLoad, type ActionList, type CaseAction, type CaseStep, type CaseView, type Loaded } from '@/shared/api'
import { onPoke } from '@/shared/live'

export interface OneCase {
  view: Loaded<CaseView>
  actions: Loaded<ActionList>
  /** Steps that others took since this screen last showed the case. */
  foreign: Ref<readonly CaseStep[]>
  /** The last own action was refused because of them. */
  refused: Ref<boolean>
  /** Changes with every step, for parts that read something of their own. */
  version: ComputedRef<number>
  act: (action: Omit<CaseAction, 'version'>) => Promise<CaseView>
  reload: () => Promise<void>
  set: (view: CaseView) => void
  dismiss: () => void
}

/** What to say when an action met another version or another state. */
export function isConflict(problem: Problem): boolean {
  return problem.code === 'version.stale' || problem.code === 'case.action-forbidden' || problem.code === 'case.not-yours'
}

export function useCase(id: () => number): OneCase {
  const path = () => ({ params: { path: { id: id() } } })
  const view = useLoad(() => ok(api.GET('/api/cases/{id}', path())), { now: false })
  const actions = useLoad(() => ok(api.GET('/api/cases/{id}/actions', path())), { now: false })
  const foreign = shallowRef<readonly CaseStep[]>([])
  const refused = shallowRef(false)
  let seen = 0
  let shown = 0

  async function reload(): Promise<void> {
    await Promise.all([view.reload(), actions.reload()])
  }
  watch(view.data, (now) => {
    if (!now) return
    const last = now.steps.at(-1)?.seq ?? 0
    if (shown === now.item.id && last > seen) foreign.value = [...foreign.value, ...now.steps.filter((s) => s.seq > seen)]
    shown = now.item.id
    seen = last
  })
  watch(id, () => {
    foreign.value = []
    refused.value = false
    void reload()
  }, { immediate: true })
  onPoke('case', () => void reload(), { id: () => String(id()) })

  async function act(action: Omit<CaseAction, 'version'>): Promise<CaseView> {
    const version = actions.data.value?.version ?? view.data.value?.item.version ?? 1
    try {
      const done = await ok(api.POST('/api/cases/{id}/actions', { ...path(), body: { ...action, version } }))
      seen = done.steps.at(-1)?.seq ?? seen
      foreign.value = []
      refused.value = false
      view.set(done)
      void actions.reload()
      return done
    } catch (error) {
      const problem = asProblem(error)
      if (isConflict(problem)) {
        refused.value = true
        await reload()
      }
      throw problem
    }
  }

  return {
    view, actions, foreign, refused, act, reload,
    version: computed(() => view.data.value?.item.version ?? 0),
    set: (next) => {
      seen = next.steps.at(-1)?.seq ?? seen
      view.set(next)
    },
    dismiss: () => {
      foreign.value = []
      refused.value = false
    },
  }
}
