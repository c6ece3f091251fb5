/* One face per build: FACE=public|app|console → dist/<face>. Shared code is shared by source folder, not by
 * chunk (a common chunk would carry the union of what any face uses). `build/faces.mjs` builds all three. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver, VantResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { defineConfig, type PluginOption } from 'vite'
import { ahead } from './build/ahead.ts'
import { firstLoad } from './build/first-load.ts'
import { mapLibrary, mapWorkerIn } from './build/map-library.ts'
import { precompress } from './build/precompress.ts'
import { pxToRem } from './build/px-to-rem.ts'
import { serviceWorker } from './build/service-worker.ts'
import { vantIconFont } from './build/vant-icon-font.ts'

const faces = {
  public: { base: '/', target: 'es2020' },
  app: { base: '/app/', target: 'es2020' },
  console: { base: '/console/', target: 'es2022' },
} as const
type Face = keyof typeof faces

const face = (process.env['FACE'] ?? 'app') as Face
if (!(face in faces)) throw new Error(`FACE must be one of ${Object.keys(faces).join(', ')}`)
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const mapDir = here(`.cache/map-${face}`)
const map = mapLibrary(here('.'), mapDir)

const ofFace: Record<Face, PluginOption[]> = {
  public: [],
  app: [
    components({ dts: false, dirs: [], resolvers: [VantResolver()] }),
    vantIconFont(here('.cache')),
    map,
    ahead(faces.app.base, ['wangge.session', 'wangge.app.me'], { map: 'territory/MapPage.vue', report: 'case/ReportPage.vue' }),
    serviceWorker({ source: here('src/app/sw.ts'), base: faces.app.base }),
  ],
  console: [map, components({ dts: false, dirs: [], resolvers: [ElementPlusResolver()] })],
}

export default defineConfig({
  root: here(`src/${face}`),
  base: faces[face].base,
  publicDir: here(`src/${face}/static`),
  cacheDir: here(`.cache/vite-${face}`),
  resolve: { alias: { '@': here('src') } },
  define: {
    __VUE_OPTIONS_API__: face === 'console',
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
  },
  plugins: [vue(), ...ofFace[face], precompress()],
  css: { postcss: { plugins: face === 'console' ? [] : [pxToRem()] } },
  worker: { format: 'es' },
  build: {
    outDir: here(`dist/${face}`),
    emptyOutDir: true,
    manifest: true,
    target: faces[face].target,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { manualChunks: firstLoad([mapWorkerIn(mapDir)]) } },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy: { '/api': process.env['WANGGE_API'] ?? 'http://127.0.0.1:8080' } },
})
