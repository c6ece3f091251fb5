/* Sending one photo: ask how much the server already holds, then put the rest in pieces. Safe to repeat at any time;
 * the server checks the hash when the last piece is there. */
import { api, ok } from '@/shared/api/client'
import { asProblem, problemFrom } from '@/shared/api/problem'

const pieceBytes = 256 * 1024
const piecePatienceMs = 60_000

export interface UploadOptions { signal?: AbortSignal, onProgress?: (sentBytes: number, allBytes: number) => void }

async function ask(address: string, init: RequestInit): Promise<Response> {
  const hurry = new AbortController()
  const timer = setTimeout(() => hurry.abort(new DOMException('slow', 'TimeoutError')), piecePatienceMs)
  init.signal?.addEventListener('abort', () => hurry.abort())
  try {
    return await fetch(address, { ...init, credentials: 'same-origin', signal: hurry.signal })
  } catch (error) {
    throw asProblem(error)
  } finally {
    clearTimeout(timer)
  }
}

/** How many bytes the server already holds of this blob. */
async function heldBytes(sha256: string): Promise<number> {
  const state = await ok(api.GET('/api/blobs/{sha256}/state', { params: { path: { sha256 } } }))
  return state.complete ? Number.POSITIVE_INFINITY : state.received
}

export async function uploadBlob(sha256: string, blob: Blob, options: UploadOptions = {}): Promise<void> {
  const address = `/api/blobs/${sha256}`
  let sent = blob.size > pieceBytes ? Math.min(blob.size, await heldBytes(sha256)) : 0
  let corrections = 3
  options.onProgress?.(sent, blob.size)
  while (sent < blob.size) {
    const end = Math.min(sent + pieceBytes, blob.size)
    const answer = await ask(address, {
      method: 'PUT',
      body: blob.slice(sent, end),
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Range': `bytes ${sent}-${end - 1}/${blob.size}`,
      },
      signal: options.signal ?? null,
    })
    if (answer.ok) {
      sent = end
    } else {
      const body: unknown = await answer.json().catch(() => null)
      const problem = problemFrom(answer, body)
      /* another tab or an earlier try is ahead of us (or the server lost its piece): go on from where it is */
      if (problem.code !== 'blob.offset' || --corrections < 0) throw problem
      sent = Math.min(blob.size, await heldBytes(sha256))
    }
    options.onProgress?.(sent, blob.size)
  }
}
