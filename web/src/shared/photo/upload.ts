/* Sending one photo: ask how much the server already holds, then put the rest in pieces. Safe to repeat at any time;
 * the server checks the hash when the last piece is there. */
import { ask } from '@/shared/api/plain'
import { asProblem } from '@/shared/api/problem'
import type { BlobView } from '@/shared/api/types'

const pieceBytes = 256 * 1024
const piecePatienceMs = 60_000
const mostCorrections = 3

export interface UploadOptions { signal?: AbortSignal, onProgress?: (sentBytes: number, allBytes: number) => void }

/** How many bytes the server already holds of this blob. */
async function heldBytes(address: string, allBytes: number): Promise<number> {
  const state = await ask<BlobView>(`${address}/state`, { headers: {} })
  return state.complete ? allBytes : Math.min(allBytes, state.received)
}

export async function uploadBlob(sha256: string, blob: Blob, options: UploadOptions = {}): Promise<void> {
  const address = `/api/blobs/${sha256}`
  let sent = blob.size > pieceBytes ? await heldBytes(address, blob.size) : 0
  let corrections = 0
  options.onProgress?.(sent, blob.size)
  while (sent < blob.size) {
    const end = Math.min(sent + pieceBytes, blob.size)
    try {
      await ask<BlobView>(address, {
        method: 'PUT',
        body: blob.slice(sent, end),
        patienceMs: piecePatienceMs,
        headers: {
          'Content-Type': 'application/octet-stream',
          'Content-Range': `bytes ${sent}-${end - 1}/${blob.size}`,
        },
        signal: options.signal ?? null,
      })
      sent = end
    } catch (error) {
      const problem = asProblem(error)
      /* another tab or an earlier try is ahead of us (or the server lost its piece): go on from where it is */
      if (problem.code !== 'blob.offset' || ++corrections > mostCorrections) throw problem
      sent = await heldBytes(address, blob.size)
    }
    options.onProgress?.(sent, blob.size)
  }
}
