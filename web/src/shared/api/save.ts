/* Saving a form: busy meanwhile, and what the server refuses as a Problem whose words stand at their fields. What is sent again word for
 * word keeps its Idempotency-Key, so an answer lost on the way makes nothing twice. */
import { shallowReactive } from 'vue'
import { keyring } from './ids'
import { asProblem, type Problem } from './problem'

export interface Saving {
  busy: boolean
  /** Somebody has pressed the button: what is missing may be said. */
  tried: boolean
  problem: Problem | null
}
export type SendKey = { 'Idempotency-Key': string }
/** Sends `body` unless something is missing (`sound` is false) or it is on its way; resolves to the answer, or to null. */
export type Save = <B extends object, T>(sound: boolean, body: () => B, send: (body: B, headers: SendKey) => Promise<T>) => Promise<T | null>

export function useSave(): { saving: Saving, save: Save } {
  const saving = shallowReactive<Saving>({ busy: false, tried: false, problem: null })
  const keys = keyring()
  return {
    saving,
    async save(sound, body, send) {
      Object.assign(saving, { tried: true, problem: null })
      if (!sound || saving.busy) return null
      saving.busy = true
      try {
        const said = body()
        const answer = await send(said, { 'Idempotency-Key': keys.keyFor(JSON.stringify(said)) })
        keys.done()
        return answer
      } catch (error) {
        saving.problem = asProblem(error)
        return null
      } finally {
        saving.busy = false
      }
    },
  }
}
