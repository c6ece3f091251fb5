/* The phone's own store, one database per account. Versions only grow; an upgrade keeps what was not yet sent. */
import type { JsonObject } from '@/shared/form/model'
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Op } from './op'

export interface DraftPhoto { sha256: string, blob: Blob }
export interface ReportDraft {
  key: string
  category: string
  text: string
  onTheSpot: boolean
  before: DraftPhoto[]
  after: DraftPhoto[]
  /** A flow chosen by hand, and what its form or that of the category holds. */
  flow?: string
  form?: JsonObject
}

export interface GridDb extends DBSchema {
  ops: { key: string, value: Op, indexes: { seq: number } }
  blobs: { key: string, value: { sha256: string, blob: Blob, sent: boolean } }
  cache: { key: string, value: { key: string, at: number, value: unknown } }
  drafts: { key: string, value: ReportDraft }
  meta: { key: string, value: { key: string, value: string | number } }
}

const version = 1
let opened: { account: number, db: Promise<IDBPDatabase<GridDb>> } | null = null

export function openStore(account: number): Promise<IDBPDatabase<GridDb>> {
  if (opened?.account === account) return opened.db
  void opened?.db.then((db) => db.close())
  const db = openDB<GridDb>(`wangge-${account}`, version, {
    upgrade(store, from) {
      if (from < 1) {
        store.createObjectStore('ops', { keyPath: 'id' }).createIndex('seq', 'seq')
        store.createObjectStore('blobs', { keyPath: 'sha256' })
        store.createObjectStore('cache', { keyPath: 'key' })
        store.createObjectStore('drafts', { keyPath: 'key' })
        store.createObjectStore('meta', { keyPath: 'key' })
      }
    },
    blocking(_current, _blocked, event) {
      if (event.target instanceof IDBDatabase) event.target.close()
      opened = null
    },
  })
  opened = { account, db }
  return db
}

/** The store of whoever is signed in. */
export function store(): Promise<IDBPDatabase<GridDb>> {
  if (!opened) throw new Error('no store is open')
  return opened.db
}

/** At sign-out: what was only copied from the server goes; what was not sent stays for this account's next sign-in. */
export async function forgetCopies(): Promise<void> {
  const db = await store()
  await db.clear('cache')
}
