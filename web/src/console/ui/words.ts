/* Words that several features say alike. */
import { t } from './strings'

/* Names that may or may not carry the name of what holds them: said once. */
export function gridWords(community: string, grid: string): string {
  return grid.startsWith(community) ? grid : `${community} ${grid}`
}
export function buildingWords(address: string, name: string): string {
  return address.endsWith(name) ? address : `${address} ${name}`
}
/** 120 米, 1.2 公里 */
export function distanceWords(m: number): string {
  return m < 1000 ? t('metres', { n: m }) : t('kilometres', { n: (m / 1000).toFixed(1) })
}
