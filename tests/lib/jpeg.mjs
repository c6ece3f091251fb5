/* Photos for tests: baseline JPEG, one component, each 8×8 block of one grey. Real pictures that any decoder takes, made here so
 * that no file is stored; every call with other arguments gives other bytes, hence another SHA-256. */
import { createHash } from 'node:crypto'

const DC_LENGTHS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
const QUANTUM = 8 // of the DC coefficient, which is 8 × the grey: so that one step is one grey

function segment(marker, bytes) {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(bytes.length + 2, 2)
  return Buffer.concat([head, Buffer.from(bytes)])
}

/** Canonical Huffman codes of the DC table: category → [code, length]. */
function dcCodes() {
  const codes = []
  let code = 0
  let category = 0
  for (let length = 1; length <= 16; length++, code <<= 1)
    for (let i = 0; i < DC_LENGTHS[length - 1]; i++) codes[category++] = [code++, length]
  return codes
}

class Bits {
  #bytes = []
  #held = 0
  #count = 0

  put(value, length) {
    for (let i = length - 1; i >= 0; i--) {
      this.#held = (this.#held << 1) | ((value >> i) & 1)
      if (++this.#count < 8) continue
      this.#bytes.push(this.#held)
      if (this.#held === 0xff) this.#bytes.push(0)
      this.#held = this.#count = 0
    }
  }

  end() {
    while (this.#count) this.put(1, 1)
    return Buffer.from(this.#bytes)
  }
}

function scan(columns, rows, grey) {
  const codes = dcCodes()
  const bits = new Bits()
  let last = 0
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const now = grey(x, y) - 128
      const step = now - last
      const size = step ? 32 - Math.clz32(Math.abs(step)) : 0
      bits.put(...codes[size])
      if (size) bits.put(step > 0 ? step : step + (1 << size) - 1, size)
      bits.put(0, 1) // the block has nothing but its mean
      last = now
    }
  return bits.end()
}

/** EXIF with a position, as phones write it: what must not survive on the server. */
function exif() {
  const b = Buffer.alloc(100)
  b.write('Exif\0\0II*\0', 0, 'latin1')
  b.writeUInt32LE(8, 10)
  b.writeUInt16LE(1, 14) // one entry: ImageDescription, ASCII, 24 bytes at 26
  b.writeUInt16LE(0x010e, 16)
  b.writeUInt16LE(2, 18)
  b.writeUInt32LE(24, 20)
  b.writeUInt32LE(26, 24)
  b.write('SECRET-POSITION-25.0374', 32, 'latin1')
  return b
}

/**
 * @param {{ width?: number, height?: number, seed?: number, comment?: string | Buffer, withExif?: boolean }} [how]
 * @returns {Buffer}
 */
export function jpeg({ width = 64, height = 48, seed = 0, comment, withExif = false } = {}) {
  const columns = Math.ceil(width / 8)
  const rows = Math.ceil(height / 8)
  const parts = [Buffer.from([0xff, 0xd8])]
  if (withExif) parts.push(segment(0xe1, exif()))
  if (comment) for (let at = 0; at < comment.length; at += 60000) parts.push(segment(0xfe, Buffer.from(comment.slice(at, at + 60000))))
  parts.push(
    segment(0xdb, [0, ...new Array(64).fill(1)].with(1, QUANTUM)),
    segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]),
    segment(0xc4, [0x00, ...DC_LENGTHS, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    segment(0xc4, [0x10, 1, ...new Array(15).fill(0), 0]),
    segment(0xda, [1, 1, 0, 0, 63, 0]),
    scan(columns, rows, (x, y) => (x * 5 + y * 3 + seed * 7 + ((x * y * (seed + 1)) % 11)) & 255),
    Buffer.from([0xff, 0xd9]),
  )
  return Buffer.concat(parts)
}

let made = 0

/** A photo that nobody has sent yet in this process. */
export const freshPhoto = (how = {}) => jpeg({ seed: made % 200, comment: `${process.pid}-${process.hrtime.bigint()}-${made++}`, ...how })

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
