import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256Hex } from './sha256'
import { sha256 } from './sha256-plain'
import { uploadBlob } from './upload'

const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')

test('the plain SHA-256 agrees with the browser’s at every padding', async () => {
  for (const length of [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const data = Uint8Array.from({ length }, (_, i) => (i * 31 + length) % 256)
    assert.equal(hex(sha256(data)), await sha256Hex(new Blob([data])), `length ${length}`)
  }
})

const sum = 'a'.repeat(64)
const piece = 256 * 1024

/** A server that holds bytes; `refuseOnce`: before that piece another tab gets ahead. */
function serve(held: { bytes: number, size: number }, ranges: string[], refuseOnce = -1) {
  let refused = false
  globalThis.fetch = (input, init) => {
    const address = String(input)
    const json = (status: number, value: object) => Promise.resolve(new Response(JSON.stringify(value), { status }))
    if (address.endsWith('/state')) return json(200, { sha256: sum, received: held.bytes, complete: held.bytes >= held.size })
    const range = new Headers(init?.headers).get('Content-Range') ?? ''
    ranges.push(range)
    const start = Number(/bytes (\d+)-/.exec(range)?.[1])
    if (ranges.length - 1 === refuseOnce && !refused) {
      refused = true
      held.bytes = start + piece
    }
    if (start !== held.bytes) return json(409, { code: 'blob.offset', title: 'x', status: 409 })
    held.bytes = Number(/-(\d+)\//.exec(range)?.[1]) + 1
    return json(200, { sha256: sum, received: held.bytes, complete: held.bytes >= held.size })
  }
}

test('a photo goes in pieces and tells how far it is', async () => {
  const size = piece * 2 + 10
  const ranges: string[] = []
  const seen: number[] = []
  serve({ bytes: 0, size }, ranges)
  await uploadBlob(sum, new Blob([new Uint8Array(size)]), { onProgress: (sent) => seen.push(sent) })
  assert.deepEqual(ranges, [`bytes 0-${piece - 1}/${size}`, `bytes ${piece}-${piece * 2 - 1}/${size}`, `bytes ${piece * 2}-${size - 1}/${size}`])
  assert.deepEqual(seen, [0, piece, piece * 2, size])
})

test('an upload goes on where an earlier one stopped', async () => {
  const size = piece * 3
  const ranges: string[] = []
  serve({ bytes: piece * 2, size }, ranges)
  await uploadBlob(sum, new Blob([new Uint8Array(size)]))
  assert.equal(ranges.length, 1)
})

test('when another tab is ahead it goes on from there', async () => {
  const size = piece * 3
  const ranges: string[] = []
  serve({ bytes: 0, size }, ranges, 0)
  await uploadBlob(sum, new Blob([new Uint8Array(size)]))
  assert.deepEqual(ranges.at(-1), `bytes ${piece * 2}-${size - 1}/${size}`)
})

test('a refusal is thrown as a problem', async () => {
  globalThis.fetch = () => Promise.resolve(new Response(JSON.stringify({ code: 'blob.type', title: '不是照片', status: 422 }), { status: 422 }))
  await assert.rejects(() => uploadBlob(sum, new Blob(['x'])))
})
