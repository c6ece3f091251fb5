/* Waiting times between tries: doubling from `firstMs` to `mostMs`, with jitter so that 5,000 phones do not come back in
 * the same second after an outage. */
export interface Backoff { next: () => number, reset: () => void }

export function backoff(firstMs: number, mostMs: number, random: () => number = Math.random): Backoff {
  let tries = 0
  return {
    next() {
      const full = Math.min(mostMs, firstMs * 2 ** tries)
      tries = Math.min(tries + 1, 20)
      return Math.round(full * (0.5 + random() * 0.5))
    },
    reset() {
      tries = 0
    },
  }
}
