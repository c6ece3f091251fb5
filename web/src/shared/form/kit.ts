/* What a face gives to draw a form with: its own looks for a field's frame, the control in it, a card, a button. Everything else of
 * a form is in this folder. `provide(formKit, …)` once per face or page. */
import type { Component, InjectionKey } from 'vue'
import type { Basket } from '@/shared/photo/basket'
import type { ChoiceField, NumberField, TextField, TicksField, YesField } from './model'

export type Controlled = TextField | ChoiceField | NumberField | YesField | TicksField

/** The frame: label, hint, what is wrong. `group`: the control is several inputs, so the label is a legend. */
export interface FrameProps { id: string, label: string, hint: string, wrong: string, needed: boolean, group: boolean }
/** The control. Emits update:modelValue. */
export interface ControlProps { id: string, field: Controlled, modelValue: unknown, invalid: boolean, needed: boolean }
/** One of several (a person involved); emits remove. */
export interface CardProps { title: string, removeLabel: string }
/** Emits press. */
export interface AddProps { label: string }

export interface FormKit {
  Frame: Component<FrameProps>
  Control: Component<ControlProps>
  Card: Component<CardProps>
  Add: Component<AddProps>
}
export const formKit: InjectionKey<FormKit> = Symbol('form kit')

/** The photos of a form by pointer: the form's owner uploads them (console) or puts them into the outbox (app). */
export interface FormPhotos { kind: string, basket: Basket }
export const formPhotos: InjectionKey<Map<string, FormPhotos>> = Symbol('form photos')
