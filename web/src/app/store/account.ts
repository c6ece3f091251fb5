/* Who uses this phone: opens the store, the outbox and the stream; knows the account again without a network. */
import { shallowReadonly, shallowRef } from 'vue'
import { asProblem, type Me } from '@/shared/api'
import { markedSession, me, restoreSession, setMe, signIn, signOut } from '@/shared/api/session'
import { onAnyPoke, startLive, stopLive } from '@/shared/live'
import { forgetCopies, openStore } from './db'
import { flush, resumeOutbox, startOutbox, stopOutbox } from './outbox'

const key = 'wangge.app.me'
const found = shallowRef(false)
/** True once it is known whether somebody is signed in. */
export const accountKnown = shallowReadonly(found)

function remembered(): Me | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Me | null
  } catch {
    return null
  }
}

async function begin(account: Me): Promise<void> {
  localStorage.setItem(key, JSON.stringify(account))
  await openStore(account.account.id)
  await startOutbox(account.account.id)
  startLive()
}

onAnyPoke((poke) => {
  if (poke.topic === '*') void flush()
})

async function askServer(): Promise<void> {
  try {
    const account = await restoreSession(remembered() !== null)
    if (account) {
      await begin(account)
    } else {
      localStorage.removeItem(key)
      stopLive()
      stopOutbox()
    }
  } catch (error) {
    if (!asProblem(error).passing) throw error
  }
}

/** At start: whoever was here last is shown at once (the server is asked meanwhile, and may be out of reach); else the
 * session's account, or nobody. */
export async function findAccount(): Promise<void> {
  const known = remembered()
  if (known) {
    setMe(known)
    await begin(known)
    void askServer().catch(() => undefined)
  } else {
    await askServer().catch(() => undefined)
  }
  found.value = true
}

export async function enter(login: string, password: string): Promise<Me> {
  const account = await signIn(login, password)
  await begin(account)
  resumeOutbox()
  return account
}

/** Signs out; what was not sent stays on the phone for this account. */
export async function leave(): Promise<void> {
  stopLive()
  stopOutbox()
  try {
    await signOut()
  } catch { /* off line: the cookie ends by itself; this phone forgets now */ }
  await forgetCopies()
  navigator.serviceWorker?.controller?.postMessage({ type: 'forget' })
  localStorage.removeItem(key)
  setMe(null)
}

/** Somebody signed in on this phone before. */
export const isKnown = (): boolean => remembered() !== null || markedSession()

export const homePlace = (): string => me.value?.home_place ?? me.value?.scope.places[0] ?? ''
