/* Forms in this face's looks: `provideForms()` in the page that shows one; the renderer itself is fetched when it is shown. */
import { defineAsyncComponent, provide } from 'vue'
import { formLooks } from '@/shared/form/kit'

export const SchemaForm = defineAsyncComponent(() => import('@/shared/form/SchemaForm.vue'))

export function provideForms(): void {
  provide(formLooks, { frame: 'wg-field', area: 'wg-input', line: 'wg-input', chip: 'wg-chip', shut: 'wg-btn bare small square', add: 'wg-btn small' })
}
