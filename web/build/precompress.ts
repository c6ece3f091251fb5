/* Writes .br and .gz beside every text file of the build; the server only picks one. */
import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const worthIt = /\.(html|js|css|json|svg|webmanifest|txt)$/
const tooSmall = 400
const asBrotli = promisify(brotliCompress)
const asGzip = promisify(gzip)

export function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? (e.name === '.vite' ? [] : filesBelow(join(dir, e.name))) : [join(dir, e.name)])
}

async function compress(file: string): Promise<void> {
  const raw = await readFile(file)
  if (raw.length < tooSmall) return
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length }
  const [gz, br] = await Promise.all([asGzip(raw, { level: 9 }), asBrotli(raw, { params })])
  await Promise.all([writeFile(`${file}.gz`, gz), writeFile(`${file}.br`, br)])
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
      async handler() {
        await Promise.all(filesBelow(outDir).filter((file) => worthIt.test(file)).map(compress))
      },
    },
  }
}
