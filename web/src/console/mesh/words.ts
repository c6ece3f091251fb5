/* Words and numbers of the mesh's screens. */
import { locale } from '@/shared/i18n'
import type { Tone } from '@/shared/ui/tone'
import { onePlace } from '@/shared/place/places'
import { shallowReactive } from 'vue'

/** 12,345 m², or 1.23 km² from a million on. */
export function areaWords(m2: number): string {
  return m2 >= 1e6 ? `${(m2 / 1e6).toFixed(2)} km²` : `${Math.round(m2).toLocaleString(locale.value)} m²`
}

const names = shallowReactive(new Map<string, string>())
/** The name of a place by its code; the code until it is known. */
export function placeName(code: string): string {
  const known = names.get(code)
  if (known !== undefined) return known || code
  names.set(code, '')
  onePlace(code).then((p) => names.set(code, p.name), () => undefined)
  return code
}

export const draftTone: Record<'open' | 'published' | 'dropped', Tone> = { open: 'info', published: 'ok', dropped: 'idle' }
