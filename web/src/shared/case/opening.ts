/* Which flows somebody may open by hand, and the form that comes with a report. */
import type { Catalogue, CategoryClass, FlowView, PostView } from '@/shared/api'
import { centres } from '@/shared/form/level'

const roles: Record<string, PostView['role']> = { 'grid-member': 'member', 'grid-leader': 'leader', dispatcher: 'dispatcher', inspector: 'inspector' }

function isMine(who: string, posts: readonly Pick<PostView, 'role' | 'place'>[]): boolean {
  const digits = centres[who]
  return posts.some((p) => (digits === undefined ? roles[who] === p.role : p.role === 'dispatcher' && p.place?.length === digits))
}

/** Flows that are for certain posts and so have to be chosen; what everybody may report follows from its category. */
export function openable(catalogue: Catalogue | null | undefined, posts: readonly Pick<PostView, 'role' | 'place'>[]): readonly FlowView[] {
  return (catalogue?.flows ?? []).filter((f) => f.open_who.some((who) => isMine(who, posts)))
}

/** Classes with those of their categories that move by the flow (all when it is not given), without the one that it is already. */
export function kindsOf(catalogue: Catalogue | null | undefined, flow: string | undefined, but: string | undefined): readonly CategoryClass[] {
  return (catalogue?.classes ?? [])
    .map((c) => ({ ...c, items: c.items.filter((k) => k.code !== but && (flow === undefined || k.flow === flow)) }))
    .filter((c) => c.items.length > 0)
}

/** What a case's category can be corrected to: of its own flow, or any when its flow was named with the report. */
export function correctionFlow(catalogue: Catalogue | null | undefined, category: string, flow: string): string | undefined {
  const own = catalogue?.classes.flatMap((c) => c.items).find((k) => k.code === category)
  return own === undefined || own.flow === flow ? flow : undefined
}

/** What a matter of that flow counts as without anybody being asked; empty: a category has to be chosen. */
export function ownCategory(catalogue: Catalogue | null | undefined, flow: string): string {
  return (flow && catalogue?.flows.find((f) => f.code === flow)?.category) || ''
}

/** The form of the category, or else of the flow. */
export function openingForm(catalogue: Catalogue | null | undefined, category: string, flow: string): unknown {
  const kind = catalogue?.classes.flatMap((c) => c.items).find((i) => i.code === category)
  const name = kind?.form ?? catalogue?.flows.find((f) => f.code === (flow || kind?.flow))?.form
  return name === undefined ? undefined : catalogue?.forms.find((f) => f.name === name)?.schema
}
