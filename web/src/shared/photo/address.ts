/* Where a photo is read from: the links the server gave with it, or the preview of one not yet sent. */
export interface PhotoLinks {
  readonly url: string
  readonly thumb: string
}

export function localPhoto(blobAddress: string): PhotoLinks {
  return { url: blobAddress, thumb: blobAddress }
}
