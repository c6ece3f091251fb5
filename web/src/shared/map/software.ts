/* Whether WebGL runs on the processor (no graphics card): then the map draws plainer and says so. */
export type Gl = 'none' | 'software' | 'hardware'

let known: Gl | null = null

export function glKind(): Gl {
  if (known) return known
  const canvas = document.createElement('canvas')
  const gl = canvas.getContext('webgl2') ?? canvas.getContext('webgl')
  if (!gl) return (known = 'none')
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return (known = /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name) ? 'software' : 'hardware')
}
