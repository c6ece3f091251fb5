/* SHA-256 of a blob as hex. The browser's own where there is one; the plain one on pages that came over http from an
 * intranet address, where `crypto.subtle` does not exist. */
const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')

export async function sha256Hex(blob: Blob): Promise<string> {
  const data = new Uint8Array(await blob.arrayBuffer())
  if (globalThis.crypto?.subtle) return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', data)))
  const { sha256 } = await import('./sha256-plain')
  return hex(sha256(data))
}
