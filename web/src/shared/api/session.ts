/* Who is signed in. The session itself is the server's HttpOnly cookie; no token is kept in the page. */
import { shallowReadonly, shallowRef } from 'vue'
import { api, ok } from './client'
import { Problem } from './problem'
import { onSessionEnded } from './session-signal'
import type { Me } from './types'

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

/** The account of the cookie, or null when there is none. Throws a Problem when it cannot be asked. */
export async function restoreSession(): Promise<Me | null> {
  try {
    account.value = await ok(api.GET('/api/me'))
    expired.value = false
    return account.value
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      account.value = null
      return null
    }
    throw error
  }
}

export async function signIn(login: string, password: string): Promise<Me> {
  const session = await ok(api.POST('/api/session', { body: { login, password } }))
  account.value = session.user
  expired.value = false
  return session.user
}

export async function signOut(): Promise<void> {
  await ok(api.DELETE('/api/session'))
  account.value = null
  expired.value = false
}

export function may(permission: string): boolean {
  return account.value?.permissions.includes(permission) ?? false
}
