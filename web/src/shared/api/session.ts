/* Who is signed in. The session itself is the server's HttpOnly cookie; no token is kept in the page, only the mark that
 * somebody signed in on this device: without it nobody is asked for, and the browser logs no refused request. */
import { shallowReadonly, shallowRef } from 'vue'
import { api, ok } from './client'
import { Problem } from './problem'
import { onSessionEnded } from './session-signal'
import type { Me } from './types'

const markKey = 'wangge.session'
const account = shallowRef<Me | null>(null)
/** True after a 401 in the middle of work: the screen asks for the password again and nothing is thrown away. */
const expired = shallowRef(false)

export const me = shallowReadonly(account)
export const sessionExpired = shallowReadonly(expired)

onSessionEnded(() => {
  if (account.value) expired.value = true
})

export function setMe(value: Me | null): void {
  account.value = value
}

function mark(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(markKey, '1')
    else localStorage.removeItem(markKey)
  } catch { /* no storage: markedSession() says yes, the server is asked */ }
}
/** Whether somebody signed in on this device before. */
export function markedSession(): boolean {
  try {
    return localStorage.getItem(markKey) !== null
  } catch {
    return true
  }
}

/** The account of the cookie, or null when there is none. Asks only where somebody signed in before, or when `sure`.
 * Throws a Problem when it cannot be asked. */
export async function restoreSession(sure = false): Promise<Me | null> {
  if (!sure && !markedSession()) return null
  try {
    account.value = await ok(api.GET('/api/me'))
    mark(true)
    expired.value = false
    return account.value
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      account.value = null
      mark(false)
      return null
    }
    throw error
  }
}

export async function signIn(login: string, password: string): Promise<Me> {
  const session = await ok(api.POST('/api/session', { body: { login, password } }))
  account.value = session.user
  mark(true)
  expired.value = false
  return session.user
}

export async function signOut(): Promise<void> {
  await ok(api.DELETE('/api/session'))
  mark(false)
  account.value = null
  expired.value = false
}

export function may(permission: string): boolean {
  return account.value?.permissions.includes(permission) ?? false
}
