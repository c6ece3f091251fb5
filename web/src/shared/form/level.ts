/* Levels of centres: they are told apart by how long the code of their place is. */
import type { PostView } from '@/shared/api'

export const centres: Readonly<Record<string, number>> = { city: 4, county: 6, township: 9 }

/** The levels at which somebody dispatches. */
export function levelsOf(posts: readonly Pick<PostView, 'role' | 'place'>[]): readonly string[] {
  return Object.keys(centres).filter((level) => posts.some((p) => p.role === 'dispatcher' && p.place?.length === centres[level]))
}
