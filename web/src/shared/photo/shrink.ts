/* A camera picture made small enough for a slow line: at most 1,600 px on the long side, JPEG quality 0.78. Drawing it
 * anew also drops EXIF (position, device) before it leaves the phone. */
const longSidePx = 1600
const quality = 0.78

export interface Shrunk { blob: Blob, width: number, height: number }

async function decode(file: Blob): Promise<ImageBitmap | HTMLImageElement> {
  if (typeof createImageBitmap === 'function') {
    try {
      return await createImageBitmap(file, { imageOrientation: 'from-image' })
    } catch { /* older webviews refuse the option or the format: let <img> try */ }
  }
  const url = URL.createObjectURL(file)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    return image
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** Rejects when the file is no picture the browser can read. */
export async function shrinkPhoto(file: Blob): Promise<Shrunk> {
  const source = await decode(file)
  const from = source instanceof HTMLImageElement
    ? { width: source.naturalWidth, height: source.naturalHeight }
    : { width: source.width, height: source.height }
  const scale = Math.min(1, longSidePx / Math.max(from.width, from.height))
  const width = Math.max(1, Math.round(from.width * scale))
  const height = Math.max(1, Math.round(from.height * scale))
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const brush = canvas.getContext('2d')
  if (!brush) throw new Error('no canvas')
  brush.drawImage(source, 0, 0, width, height)
  if (!(source instanceof HTMLImageElement)) source.close()
  const blob = await new Promise<Blob | null>((done) => {
    canvas.toBlob(done, 'image/jpeg', quality)
  })
  if (!blob) throw new Error('no picture')
  return { blob, width, height }
}
