/* A draft being edited: the part in view, its edits, undo, redo and the running check. Every change goes to the server, which decides;
 * after it the part is read again. That others changed it is told by the server's stream, and noticed by the draft's version where that is away. */
import { computed, onScopeDispose, shallowReadonly, shallowRef, watch, type Ref } from 'vue'
import { api, asProblem, ok, type MeshDraft, type MeshEdited, type MeshEditIn, type MeshEditRow, type MeshVerdict, type Problem } from '@/shared/api'
import { may, me } from '@/shared/api/session'
import { liveConnected, onPoke } from '@/shared/live'
import { placeIn } from './fault'
import { partOf, type Part, type Pt, type Span } from './part'

export type PartState = 'far' | 'reading' | 'more' | 'ready' | 'failed'
/** Why something did not go, and where. */
export interface Trouble { kind: 'refused' | 'changed' | 'other', text: string, at: Pt | null }

const checkRestMs = 700
const checkApartMs = 2_500
const lookRestMs = 250
const othersMs = 15_000
const pokeRestMs = 200

function troubleOf(problem: Problem): Trouble {
  const [field] = problem.fields
  const text = (field && problem.field(field.pointer)) || problem.sentence
  const kind = problem.code === 'mesh.changed-meanwhile' || problem.code === 'version.stale' ? 'changed' : problem.code === 'mesh.refused' || problem.code === 'input.invalid' ? 'refused' : 'other'
  return { kind, text, at: placeIn(text) }
}

export interface Editor {
  draft: Ref<MeshDraft | null>
  problem: Ref<Problem | null>
  part: Readonly<Ref<Part | null>>
  state: Readonly<Ref<PartState>>
  busy: Readonly<Ref<boolean>>
  /** It may be changed by whoever is signed in. */
  open: Readonly<Ref<boolean>>
  trouble: Ref<Trouble | null>
  /** Who else has just changed it. */
  others: Ref<string>
  edits: Readonly<Ref<readonly MeshEditRow[]>>
  moreEdits: Readonly<Ref<boolean>>
  verdict: Readonly<Ref<MeshVerdict | null>>
  checking: Readonly<Ref<boolean>>
  look: (span: Span | null) => void
  send: (edits: MeshEditIn[]) => Promise<MeshEdited | null>
  step: (way: 'undo' | 'redo') => Promise<boolean>
  readEdits: (further?: boolean) => Promise<void>
  check: () => Promise<void>
  refresh: () => Promise<void>
}

export function useEditor(id: number): Editor {
  const at = { params: { path: { id } } }
  const draft = shallowRef<MeshDraft | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const part = shallowRef<Part | null>(null)
  const state = shallowRef<PartState>('reading')
  const busy = shallowRef(false)
  const trouble = shallowRef<Trouble | null>(null)
  const others = shallowRef('')
  const edits = shallowRef<readonly MeshEditRow[]>([])
  const nextEdits = shallowRef<string | undefined>(undefined)
  const verdict = shallowRef<MeshVerdict | null>(null)
  const checking = shallowRef(false)
  const open = computed(() => draft.value?.state === 'open' && may('MESH_EDIT'))
  let span: Span | null = null
  let turn = 0
  let lookTimer: ReturnType<typeof setTimeout> | undefined
  let checkTimer: ReturnType<typeof setTimeout> | undefined
  let checked = 0

  async function readPart(): Promise<void> {
    const mine = ++turn
    if (!span) {
      part.value = null
      state.value = 'far'
      return
    }
    if (!part.value) state.value = 'reading'
    try {
      const map = await ok(api.GET('/api/mesh/drafts/{id}/map', { params: { path: { id }, query: span } }))
      if (mine !== turn) return
      part.value = map.more ? null : partOf(map)
      state.value = map.more ? 'more' : 'ready'
    } catch (error) {
      if (mine !== turn) return
      state.value = part.value ? 'ready' : 'failed'
      trouble.value = troubleOf(asProblem(error))
    }
  }
  /** The part in view is another one; null: too far away to edit. */
  function look(next: Span | null): void {
    span = next
    clearTimeout(lookTimer)
    lookTimer = setTimeout(() => void readPart(), lookRestMs)
  }

  async function readEdits(further = false): Promise<void> {
    try {
      const page = await ok(api.GET('/api/mesh/drafts/{id}/edits', { params: { path: { id }, query: further && nextEdits.value ? { page: nextEdits.value } : {} } }))
      edits.value = further ? [...edits.value, ...page.items] : page.items
      nextEdits.value = page.next
    } catch { /* the list stays as it was */ }
  }
  async function check(): Promise<void> {
    clearTimeout(checkTimer)
    checking.value = true
    checked = Date.now()
    try {
      verdict.value = await ok(api.GET('/api/mesh/drafts/{id}/check', at))
    } catch {
      verdict.value = null
    }
    checking.value = false
  }
  function checkSoon(): void {
    clearTimeout(checkTimer)
    checking.value = true
    checkTimer = setTimeout(() => void check(), Math.max(checkRestMs, checked + checkApartMs - Date.now()))
  }
  async function refresh(): Promise<void> {
    draft.value = await ok(api.GET('/api/mesh/drafts/{id}', at))
    await Promise.all([readPart(), readEdits()])
    checkSoon()
  }
  async function failed(error: unknown): Promise<void> {
    const why = asProblem(error)
    trouble.value = troubleOf(why)
    if (trouble.value.kind === 'changed' || why.code === 'mesh.draft-closed') await refresh().catch(() => undefined)
  }

  /** Edits, all or none; null when they were refused, with the reason in `trouble`. */
  async function send(list: MeshEditIn[]): Promise<MeshEdited | null> {
    if (busy.value || !open.value || !part.value) return null
    busy.value = true
    trouble.value = null
    others.value = ''
    try {
      const done = await ok(api.POST('/api/mesh/drafts/{id}/edits', { ...at, body: { version: part.value.version, edits: list } }))
      draft.value = done.draft
      await Promise.all([readPart(), readEdits()])
      checkSoon()
      return done
    } catch (error) {
      await failed(error)
      return null
    } finally {
      busy.value = false
    }
  }
  const idle = (): Promise<void> => new Promise((free) => {
    if (!busy.value) return free()
    const stop = watch(busy, (still) => {
      if (still) return
      stop()
      free()
    }, { flush: 'sync' })
  })
  /* keys come faster than answers: steps wait for each other, none is lost */
  let steps: Promise<boolean> = Promise.resolve(true)
  function step(way: 'undo' | 'redo'): Promise<boolean> {
    steps = steps.then(idle).then(() => stepNow(way))
    return steps
  }
  async function stepNow(way: 'undo' | 'redo'): Promise<boolean> {
    const d = draft.value
    if (busy.value || !open.value || !d || (way === 'undo' ? !d.edits : !d.undone)) return false
    busy.value = true
    trouble.value = null
    try {
      const asked = { ...at, body: { version: d.version } }
      draft.value = await ok(way === 'undo' ? api.POST('/api/mesh/drafts/{id}/undo', asked) : api.POST('/api/mesh/drafts/{id}/redo', asked))
      await Promise.all([readPart(), readEdits()])
      checkSoon()
      return true
    } catch (error) {
      await failed(error)
      return false
    } finally {
      busy.value = false
    }
  }

  async function readOthers(): Promise<void> {
    if (!draft.value || draft.value.state !== 'open') return
    try {
      const now = await ok(api.GET('/api/mesh/drafts/{id}', at))
      await idle() // what is being sent answers with a version of its own
      if (now.version <= draft.value.version) return
      if (now.changed_by !== me.value?.account.name) others.value = now.changed_by
      await refresh()
    } catch { /* the next one tells */ }
  }
  onPoke('mesh', () => void readOthers(), { id: () => String(id), restMs: pokeRestMs })
  const watching = setInterval(() => {
    if (!document.hidden && !busy.value && !liveConnected.value) void readOthers()
  }, othersMs)
  onScopeDispose(() => {
    turn++
    for (const timer of [lookTimer, checkTimer]) clearTimeout(timer)
    clearInterval(watching)
  })
  void ok(api.GET('/api/mesh/drafts/{id}', at)).then((d) => {
    draft.value = d
    void readEdits()
    checkSoon()
  }, (error: unknown) => {
    problem.value = asProblem(error)
  })

  return {
    draft, problem, part, state: shallowReadonly(state), busy: shallowReadonly(busy), open, trouble, others,
    edits, moreEdits: computed(() => Boolean(nextEdits.value)), verdict, checking: shallowReadonly(checking), look, send, step, readEdits, check, refresh,
  }
}
