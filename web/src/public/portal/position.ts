/* Where the phone is and who is responsible there. */
import { shallowRef, type Ref } from 'vue'
import { asProblem, type Problem } from '@/shared/api/problem'
import type { PublicPlace } from '@/shared/api/types'
import { readResponsible } from './api'

export type PositionState = 'idle' | 'asking' | 'found' | 'denied' | 'outside' | 'failed'

export interface Position {
  state: Readonly<Ref<PositionState>>
  place: Readonly<Ref<PublicPlace | null>>
  at: Readonly<Ref<{ lon: number, lat: number } | null>>
  problem: Readonly<Ref<Problem | null>>
  ask: () => Promise<void>
}

function fix(): Promise<GeolocationPosition> {
  return new Promise((found, lost) => {
    if (!navigator.geolocation) lost(new Error('no geolocation'))
    else navigator.geolocation.getCurrentPosition(found, lost, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 })
  })
}

export function usePosition(): Position {
  const state = shallowRef<PositionState>('idle')
  const place = shallowRef<PublicPlace | null>(null)
  const at = shallowRef<{ lon: number, lat: number } | null>(null)
  const problem = shallowRef<Problem | null>(null)

  async function ask(): Promise<void> {
    state.value = 'asking'
    problem.value = null
    try {
      const { coords } = await fix()
      at.value = { lon: Number(coords.longitude.toFixed(7)), lat: Number(coords.latitude.toFixed(7)) }
    } catch {
      state.value = 'denied'
      return
    }
    try {
      place.value = await readResponsible(at.value.lon, at.value.lat)
      state.value = 'found'
    } catch (error) {
      problem.value = asProblem(error)
      state.value = problem.value.status === 404 ? 'outside' : 'failed'
    }
  }
  return { state, place, at, problem, ask }
}
