/* Whether the map stands beside the queue: kept on the device, since it suits a person and their screen. */
import { shallowRef } from 'vue'

const key = 'wangge.queue-map'

function stored(): boolean {
  try {
    return localStorage.getItem(key) !== '0'
  } catch {
    return true
  }
}

export const mapWanted = shallowRef(stored())

export function wantMap(wanted: boolean): void {
  mapWanted.value = wanted
  try {
    localStorage.setItem(key, wanted ? '1' : '0')
  } catch { /* private mode: the choice lasts for this visit */ }
}
