/* The app's service worker: the whole app precached (map and its worker too), its pages offline, pictures and ground
 * tiles kept for a while. What may change or needs a permission is always asked of the server. */
import { ExpirationPlugin } from 'workbox-expiration'
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { NetworkFirst, StaleWhileRevalidate } from 'workbox-strategies'

declare const self: ServiceWorkerGlobalScope
declare const __PRECACHE__: { url: string, revision: string | null }[]

const weekS = 7 * 86_400
const pictures = 'wangge-pictures'
const tiles = 'wangge-tiles'

precacheAndRoute(__PRECACHE__)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/app/index.html'), { allowlist: [/^\/app(\/|$)/] }))
/* the server says each time whether this account may still see it; the kept bytes are for where there is no network */
registerRoute(
  ({ url }) => /^\/api\/cases\/\d+\/photos\//.test(url.pathname),
  new NetworkFirst({ cacheName: pictures, networkTimeoutSeconds: 4, plugins: [new ExpirationPlugin({ maxEntries: 200, maxAgeSeconds: weekS, purgeOnQuotaError: true })] }),
)
registerRoute(
  ({ url }) => /^\/api\/tiles\/(places|grids|buildings)\//.test(url.pathname),
  new StaleWhileRevalidate({ cacheName: tiles, plugins: [new ExpirationPlugin({ maxEntries: 600, maxAgeSeconds: weekS, purgeOnQuotaError: true })] }),
)

function typeOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'type' in data ? data.type : null
}

self.addEventListener('message', (event) => {
  const type = typeOf(event.data)
  if (type === 'skip-waiting') void self.skipWaiting()
  /* sign-out: nothing seen by this account stays */
  if (type === 'forget') event.waitUntil(Promise.all([caches.delete(pictures), caches.delete(tiles)]))
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
