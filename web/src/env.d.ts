/// <reference types="vite/client" />
/* What the type checker cannot find by itself: single-file components, and the two pieces of node that tests use. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue'

  const component: DefineComponent<object, object, unknown>
  export default component
}
declare module 'node:test' {
  export function test(name: string, body: () => void | Promise<void>): Promise<void>
}
declare module 'node:assert/strict' {
  interface Assert {
    equal: (actual: unknown, expected: unknown, message?: string) => void
    deepEqual: (actual: unknown, expected: unknown, message?: string) => void
    ok: (value: unknown, message?: string) => void
    match: (value: string, pattern: RegExp, message?: string) => void
    throws: (act: () => unknown) => void
    rejects: (act: () => Promise<unknown>) => Promise<void>
  }
  const assert: Assert
  export default assert
}
/** The address of MapLibre's worker (build/map-library.ts). */
declare module 'virtual:map-worker' {
  const address: string
  export default address
}
