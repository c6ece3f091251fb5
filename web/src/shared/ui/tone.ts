/* The five meanings a colour may have. Each has its own shape, so that nothing is said by colour alone. */
export type Tone = 'ok' | 'info' | 'warn' | 'danger' | 'idle'

/** Shapes on a 12 grid: disc, diamond, triangle, square, ring. */
export const shapes: Record<Tone, string> = {
  ok: 'M6 1.5a4.5 4.5 0 110 9 4.5 4.5 0 010-9z',
  info: 'M6 .8L11.2 6 6 11.2.800 6z',
  warn: 'M6 1.2l5.3 9.6H.7z',
  danger: 'M1.8 1.8h8.4v8.4H1.8z',
  idle: 'M6 1.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zm0 2a2.5 2.5 0 110 5 2.5 2.5 0 010-5z',
}
