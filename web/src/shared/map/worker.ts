/* Where MapLibre's worker is. Apart from WgMap, so that a face can fetch it beside the library instead of after it. */
import address from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'

export const workerUrl = address

let fetched = false

/** Puts the worker into the browser's cache. */
export function fetchWorker(): void {
  if (fetched) return
  fetched = true
  void fetch(address).then((answer) => answer.blob()).catch(() => {
    fetched = false
  })
}
