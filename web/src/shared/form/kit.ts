/* What a face gives to draw a form with: the classes of its own looks for a frame, an input, a chip, a button. What the parts of a
 * form are and how they behave is in this folder. `provide(formLooks, …)` once per face or page. */
import { inject, type InjectionKey } from 'vue'
import type { Basket } from '@/shared/photo/basket'
import type { ChoiceField, NumberField, TextField, TicksField, YesField } from './model'

export type Controlled = TextField | ChoiceField | NumberField | YesField | TicksField

export interface FormLooks {
  /** The frame of a field. */
  frame: string
  /** An input of several lines, and one of a single line. */
  area: string
  line: string
  /** One of the answers to choose from. */
  chip: string
  /** Takes one of several away; a square with a cross. */
  shut: string
  /** Adds one of several. */
  add: string
}
export const formLooks: InjectionKey<FormLooks> = Symbol('form looks')

export function useLooks(): FormLooks {
  const looks = inject(formLooks)
  if (!looks) throw new Error('no looks for forms are provided')
  return looks
}

/** The photos of a form by pointer: the form's owner uploads them (console) or puts them into the outbox (app). */
export interface FormPhotos { kind: string, basket: Basket }
export const formPhotos: InjectionKey<Map<string, FormPhotos>> = Symbol('form photos')
