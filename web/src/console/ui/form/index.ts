/* Forms in this face's looks: `provideForms()` in the page that shows one; the renderer itself is fetched when it is shown. */
import { defineAsyncComponent, provide } from 'vue'
import { formKit } from '@/shared/form/kit'
import FormAdd from './FormAdd.vue'
import FormCard from './FormCard.vue'
import FormControl from './FormControl.vue'
import FormFrame from './FormFrame.vue'

export const SchemaForm = defineAsyncComponent(() => import('@/shared/form/SchemaForm.vue'))

export function provideForms(): void {
  provide(formKit, { Frame: FormFrame, Control: FormControl, Card: FormCard, Add: FormAdd })
}
