/* The receipt just given, for the page that shows it. */
import { shallowRef } from 'vue'
import type { ReportReceipt } from '@/shared/api/types'

export const latest = shallowRef<{ receipt: ReportReceipt, withPhone: boolean } | null>(null)

export function keepReceipt(receipt: ReportReceipt, withPhone: boolean): void {
  latest.value = { receipt, withPhone }
}
