/* What the case screens ask the server. */
import { api, ok, type ActionList, type CaseEvaluation, type CaseEvent, type CasePage, type CaseView, type Catalogue, type ClockView, type StaffMember } from '@/shared/api'
import { locale } from '@/shared/i18n'
import { readCopy, writeCopy } from '../store/cached'

const mostTasks = 100

export function readTasks(): Promise<CasePage> {
  return ok(api.GET('/api/cases', { params: { query: { mine: true, order: 'due', limit: mostTasks } } }))
}

export interface CaseFilter { view: 'all' | 'mine' | 'late' | 'archived', q: string }

export function readCases(filter: CaseFilter, page: string | undefined): Promise<CasePage> {
  return ok(api.GET('/api/cases', {
    params: {
      query: {
        order: 'newest', limit: 20,
        ...(filter.view === 'mine' ? { mine: true } : {}),
        ...(filter.view === 'late' ? { late: true } : {}),
        ...(filter.view === 'archived' ? { state: 'archived' } : {}),
        ...(filter.q ? { q: filter.q } : {}),
        ...(page ? { page } : {}),
      },
    },
  }))
}

export function readCase(id: number): Promise<CaseView> {
  return ok(api.GET('/api/cases/{id}', { params: { path: { id } } }))
}

export function readActions(id: number): Promise<ActionList> {
  return ok(api.GET('/api/cases/{id}/actions', { params: { path: { id } } }))
}

export function readClock(id: number): Promise<ClockView> {
  return ok(api.GET('/api/cases/{id}/clock', { params: { path: { id } } }))
}

export function readRating(id: number): Promise<CaseEvaluation> {
  return ok(api.GET('/api/cases/{id}/evaluation', { params: { path: { id } } }))
}

export function readEvents(page?: string): Promise<{ items: CaseEvent[], next?: string }> {
  return ok(api.GET('/api/case-events', { params: { query: page ? { page } : {} } }))
}

export function findStaff(q: string): Promise<StaffMember[]> {
  return ok(api.GET('/api/staff', { params: { query: q ? { q } : {} } })).then((page) => page.items)
}

async function askCatalogue(): Promise<Catalogue> {
  const key = `catalogue.${locale.value}`
  try {
    const catalogue = await ok(api.GET('/api/catalogue'))
    void writeCopy(key, catalogue)
    return catalogue
  } catch (error) {
    const copy = await readCopy<Catalogue>(key)
    if (copy) return copy.value
    throw error
  }
}

let begun: Promise<Catalogue> | null = null

/** Begins reading before the screen is there; everybody may read it. */
export function beginCatalogue(): void {
  begun ??= askCatalogue()
  begun.catch(() => {
    begun = null
  })
}

/** The catalogue changes rarely and is needed without a network. */
export function readCatalogue(): Promise<Catalogue> {
  const answer = begun ?? askCatalogue()
  begun = null
  return answer
}
