/* First data the server may have put into the page, saving a round trip; anything missing is asked for. */
import type { Catalogue, PublicBuilding } from '@/shared/api/types'

interface Boot { building?: PublicBuilding, catalogue?: Catalogue }

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function read(): Boot {
  try {
    const found: unknown = JSON.parse(document.getElementById('boot')?.textContent || '{}')
    if (!isRecord(found)) return {}
    /* either {building, catalogue} or the building itself */
    return typeof found['code'] === 'string' && typeof found['address'] === 'string'
      ? { building: found as PublicBuilding }
      : found as Boot
  } catch {
    return {}
  }
}

const boot = read()

export function bootBuilding(code: string): PublicBuilding | null {
  return boot.building?.code === code ? boot.building : null
}

export function bootCatalogue(): Catalogue | null {
  return boot.catalogue ?? null
}
