/* Bundles the app's own service worker after the face is built and hands it the precache list: every file of the
 * build, the MapLibre worker and style sheets included (an offline map needs them). */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { rolldown } from 'rolldown'
import type { Plugin } from 'vite'
import { filesBelow } from './precompress.ts'

interface Entry { url: string, revision: string | null }

function listOf(outDir: string, base: string): Entry[] {
  return filesBelow(outDir)
    .filter((f) => !/\.(br|gz|map)$/.test(f) && !f.endsWith('/sw.js'))
    .map((f) => {
      const path = relative(outDir, f)
      const hashed = path.startsWith('assets/')
      return {
        url: base + path,
        revision: hashed ? null : createHash('sha256').update(readFileSync(f)).digest('hex').slice(0, 16),
      }
    })
    .sort((a, b) => (a.url < b.url ? -1 : 1))
}

export function serviceWorker(options: { source: string, base: string }): Plugin {
  let outDir = ''
  return {
    name: 'wangge:service-worker',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const bundle = await rolldown({
          input: options.source,
          platform: 'browser',
          transform: {
            target: 'es2020',
            define: {
              'process.env.NODE_ENV': '"production"',
              __PRECACHE__: JSON.stringify(listOf(outDir, options.base)),
            },
          },
        })
        const { output } = await bundle.generate({ format: 'iife', minify: true })
        await bundle.close()
        writeFileSync(join(outDir, 'sw.js'), output[0].code)
      },
    },
  }
}
