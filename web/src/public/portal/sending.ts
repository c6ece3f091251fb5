/* What every form of these pages does when it is sent: what is missing is said first, photos go before the words, a second press does
 * nothing, and whatever goes wrong stands in `complaint` (drawn by SendFoot.vue). */
import { shallowReactive, watch } from 'vue'
import { asProblem, type Problem } from '@/shared/api/problem'
import { locale } from '@/shared/i18n'
import type { Basket } from '@/shared/photo/basket'
import { sendPhoto, sendPhotos } from '@/shared/photo/send'
import { t } from './strings'

export interface Sending { busy: boolean, complaint: string, problem: Problem | null }

/** `send(missing, act)`: `missing` gives the sentence about what is not there yet; `act` asks the server. */
export function useSending(basket?: Basket): { sending: Sending, send: (missing: () => string, act: () => Promise<void>) => Promise<void>, retry: (key: number) => void } {
  const sending = shallowReactive<Sending>({ busy: false, complaint: '', problem: null })
  let said = (): string => ''
  watch(locale, () => {
    if (!sending.problem) sending.complaint &&= said()
  })

  async function send(missing: () => string, act: () => Promise<void>): Promise<void> {
    if (sending.busy) return
    said = missing
    const complaint = missing()
    Object.assign(sending, { problem: null, complaint, busy: !complaint })
    if (complaint) return
    try {
      if (basket && await sendPhotos([basket])) sending.complaint = t('photosFailed')
      else await act()
    } catch (error) {
      const problem = asProblem(error)
      const field = problem.fields[0]
      Object.assign(sending, { problem, complaint: (field && problem.field(field.pointer)) || problem.sentence })
    } finally {
      sending.busy = false
    }
  }
  return {
    sending, send,
    retry: (key) => {
      const photo = basket?.photos.find((p) => p.key === key)
      if (photo) void sendPhoto(photo)
    },
  }
}
