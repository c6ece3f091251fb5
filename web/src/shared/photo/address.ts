/* Where a photo is read from: the links the server gave with it, or the preview of one not yet sent. */
export interface PhotoLinks {
  readonly url: string
  /** Of a picture; recordings have none. */
  readonly thumb?: string | undefined
  /** Media type; a picture when it is not said. */
  readonly type?: string
}

export type EvidenceKind = 'picture' | 'voice' | 'video'

export function evidenceKind(type: string | undefined): EvidenceKind {
  if (type?.startsWith('audio/')) return 'voice'
  return type?.startsWith('video/') ? 'video' : 'picture'
}

export function localPhoto(blobAddress: string): PhotoLinks {
  return { url: blobAddress, thumb: blobAddress }
}
