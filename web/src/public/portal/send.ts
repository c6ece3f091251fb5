/* What the residents' pages send, and what they ask while something is being written: not needed before the first screen. */
import { keyring } from '@/shared/api/ids'
import { ask } from '@/shared/api/plain'
import type { OutsideAction, OutsideCase, PublicReport, PublicSimilar, ReportCreate, ReportReceipt, Satisfaction, SuggestView } from '@/shared/api/types'
import { part, read } from './api'

const keys = keyring()

async function write<T>(address: string, body: object): Promise<T> {
  const text = JSON.stringify(body)
  const answer = await ask<T>(address, {
    method: 'POST', body: text, headers: { 'Content-Type': 'application/json', 'Idempotency-Key': keys.keyFor(address + text) },
  })
  keys.done()
  return answer
}

export function suggestKinds(text: string): Promise<SuggestView> {
  return ask('/api/public/suggestions', { method: 'POST', body: JSON.stringify({ text }), headers: { 'Content-Type': 'application/json' } })
}

export function sendReport(body: ReportCreate): Promise<ReportReceipt> {
  return write('/api/public/reports', body)
}

export function rateReport(code: string, body: { phone?: string, satisfaction: Satisfaction, note?: string }): Promise<PublicReport> {
  return write(`/api/public/reports/${part(code)}/rating`, body)
}

/** The reporter's answer to a question, or why it is not fixed: words, and photos if they help. */
export function sayMore(code: string, what: 'answer' | 'reopening', body: { phone?: string, note: string, photos?: string[] }): Promise<PublicReport> {
  return write(`/api/public/reports/${part(code)}/${what}`, body)
}

export interface SimilarTo { building?: string, lon?: number, lat?: number, category?: string, text?: string }

export function readSimilar(to: SimilarTo): Promise<PublicSimilar> {
  return read(`/api/public/similar?${Object.entries(to).map(([k, v]) => `${k}=${part(String(v))}`).join('&')}`)
}

export function joinMatter(body: { ref: string, text?: string, phone?: string, photos?: string[] }): Promise<ReportReceipt> {
  return write('/api/public/voices', body)
}

export function sendOutside(token: string, body: OutsideAction): Promise<OutsideCase> {
  return write(`/api/public/links/${part(token)}/actions`, body)
}
