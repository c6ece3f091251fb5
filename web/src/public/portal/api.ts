/* What the residents' pages ask the server. A few plain requests typed by the contract: the general client would be a
 * tenth of these pages' weight. */
import type { Catalogue, OutsideAction, OutsideCase, PublicBuilding, PublicPlace, PublicReport, PublicSimilar, ReportCreate, ReportReceipt, Satisfaction, SuggestView } from '@/shared/api/types'
import { uuidv7 } from '@/shared/api/ids'
import { ask } from '@/shared/api/plain'
import { bootBuilding, bootOutside, bootPlace, bootProblem } from '../boot'

const part = encodeURIComponent

function read<T>(address: string): Promise<T> {
  return ask<T>(address, { headers: {} })
}

function write<T>(address: string, body: object, key: string = uuidv7()): Promise<T> {
  return ask<T>(address, {
    method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
  })
}

/** What came with the page (or the problem that did), else what the server answers. */
async function first<T>(held: T | null, address: string): Promise<T> {
  const problem = bootProblem()
  if (problem) throw problem
  return held ?? await read(address)
}

export function readBuilding(code: string): Promise<PublicBuilding> {
  return first(bootBuilding(code), `/api/public/buildings/${part(code)}`)
}

export function readGrid(code: string): Promise<PublicPlace> {
  return first(bootPlace(), `/api/public/grids/${part(code)}`)
}

let catalogue: Promise<Catalogue> | null = null

export function readCatalogue(): Promise<Catalogue> {
  catalogue ??= read<Catalogue>('/api/catalogue')
  catalogue.catch(() => {
    catalogue = null
  })
  return catalogue
}

export function readResponsible(lon: number, lat: number): Promise<PublicPlace> {
  return read(`/api/public/responsible?lon=${lon}&lat=${lat}`)
}

export function suggestKinds(text: string): Promise<SuggestView> {
  return ask('/api/public/suggestions', { method: 'POST', body: JSON.stringify({ text }), headers: { 'Content-Type': 'application/json' } })
}

export function sendReport(body: ReportCreate, key: string): Promise<ReportReceipt> {
  return write('/api/public/reports', body, key)
}

export function readReport(code: string, phone: string): Promise<PublicReport> {
  return read(`/api/public/reports/${part(code)}${phone ? `?phone=${part(phone)}` : ''}`)
}

export function rateReport(code: string, body: { phone?: string, satisfaction: Satisfaction, note?: string }): Promise<PublicReport> {
  return write(`/api/public/reports/${part(code)}/rating`, body)
}

export function reopenReport(code: string, body: { phone?: string, note: string, photos?: string[] }): Promise<PublicReport> {
  return write(`/api/public/reports/${part(code)}/reopening`, body)
}

export function answerReport(code: string, body: { phone?: string, note: string, photos?: string[] }): Promise<PublicReport> {
  return write(`/api/public/reports/${part(code)}/answer`, body)
}

export interface SimilarTo { building?: string, lon?: number, lat?: number, category?: string, text?: string }

export function readSimilar(to: SimilarTo): Promise<PublicSimilar> {
  return read(`/api/public/similar?${Object.entries(to).map(([k, v]) => `${k}=${part(String(v))}`).join('&')}`)
}

export function joinMatter(body: { ref: string, text?: string, phone?: string, photos?: string[] }, key: string): Promise<ReportReceipt> {
  return write('/api/public/voices', body, key)
}

export function readOutside(token: string): Promise<OutsideCase> {
  return first(bootOutside(), `/api/public/links/${part(token)}`)
}

export function sendOutside(token: string, body: OutsideAction): Promise<OutsideCase> {
  return write(`/api/public/links/${part(token)}/actions`, body)
}
