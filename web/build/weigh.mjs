/* Sizes on the wire (gzip) of a built face against the budgets of docs; exit code is left to the caller. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`
const gz = (file) => gzipSync(readFileSync(file), { level: 9 }).length

function walk(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? walk(join(dir, e.name)) : [join(dir, e.name)])
}

/** What the page itself names: scripts, what they import, style sheets. */
function blocking(dir) {
  const page = readFileSync(join(dir, 'index.html'), 'utf8')
  return [...page.matchAll(/(?:src|href)="[^"]*\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file)
}

export function weigh(dir, face) {
  if (!existsSync(dir)) return
  const first = blocking(dir).reduce((sum, f) => sum + gz(join(dir, f)), 0)
  const all = walk(dir).filter((f) => !/\.(br|gz|map)$/.test(f) && !f.includes('.vite') && statSync(f).size > 0)
  const total = all.reduce((sum, f) => sum + gz(f), 0)
  console.log(`${face.padEnd(8)} blocking ${kB(first).padStart(9)} gz   whole ${kB(total).padStart(9)} gz   ${all.length} files`)
}
