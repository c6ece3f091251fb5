/* The profile's catalogue (classes, states, departments), read once; names in the language of the page. */
import { shallowRef } from 'vue'
import { api, ok, type Catalogue, type CategoryView, type Department, type FlowState } from '@/shared/api'
import { locale } from '@/shared/i18n'

const held = shallowRef<Catalogue | null>(null)
let asking: Promise<void> | null = null

export function useCatalogue(): typeof held {
  if (!held.value) {
    asking ??= ok(api.GET('/api/catalogue'))
      .then((read) => {
        held.value = read
      })
      .catch(() => undefined)
      .finally(() => {
        asking = null
      })
  }
  return held
}

interface Named { name: string, name_en: string }

export function nameOf(is: Named): string {
  return locale.value === 'en' && is.name_en ? is.name_en : is.name
}
export function stateOf(code: string): FlowState | undefined {
  return held.value?.states.find((s) => s.code === code)
}
export function stateName(code: string, otherwise = code): string {
  const state = stateOf(code)
  return state ? nameOf(state) : otherwise
}
export function categoryOf(code: string): CategoryView | undefined {
  return held.value?.classes.flatMap((c) => c.items).find((i) => i.code === code)
}
export function categoryName(code: string, otherwise = code): string {
  const item = categoryOf(code) ?? held.value?.classes.find((c) => c.code === code)
  return item ? nameOf(item) : otherwise
}
export function className(name: string): string {
  const found = held.value?.classes.find((c) => c.name === name || c.code === name)
  return found ? nameOf(found) : name
}
export function departmentOf(code: string): Department | undefined {
  return held.value?.departments.find((d) => d.code === code || d.name === code)
}
export function departmentName(code: string, otherwise = code): string {
  const department = departmentOf(code)
  return department ? nameOf(department) : otherwise
}
export function stepName(step: number): string {
  const names = locale.value === 'en' ? held.value?.steps_en : held.value?.steps
  return names?.[step - 1] ?? ''
}
