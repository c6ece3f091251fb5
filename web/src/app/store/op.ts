/* Something this phone wants done on the server. It survives reloads and leaves the outbox only against a receipt. */
import type { CaseAction, CaseCreate, PhotoKind } from '@/shared/api'
import type { FieldError } from '@/shared/api/problem'

export interface OpPhoto { sha256: string, kind: PhotoKind }
export interface OpProblem { code: string, status: number, zh: string, en: string, at: number, fields?: FieldError[] }
export interface OpReceipt { caseId: number, number: string, hash: string }

interface OpBase {
  /** UUIDv7; the Idempotency-Key. */
  id: string
  seq: number
  /** What it concerns; operations on one entity go in order. */
  entity: string
  /** Must be done before this one. */
  after: string[]
  title: string
  photos: OpPhoto[]
  at_device: string
  state: 'queued' | 'sending' | 'done' | 'rejected'
  tries: number
  next_at: number
  last_problem: OpProblem | null
  receipt: OpReceipt | null
}

export type Op =
  | OpBase & { kind: 'case.create', body: CaseCreate }
  | OpBase & { kind: 'case.act', case_id: number, number: string, body: CaseAction }

export type NewOp =
  | { kind: 'case.create', title: string, photos: OpPhoto[], body: CaseCreate }
  | { kind: 'case.act', title: string, photos: OpPhoto[], case_id: number, number: string, body: CaseAction }

export const unsent = (op: Op): boolean => op.state !== 'done'
