/* What the residents' pages ask the server (what they send: send.ts). A few plain requests typed by the contract: the general client would be a
 * tenth of these pages' weight. */
import type { Catalogue, OutsideCase, PublicBuilding, PublicPlace, PublicReport } from '@/shared/api/types'
import { ask } from '@/shared/api/plain'
import { bootBuilding, bootOutside, bootPlace, bootProblem } from '../boot'

export const part = encodeURIComponent

export function read<T>(address: string): Promise<T> {
  return ask<T>(address, { headers: {} })
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

export function readReport(code: string, phone: string): Promise<PublicReport> {
  return read(`/api/public/reports/${part(code)}${phone ? `?phone=${part(phone)}` : ''}`)
}

export function readOutside(token: string): Promise<OutsideCase> {
  return first(bootOutside(), `/api/public/links/${part(token)}`)
}
