/* Where the report is: the phone's position, or the point chosen on the map; and the grid it falls into. */
import { shallowRef, type Ref } from 'vue'
import { api, asProblem, ok } from '@/shared/api'

export interface Spot { lon: number, lat: number, accuracyM: number | null, byHand: boolean }
export type WhereState = 'locating' | 'none' | 'found' | 'later' | 'outside'

export interface Where {
  spot: Readonly<Ref<Spot | null>>
  state: Readonly<Ref<WhereState>>
  grid: Readonly<Ref<string>>
  locate: () => Promise<void>
  choose: (lon: number, lat: number) => Promise<void>
}

function fix(): Promise<GeolocationPosition> {
  return new Promise((found, lost) => {
    if (!navigator.geolocation) lost(new Error('no geolocation'))
    else navigator.geolocation.getCurrentPosition(found, lost, { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 })
  })
}
const precise = (degrees: number): number => Number(degrees.toFixed(7))

export function useWhere(): Where {
  const spot = shallowRef<Spot | null>(null)
  const state = shallowRef<WhereState>('locating')
  const grid = shallowRef('')

  async function findGrid(at: Spot): Promise<void> {
    spot.value = at
    state.value = 'later'
    grid.value = ''
    try {
      const found = await ok(api.GET('/api/locate', { params: { query: { lon: at.lon, lat: at.lat } } }))
      if (spot.value !== at) return
      grid.value = found.chain.filter((p) => p.kind === 'grid' || p.kind === 'community').map((p) => p.name).reverse().join(' · ')
      state.value = 'found'
    } catch (error) {
      if (spot.value === at && asProblem(error).status === 404) state.value = 'outside'
    }
  }
  async function locate(): Promise<void> {
    state.value = 'locating'
    try {
      const { coords } = await fix()
      await findGrid({ lon: precise(coords.longitude), lat: precise(coords.latitude), accuracyM: Math.round(coords.accuracy), byHand: false })
    } catch {
      state.value = spot.value ? 'later' : 'none'
    }
  }
  return { spot, state, grid, locate, choose: (lon, lat) => findGrid({ lon: precise(lon), lat: precise(lat), accuracyM: null, byHand: true }) }
}
