/* What the residents' pages ask the server. */
import { api, ok, type Catalogue, type PublicBuilding, type PublicPlace, type PublicReport, type ReportCreate, type ReportReceipt, type Satisfaction } from '@/shared/api'
import { bootBuilding, bootCatalogue } from '../boot'

export async function readBuilding(code: string): Promise<PublicBuilding> {
  return bootBuilding(code) ?? await ok(api.GET('/api/public/buildings/{code}', { params: { path: { code } } }))
}

let catalogue: Promise<Catalogue> | null = null

export function readCatalogue(): Promise<Catalogue> {
  const held = bootCatalogue()
  catalogue ??= held ? Promise.resolve(held) : ok(api.GET('/api/catalogue'))
  catalogue.catch(() => {
    catalogue = null
  })
  return catalogue
}

export function readResponsible(lon: number, lat: number): Promise<PublicPlace> {
  return ok(api.GET('/api/public/responsible', { params: { query: { lon, lat } } }))
}

export function sendReport(body: ReportCreate, key: string): Promise<ReportReceipt> {
  return ok(api.POST('/api/public/reports', { body, headers: { 'Idempotency-Key': key } }))
}

export function readReport(code: string, phone: string): Promise<PublicReport> {
  const query = phone ? { phone } : {}
  return ok(api.GET('/api/public/reports/{code}', { params: { path: { code }, query } }))
}

export function rateReport(code: string, body: { phone?: string, satisfaction: Satisfaction, note?: string }): Promise<PublicReport> {
  return ok(api.POST('/api/public/reports/{code}/rating', { params: { path: { code } }, body }))
}

export function reopenReport(code: string, body: { phone?: string, note: string, photos?: string[] }): Promise<PublicReport> {
  return ok(api.POST('/api/public/reports/{code}/reopening', { params: { path: { code } }, body }))
}
