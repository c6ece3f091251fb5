/* SHA-256 in plain code (FIPS 180-4), for pages without `crypto.subtle`. */
function roots(): { k: Uint32Array, h: Uint32Array } {
  const k = new Uint32Array(64)
  const h = new Uint32Array(8)
  const fraction = (x: number): number => ((x - Math.floor(x)) * 2 ** 32) >>> 0
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false
    if (!prime) continue
    if (found < 8) h[found] = fraction(Math.sqrt(n))
    k[found++] = fraction(Math.cbrt(n))
  }
  return { k, h }
}

export function sha256(data: Uint8Array): Uint8Array {
  const { k, h } = roots()
  const bitLength = data.length * 8
  const padded = new Uint8Array(((data.length + 8) >> 6 << 6) + 64)
  padded.set(data)
  padded[data.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(bitLength / 2 ** 32))
  view.setUint32(padded.length - 4, bitLength >>> 0)

  const w = new Uint32Array(64)
  const right = (x: number, n: number): number => (x >>> n) | (x << (32 - n))
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + i * 4)
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15]!
      const b = w[i - 2]!
      w[i] = w[i - 16]! + (right(a, 7) ^ right(a, 18) ^ (a >>> 3)) + w[i - 7]! + (right(b, 17) ^ right(b, 19) ^ (b >>> 10))
    }
    const s = Uint32Array.from(h)
    for (let i = 0; i < 64; i++) {
      const e = s[4]!
      const a = s[0]!
      const t1 = (s[7]! + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & s[5]!) ^ (~e & s[6]!)) + k[i]! + w[i]!) | 0
      const t2 = ((right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & s[1]!) ^ (a & s[2]!) ^ (s[1]! & s[2]!))) | 0
      s.copyWithin(1, 0, 7)
      s[4] = s[4]! + t1
      s[0] = t1 + t2
    }
    for (let i = 0; i < 8; i++) h[i] = h[i]! + s[i]!
  }
  const out = new Uint8Array(32)
  const outView = new DataView(out.buffer)
  h.forEach((word, i) => outView.setUint32(i * 4, word))
  return out
}
