/* First data the server may have put into the page, saving a round trip; anything missing is asked for. */
import { locale } from '@/shared/i18n'
import { problemFrom, type Problem } from '@/shared/api/problem'
import type { OutsideCase, PublicBuilding, PublicPlace } from '@/shared/api/types'

interface Boot { lang?: string, building?: PublicBuilding, place?: PublicPlace, outside?: OutsideCase, problem?: { status: number } }

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function read(): Boot {
  try {
    const found: unknown = JSON.parse(document.getElementById('boot')?.textContent || '{}')
    return isRecord(found) ? found as Boot : {}
  } catch {
    return {}
  }
}

const boot = read()
const opened = location.pathname

/* Names of posts come in the language of the address; whoever chose another one asks again. */
const mine = (): boolean => boot.lang === locale.value && location.pathname === opened

/** What the server said about the address that was opened; told once, so that trying again asks again. */
export function bootProblem(): Problem | null {
  const { problem } = boot
  delete boot.problem
  return problem && location.pathname === opened ? problemFrom(new Response(null, { status: problem.status }), problem) : null
}

export function bootBuilding(code: string): PublicBuilding | null {
  return mine() && boot.building?.code === code ? boot.building : null
}

export function bootPlace(): PublicPlace | null {
  return mine() ? boot.place ?? null : null
}

/** Told once: after the link was used the server is asked again. */
export function bootOutside(): OutsideCase | null {
  const held = mine() ? boot.outside ?? null : null
  delete boot.outside
  return held
}
