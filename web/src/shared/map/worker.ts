/* MapLibre's worker. It is begun as soon as somebody goes to a map, while the library itself still travels, and taken by the library
 * when it gets there (build/map-library.ts puts `workerFactory` in the place of the library's own). */
import address from 'virtual:map-worker'

let begun: Worker | null = null

function start(): Worker {
  const worker = new Worker(address, { type: 'module' })
  worker.addEventListener('error', () => {
    if (begun === worker) begun = null
  }, { once: true })
  return worker
}

/** Starts the worker that the next map takes. */
export function beginWorker(): void {
  begun ??= start()
}

/** Called by the library: the worker that was begun, else a new one. */
export function workerFactory(): Promise<Worker> {
  const worker = begun ?? start()
  begun = null
  return Promise.resolve(worker)
}
