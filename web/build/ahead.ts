/* A script of a few hundred bytes at the top of the page that asks for the scripts and style sheets of the screen in the address beside
 * those of the first screen. Without it they are asked for when the first script has come and run, and on a phone's line that is half a
 * second in which nothing travels. Only for whoever signed in here before (the same marks as `isKnown()` in app/store/account.ts):
 * anybody else sees the sign-in first. */
import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

interface Chunk { type: string, fileName: string, facadeModuleId?: string | null, imports?: readonly string[], viteMetadata?: { importedCss: ReadonlySet<string> } }

/** `screens`: path below the base → the screen's file. */
export function ahead(base: string, marks: readonly string[], screens: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'wangge:ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunks = new Map<string, Chunk>(Object.values(bundle ?? {}).map((piece) => [piece.fileName, piece as Chunk]))

        function filesOf(chunk: Chunk | undefined, found = new Set<string>()): Set<string> {
          if (!chunk || found.has(chunk.fileName) || html.includes(chunk.fileName)) return found
          found.add(chunk.fileName)
          for (const style of chunk.viteMetadata?.importedCss ?? []) if (!html.includes(style)) found.add(style)
          for (const name of chunk.imports ?? []) filesOf(chunks.get(name), found)
          return found
        }

        const table = Object.fromEntries(Object.entries(screens).map(([path, screen]) => {
          const files = filesOf([...chunks.values()].find((chunk) => chunk.facadeModuleId?.endsWith(screen)))
          if (!files.size) throw new Error(`${screen} is no chunk of its own`)
          return [base + path, [...files]]
        }))
        const code = `(function(){var t=${JSON.stringify(table)}[location.pathname];if(t&&${JSON.stringify(marks)}.some(function(m){try{return localStorage.getItem(m)}catch(e){}}))t.forEach(function(f){`
          + `var l=document.createElement('link'),s=/css$/.test(f);l.rel=s?'preload':'modulepreload';if(s)l.as='style';l.crossOrigin='';l.href=${JSON.stringify(base)}+f;document.head.appendChild(l)})})()\n`
        const fileName = `assets/ahead-${createHash('sha256').update(code).digest('base64url').slice(0, 8)}.js`
        this.emitFile({ type: 'asset', fileName, source: code })
        return [{ tag: 'script', attrs: { async: true, src: base + fileName }, injectTo: 'head-prepend' }]
      },
    },
  }
}
