/* Forms in this face's looks: `provideForms()` in the page that shows one; the renderer itself is fetched when it is shown. */
import { defineAsyncComponent, provide } from 'vue'
import { formLooks } from '@/shared/form/kit'
import './form.css'

export const SchemaForm = defineAsyncComponent(() => import('@/shared/form/SchemaForm.vue'))

export function provideForms(): void {
  provide(formLooks, { frame: '', area: 'area', line: 'area single', chip: 'chip', shut: 'sheet-shut', add: 'chip more' })
}
