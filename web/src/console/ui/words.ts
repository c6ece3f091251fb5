/* Words that several features say alike. */
/* Names that may or may not carry the name of what holds them: said once. */
export function gridWords(community: string, grid: string): string {
  return grid.startsWith(community) ? grid : `${community} ${grid}`
}
export function buildingWords(address: string, name: string): string {
  return address.endsWith(name) ? address : `${address} ${name}`
}
