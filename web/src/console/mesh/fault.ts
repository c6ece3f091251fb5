/* Where a fault lies, from the server's sentence about it. */
import { toE7, type Pt } from './part'

/** The place in the server's sentence: two numbers with six digits, east and north. */
export function placeIn(sentence: string): Pt | null {
  const found = /(-?\d{1,3}\.\d{6}),\s*(-?\d{1,2}\.\d{6})/.exec(sentence)
  return found?.[1] && found[2] ? { x: toE7(Number(found[1])), y: toE7(Number(found[2])) } : null
}
