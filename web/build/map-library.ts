/* MapLibre from its own sources, in three pieces: what only the page needs, what only its worker needs, and what both do. The published
 * files hold the common half twice, a quarter of the whole. How the worker is started is ours (src/shared/map/worker.ts), so that it
 * can begin before the library is there. `maplibre-gl` and `virtual:map-worker` (the worker's address) come from here. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rolldown } from 'rolldown'
import type { Plugin } from 'vite'

const library = 'maplibre-gl'
const address = 'virtual:map-worker'
const starting = /(^|\/)web_worker\.ts$/

/** The worker's own piece, the entry of a chunk. */
export const mapWorkerIn = (cacheDir: string): string => join(cacheDir, 'worker.mjs')

async function make(sources: string, cacheDir: string): Promise<void> {
  const both = await rolldown({
    input: { main: join(sources, 'src/index.ts'), worker: join(sources, 'src/source/worker.ts') },
    platform: 'browser',
    plugins: [{ name: 'wangge:map-start', resolveId: (id) => (starting.test(id) ? { id: '@/shared/map/worker', external: true } : null) }],
    /* their classes declare fields that a parent has filled: a declaration sets nothing */
    transform: { target: 'es2020', assumptions: { setPublicClassFields: true }, typescript: { removeClassFieldsWithoutInitializer: true } },
    tsconfig: false,
  })
  await both.write({
    dir: cacheDir,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name].mjs',
    banner: `/*! MapLibre GL JS\n${readFileSync(join(sources, 'LICENSE.txt'), 'utf8').replaceAll('*/', '* /')}*/`,
  })
  await both.close()
}

export function mapLibrary(web: string, cacheDir: string): Plugin {
  const sources = join(web, 'node_modules', library)
  const worker = mapWorkerIn(cacheDir)
  let serving = false
  return {
    name: 'wangge:map-library',
    enforce: 'pre',
    async configResolved(config) {
      serving = config.command === 'serve'
      await make(sources, cacheDir)
    },
    resolveId(id) {
      if (id === library) return join(cacheDir, 'main.mjs')
      return id === address ? `\0${address}` : null
    },
    load(id) {
      if (id !== `\0${address}`) return null
      if (serving) return `export default ${JSON.stringify(`/@fs${worker}`)}`
      const made = this.emitFile({ type: 'chunk', id: worker, name: 'map-worker' })
      return `export default import.meta.ROLLUP_FILE_URL_${made}`
    },
  }
}
