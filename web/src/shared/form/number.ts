/* What is typed into a number's field: kept as typed until it is a number. */
export function typedNumber(text: string): number | string | undefined {
  const s = text.trim().replace(/[０-９．－]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
  if (s === '') return undefined
  return /^-?\d{1,15}(\.\d{1,9})?$/.test(s) ? Number(s) : text
}
