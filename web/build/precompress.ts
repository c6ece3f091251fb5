/* Writes .br and .gz beside every text file of the build; the server only picks one. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const worthIt = /\.(html|js|css|json|svg|webmanifest|txt)$/
const tooSmall = 400

function files(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? (e.name === '.vite' ? [] : files(join(dir, e.name))) : [join(dir, e.name)])
}

export function precompress(): Plugin {
  let outDir = ''
  return {
    name: 'wangge:precompress',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        for (const file of files(outDir)) {
          if (!worthIt.test(file)) continue
          const raw = readFileSync(file)
          if (raw.length < tooSmall) continue
          writeFileSync(`${file}.gz`, gzipSync(raw, { level: 9 }))
          writeFileSync(`${file}.br`, brotliCompressSync(raw, {
            params: {
              [constants.BROTLI_PARAM_QUALITY]: 11,
              [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
            },
          }))
        }
      },
    },
  }
}
