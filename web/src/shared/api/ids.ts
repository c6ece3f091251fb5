/* UUIDv7 (RFC 9562): sortable by time, made on the device; used as Idempotency-Key and as ids of what a phone creates. */
export function uuidv7(nowMs: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  let rest = nowMs
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Keys of one sender. What is said again word for word keeps its key until `done()`, for the answer may have been lost on the way;
 * other words get a new one. */
export function keyring(): { keyFor: (said: string) => string, done: () => void } {
  let last = ''
  let key = ''
  return {
    keyFor(said) {
      if (said !== last) {
        last = said
        key = uuidv7()
      }
      return key
    },
    done() {
      last = ''
    },
  }
}
