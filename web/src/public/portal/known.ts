/* The report just looked up and the phone number it opened with; kept in memory only. */
import { shallowRef } from 'vue'
import type { PublicReport } from '@/shared/api/types'
import { phoneOf } from './mine'

const held = shallowRef<{ report: PublicReport, phone: string } | null>(null)

export function keepKnown(report: PublicReport, phone: string): void {
  held.value = { report, phone }
}

export function knownReport(code: string): PublicReport | null {
  return held.value?.report.code === code ? held.value.report : null
}

export function knownPhone(code: string): string {
  return held.value?.report.code === code ? held.value.phone : phoneOf(code) ?? ''
}
