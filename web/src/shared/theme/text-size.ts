/* The reader's choice of text size, kept on the device and put on <html data-size>. */
import { shallowRef, watchEffect } from 'vue'

export const textSizes = ['normal', 'large', 'huge'] as const
export type TextSize = (typeof textSizes)[number]

const key = 'wangge.text-size'

function stored(): TextSize {
  try {
    const value = localStorage.getItem(key)
    return textSizes.find((size) => size === value) ?? 'normal'
  } catch {
    return 'normal'
  }
}

export const textSize = shallowRef<TextSize>(stored())

export function setTextSize(size: TextSize): void {
  textSize.value = size
  try {
    localStorage.setItem(key, size)
  } catch { /* private mode: the choice lasts for this visit */ }
}

/** Call once per face, before mounting; follows what is chosen in another window. */
export function applyTextSize(): void {
  addEventListener('storage', (e) => {
    if (e.key === key) textSize.value = stored()
  })
  watchEffect(() => {
    document.documentElement.dataset['size'] = textSize.value
  })
}
