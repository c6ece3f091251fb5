/* PostCSS step: px → rem in all CSS of a face (the kit's too), so that one root font size scales text and touch
 * areas together (大字版). Hairlines (≤2px), shadows and media queries keep px; `PX` in
 * capitals is left alone. */
import type { Plugin as PostcssPlugin } from 'postcss'

const rootPx = 16
const number = /(-?\d*\.?\d+)px\b/g
const keep = /^(box-shadow|text-shadow|filter|backdrop-filter)$/

function convert(value: string): string {
  return value.replace(number, (whole, digits: string) => {
    const px = Number(digits)
    if (Math.abs(px) <= 2) return whole
    return `${Number((px / rootPx).toFixed(4))}rem`
  })
}

export function pxToRem(): PostcssPlugin {
  return {
    postcssPlugin: 'wangge-px-to-rem',
    Declaration(decl) {
      if (decl.value.includes('px') && !keep.test(decl.prop)) decl.value = convert(decl.value)
    },
  }
}
