/* A file of grids on its way into a draft: checked, decided about, accepted. The report is made upon the draft as it is at that moment; when
 * somebody changed the draft meanwhile it is made anew, and whoever decides is told. */
import { computed, shallowRef, type Ref } from 'vue'
import { api, asProblem, ok, patient, type MeshCheck, type MeshCheckItem, type MeshCrs, type MeshDecisionIn, type MeshFinding, type Problem } from '@/shared/api'
import { keyring } from '@/shared/api/ids'
import type { Editor } from './editor'

export const mostBytes = 32 * 1024 * 1024
export const systems: readonly MeshCrs[] = ['cgcs2000', 'wgs84', 'gcj02', 'bd09']
const waitMs = 120_000

/** What is asked about a file. */
export interface Asked { crs: MeshCrs, tolerance: number, name_field?: string, code_field?: string }
export type Doing = '' | 'checking' | 'opening' | 'deciding' | 'accepting'

export const isOpen = (f: MeshFinding): boolean => f.done === 'open'
/** A person has a say in it, has it been said or not. */
export const isChoice = (f: MeshFinding): boolean => f.done === 'open' || f.done === 'decided'
/** The same place keeps its name through reports on the same ground. */
export const keyOf = (f: MeshFinding): string => (f.remainder ? `r${f.remainder}` : isChoice(f) ? `f${f.feature ?? 0}` : `${f.kind}${f.feature ?? 0}-${f.other ?? 0}@${f.lon},${f.lat}`)
/** Places to decide about in an order that stays when one of them is decided. */
export function choicesOf(check: MeshCheck): MeshFinding[] {
  const rank = (f: MeshFinding): number => f.remainder ?? 1e9 + (f.feature ?? 0)
  return check.findings.filter(isChoice).sort((a, b) => rank(a) - rank(b))
}

export interface Import {
  file: Ref<File | null>
  check: Readonly<Ref<MeshCheck | null>>
  earlier: Readonly<Ref<readonly MeshCheckItem[]>>
  doing: Readonly<Ref<Doing>>
  problem: Ref<Problem | null>
  /** The report was made anew, as the draft had changed. */
  anew: Readonly<Ref<boolean>>
  /** The draft has changed since the report. */
  behind: Readonly<Ref<boolean>>
  /** Key of the place that is looked at. */
  chosen: Ref<string>
  choices: Readonly<Ref<readonly MeshFinding[]>>
  send: (asked: Asked) => Promise<boolean>
  /** The same file again, its coordinates read as others; false when the file is not at hand. */
  sendAs: (crs: MeshCrs) => Promise<boolean>
  open: (id: number) => Promise<boolean>
  /** An earlier one is thrown away. */
  drop: (id: number) => Promise<boolean>
  decide: (decision: MeshDecisionIn) => Promise<boolean>
  accept: () => Promise<boolean>
  leave: () => void
}

/** @param id of the draft */
export function useImport(editor: Editor, id: number): Import {
  const file = shallowRef<File | null>(null)
  const check = shallowRef<MeshCheck | null>(null)
  const earlier = shallowRef<readonly MeshCheckItem[]>([])
  const doing = shallowRef<Doing>('')
  const problem = shallowRef<Problem | null>(null)
  const anew = shallowRef(false)
  const chosen = shallowRef('')
  const choices = computed(() => (check.value ? choicesOf(check.value) : []))
  const behind = computed(() => check.value !== null && (editor.draft.value?.version ?? 0) > check.value.draft_version)
  const keys = keyring()
  let last: Asked | null = null
  const fetch = patient(waitMs)

  async function readEarlier(): Promise<void> {
    try {
      earlier.value = (await ok(api.GET('/api/mesh/drafts/{id}/checks', { params: { path: { id } } }))).items
    } catch { /* one can do without the list */ }
  }
  void readEarlier()

  function show(made: MeshCheck): void {
    check.value = made
    if (!choices.value.some((f) => keyOf(f) === chosen.value && isOpen(f))) chosen.value = next(chosen.value)
  }
  /** The open place after this one, in the order of the list. */
  function next(key: string): string {
    const at = choices.value.findIndex((f) => keyOf(f) === key)
    const after = [...choices.value.slice(at + 1), ...choices.value.slice(0, at + 1)].find(isOpen)
    return after ? keyOf(after) : ''
  }
  async function does(what: Doing, act: () => Promise<void>): Promise<boolean> {
    if (doing.value) return false
    doing.value = what
    problem.value = null
    anew.value = false
    try {
      await act()
      return true
    } catch (error) {
      problem.value = asProblem(error)
      if (check.value && ['version.stale', 'mesh.ground-changed'].includes(problem.value.code)) await again(check.value.id)
      return false
    } finally {
      doing.value = ''
    }
  }
  async function again(check: number): Promise<void> {
    try {
      show(await ok(api.GET('/api/mesh/checks/{id}', { params: { path: { id: check } }, fetch })))
      anew.value = true
    } catch { /* what went wrong before is what is told */ }
  }

  const send = (asked: Asked): Promise<boolean> => does('checking', async () => {
    const held = file.value
    if (!held) return
    const query = { draft: id, name: held.name.slice(0, 120) || 'file', ...asked }
    const said = JSON.stringify([query, held.size, held.lastModified])
    const made = await ok(api.POST('/api/mesh/checks', {
      params: { query }, fetch, headers: { 'Content-Type': 'application/octet-stream', 'Idempotency-Key': keys.keyFor(said) },
      /* the contract has no word for bytes but string; what is sent is the file itself */
      body: held as unknown as string, bodySerializer: (body) => body,
    }))
    keys.done()
    last = asked
    chosen.value = ''
    show(made)
    void readEarlier()
  })
  const open = (number: number): Promise<boolean> => does('opening', async () => {
    const made = await ok(api.GET('/api/mesh/checks/{id}', { params: { path: { id: number } }, fetch }))
    if (number !== check.value?.id) {
      chosen.value = ''
      file.value = null // what is at hand is another one
    }
    show(made)
  })
  const drop = (number: number): Promise<boolean> => does('opening', async () => {
    await ok(api.DELETE('/api/mesh/checks/{id}', { params: { path: { id: number } } }))
    await readEarlier()
  })
  const sendAs = async (crs: MeshCrs): Promise<boolean> => (last && file.value ? send({ ...last, crs }) : false)
  const decide = (decision: MeshDecisionIn): Promise<boolean> => does('deciding', async () => {
    const now = check.value
    if (now) show(await ok(api.POST('/api/mesh/checks/{id}/decisions', { params: { path: { id: now.id } }, fetch, body: { version: now.version, decisions: [decision] } })))
  })
  const accept = (): Promise<boolean> => does('accepting', async () => {
    const now = check.value
    if (now) await ok(api.POST('/api/mesh/checks/{id}/acceptance', { params: { path: { id: now.id } }, fetch, body: { version: now.draft_version } }))
  })
  /** Back to the choice of a file. */
  function leave(): void {
    check.value = null
    problem.value = null
    anew.value = false
    chosen.value = ''
  }
  return { file, check, earlier, doing, problem, anew, behind, chosen, choices, send, sendAs, open, drop, decide, accept, leave }
}
