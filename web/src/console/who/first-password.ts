/* A first password that is easy to read out and hard to guess: four groups without letters that look alike (78 bits). */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

export function firstPassword(): string {
  const groups = Array.from({ length: 4 }, () => {
    let group = ''
    while (group.length < 4) {
      const byte = crypto.getRandomValues(new Uint8Array(1))[0] ?? 255
      /* bytes past the last full run would favour the first letters */
      if (byte < Math.floor(256 / letters.length) * letters.length) group += letters[byte % letters.length]
    }
    return group
  })
  return groups.join('-')
}
