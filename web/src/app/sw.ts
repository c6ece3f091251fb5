declare const self: ServiceWorkerGlobalScope
declare const __PRECACHE__: { url: string, revision: string | null }[]
import { precacheAndRoute } from 'workbox-precaching'

precacheAndRoute(__PRECACHE__)
self.addEventListener('message', () => undefined)
