/* How staff ask. */
import { api, ok, type SuggestView } from '../api'

export const askStaff = (text: string): Promise<SuggestView> => ok(api.POST('/api/suggestions', { body: { text } }))
