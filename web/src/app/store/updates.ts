/* A new version of the app waits until the person says so; nothing reloads by itself. */
import { shallowReadonly, shallowRef } from 'vue'

const waiting = shallowRef<ServiceWorker | null>(null)
export const newVersion = shallowReadonly(waiting)
const hourMs = 3_600_000
const quietMs = 2_500
const latestMs = 20_000

/** When nothing has been fetched for a while: the first screen comes before what is kept for later. */
function quiet(): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      watching.disconnect()
      done()
    }
    let timer = setTimeout(end, quietMs)
    const watching = new PerformanceObserver(() => {
      clearTimeout(timer)
      timer = setTimeout(end, quietMs)
    })
    watching.observe({ type: 'resource' })
    setTimeout(end, latestMs)
  })
}

function look(registration: ServiceWorkerRegistration): void {
  if (registration.waiting && navigator.serviceWorker.controller) waiting.value = registration.waiting
}

export async function watchUpdates(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  await quiet()
  const registration = await navigator.serviceWorker.register('/app/sw.js', { scope: '/app/', updateViaCache: 'none' })
  look(registration)
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', () => look(registration))
  })
  setInterval(() => void registration.update().catch(() => undefined), hourMs)
}

export function takeUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.value?.postMessage({ type: 'skip-waiting' })
}
