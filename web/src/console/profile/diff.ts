/* What became of a text, line by line: the longest common run of lines stays, the rest went or came. */
export interface DiffLine { kind: 'same' | 'gone' | 'new', text: string, was: number, is: number }

const most = 4_000_000

/** Without the equal lines at both ends, which is where long files are the same. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before === '' ? [] : before.split('\n')
  const b = after === '' ? [] : after.split('\n')
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const lines: DiffLine[] = []
  const same = (i: number, j: number): void => { lines.push({ kind: 'same', text: a[i] ?? '', was: i + 1, is: j + 1 }) }
  for (let i = 0; i < head; i++) same(i, i)
  middle(a, b, head, a.length - tail, b.length - tail, lines)
  for (let i = tail; i > 0; i--) same(a.length - i, b.length - i)
  return lines
}

function middle(a: readonly string[], b: readonly string[], from: number, aEnd: number, bEnd: number, lines: DiffLine[]): void {
  const [n, m] = [aEnd - from, bEnd - from]
  const gone = (i: number): void => { lines.push({ kind: 'gone', text: a[i] ?? '', was: i + 1, is: 0 }) }
  const come = (j: number): void => { lines.push({ kind: 'new', text: b[j] ?? '', was: 0, is: j + 1 }) }
  if (n * m > most) { /* two different long texts: one after the other */
    for (let i = from; i < aEnd; i++) gone(i)
    for (let j = from; j < bEnd; j++) come(j)
    return
  }
  const wide = m + 1
  const run = new Uint32Array((n + 1) * wide)
  const at = (i: number, j: number): number => run[i * wide + j] ?? 0
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--) run[i * wide + j] = a[from + i] === b[from + j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  let [i, j] = [0, 0]
  while (i < n || j < m) {
    if (i < n && j < m && a[from + i] === b[from + j]) lines.push({ kind: 'same', text: a[from + i] ?? '', was: from + i++ + 1, is: from + j++ + 1 })
    else if (j >= m || (i < n && at(i + 1, j) >= at(i, j + 1))) gone(from + i++)
    else come(from + j++)
  }
}

/** With some lines around each change; what is left out between is `null`. */
export function hunks(lines: readonly DiffLine[], around = 3): (DiffLine | null)[] {
  const near = lines.map((_, i) => lines.slice(Math.max(0, i - around), i + around + 1).some((l) => l.kind !== 'same'))
  return lines.flatMap((line, i): (DiffLine | null)[] => (near[i] ? [line] : near[i - 1] ? [null] : []))
}

/** JSON as our files are written: what fits stands on one line. */
export function writeJson(value: unknown, indent = ''): string {
  const line = oneLine(value)
  if (line.length + indent.length <= 150 && indent.length >= 4) return line
  const deeper = `${indent}  `
  if (Array.isArray(value)) return value.length ? `[\n${value.map((v) => deeper + writeJson(v, deeper)).join(',\n')}\n${indent}]` : '[]'
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, v]) => v !== undefined)
    return members.length ? `{\n${members.map(([k, v]) => `${deeper}${JSON.stringify(k)}: ${writeJson(v, deeper)}`).join(',\n')}\n${indent}}` : '{}'
  }
  return line
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, v]) => v !== undefined)
    return members.length ? `{ ${members.map(([k, v]) => `${JSON.stringify(k)}: ${oneLine(v)}`).join(', ')} }` : '{}'
  }
  return JSON.stringify(value) ?? 'null'
}
