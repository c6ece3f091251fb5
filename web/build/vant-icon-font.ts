/* Vant's style sheet carries its icon font inlined as base64 (26 kB of blocking CSS, and a `data:` font that our
 * content security policy refuses), with a fallback on somebody else's server. This takes the font out into a hashed file
 * of its own, loaded when first needed, and the foreign address away. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Plugin } from 'vite'

const foreign = /,\s*url\((?:https?:)?\/\/[^)]*\)\s*format\("?[\w-]+"?\)/g
const inlined = /url\(data:font\/woff2;(?:charset=utf-8;)?base64,([A-Za-z0-9+/=]+)\)/

export function vantIconFont(cacheDir: string): Plugin {
  const file = join(cacheDir, 'vant-icon.woff2')
  return {
    name: 'wangge:vant-icon-font',
    enforce: 'pre',
    transform(code, id) {
      const path = id.split('?')[0] ?? ''
      if (!path.includes('/vant/') || !path.endsWith('.css')) return null
      const found = inlined.exec(code)
      if (!found?.[1]) return null
      mkdirSync(cacheDir, { recursive: true })
      writeFileSync(file, Buffer.from(found[1], 'base64'))
      const from = relative(dirname(path), file)
      const own = `url("${from.startsWith('.') ? from : `./${from}`}")`
      return { code: code.replace(found[0], own).replace(foreign, ''), map: null }
    },
  }
}
