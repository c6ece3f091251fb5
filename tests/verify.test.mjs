/* wangge verify: clean on an honest history; finds and names every alteration made behind the program's back, row by row, column
 * by column, in the log, in the signed heads, in the bytes of the file. */
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { forEachDatabase, ok } from './harness.mjs'
import { copy, drop, sql } from './lib/databases.mjs'
import { command } from './lib/server.mjs'
import { archivedReport, at } from './lib/journey.mjs'

/** Table, columns to alter and how; the row is the oldest one. */
const ALTERATIONS = [
  ['case_case', ['text', 'state', 'created_ms', 'satisfaction', 'place']],
  ['case_step', ['note', 'at_ms', 'action', 'hash', 'actor_name']],
  ['case_photo', ['kind', 'sha256']],
  ['case_reader', ['name', 'at_ms']],
  ['case_reporter', ['phone']],
  ['portal_report', ['phone_hash', 'created_ms']],
  ['blob_file', ['kept_sha256', 'width']],
  ['registry_building', ['address', 'households', 'lon_e7']],
  ['who_account', ['name', 'disabled']],
  ['who_secret', ['hash', 'since_ms']],
  ['who_post', ['role', 'place']],
  ['territory_place', ['name']],
  ['territory_shape', ['area_m2', 'ring']],
  ['setting_file', ['content']],
]

/** An expression that gives another value of the same type. */
function altered(engine, type, column) {
  if (/bool/i.test(type) || column === 'disabled') return engine === 'sqlite' ? `1 - ${column}` : `NOT ${column}`
  if (/int/i.test(type)) return `coalesce(${column}, 0) + 1`
  if (/blob/i.test(type)) return `CAST(substr(${column}, 1, length(${column}) - 1) || X'5a' AS BLOB)`
  if (/bytea/i.test(type)) return `overlay(${column} placing '\\x5a'::bytea from length(${column}))`
  return `coalesce(substr(${column}, 2), '') || 'x'`
}

forEachDatabase('verify', (world) => {
  const rowOf = world.engine === 'sqlite' ? 'rowid' : 'ctid'
  const types = (table) => new Map((world.engine === 'sqlite'
    ? sql(world.database, `SELECT name, type FROM pragma_table_info('${table}')`)
    : sql(world.database, `SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '${table}'`)
  ).split('\n').map((l) => l.split('|')))
  const first = (table) => `${rowOf} = (SELECT ${rowOf} FROM ${table} ORDER BY 1 LIMIT 1)`

  /** verify on a copy that `forge` altered. */
  async function onCopy(forge) {
    const forged = copy(world.database)
    try {
      await forge(forged)
      const { code, stdout } = await command(['verify', '--json', '--db', forged.url], { at: world.server.now(), env: forged.env })
      return { code, ...JSON.parse(stdout) }
    } finally {
      drop(forged)
    }
  }

  const loose = world.engine === 'sqlite' ? 'PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;'
    : 'SET session_replication_role = replica;'
  /** What verify says after the oldest row of every table was altered. */
  let all

  before(async () => {
    const report = await archivedReport(world, { photos: [await world.anyone().upload()], name: '赵先生' })
    await ok(world.anyone().POST('/api/public/reports/{code}/rating',
      { params: { path: { code: report.code } }, body: { phone: report.phone, satisfaction: 'satisfied' } }))
    const me = await ok(world.as('member-b').GET('/api/me'))
    await ok(world.as('center').POST('/api/cases/{id}/readers', { ...at(report.id), body: { account: me.account.id } }))
    await world.server.stop()
    all = await onCopy((forged) => {
      for (const [table, columns] of ALTERATIONS) {
        const known = types(table)
        const list = columns.map((c) => `${c} = ${altered(world.engine, known.get(c), c)}`).join(', ')
        sql(forged, `${loose} CREATE TEMP TABLE target AS SELECT ${rowOf} AS r FROM ${table} WHERE ${first(table)};
          UPDATE ${table} SET ${list} WHERE ${rowOf} = (SELECT r FROM target)`)
      }
    })
  })

  test('an honest history is clean', async () => {
    const found = await world.verify()
    assert.deepEqual(found.findings, [])
    const text = await world.command('verify')
    assert.equal(text.code, 0)
    assert.match(text.stdout, /未发现改动/)
  })

  for (const [table, columns] of ALTERATIONS)
    test(`${table}: an altered ${columns.join(', ')} is named`, () => {
      assert.equal(all.code, 1)
      const found = all.findings.filter((f) => f.kind === 'row' && f.where.startsWith(`${table} `)).map((f) => f.where)
      assert.deepEqual(found.map((w) => w.split(' ').at(-1)).sort(), [...columns].sort(), found.join('; '))
      assert.equal(new Set(found.map((w) => w.split(' ')[1])).size, 1, 'one row, and no other')
      assert.equal(all.findings.filter((f) => f.where.startsWith(`${table} `) && f.kind === 'missing-row').length, 0)
    })

  test('a column is named, not just the row', async () => {
    const found = await onCopy((forged) => sql(forged, `UPDATE case_case SET text = '一切正常' WHERE id = (SELECT min(id) FROM case_case)`))
    const id = sql(world.database, 'SELECT min(id) FROM case_case')
    assert.ok(found.findings.some((f) => f.kind === 'row' && f.where === `case_case ${id} column text`), JSON.stringify(found.findings))
  })

  test('the log: an altered entry is found where it is, whichever column it was', async () => {
    const columns = ['at_ms', 'action', 'actor_name', 'address', 'subject', 'detail', 'seals', 'hash', 'previous']
    const known = types('audit_entry')
    const wanted = new Map()
    const found = await onCopy((forged) => {
      for (const column of columns) {
        const taken = [0, ...wanted.values()].join(', ')
        const seq = sql(forged, `SELECT min(seq) FROM audit_entry WHERE lane = 0 AND seq > 2 AND ${column} IS NOT NULL AND seq NOT IN (${taken})`)
        assert.match(seq, /^\d+$/, `no entry with ${column}`)
        wanted.set(column, seq)
        sql(forged, `UPDATE audit_entry SET ${column} = ${altered(world.engine, known.get(column), column)} WHERE lane = 0 AND seq = ${seq}`)
      }
    })
    assert.equal(found.code, 1)
    const where = found.findings.filter((f) => f.kind === 'chain').map((f) => f.where)
    for (const [column, seq] of wanted) assert.ok(where.includes(`lane 0 entry ${seq}`), `${column} of entry ${seq}: ${where.join('; ')}`)
  })

  test('rows that are gone, and rows that came from nowhere', async () => {
    const gone = await onCopy((forged) => sql(forged, `DELETE FROM portal_report`))
    assert.ok(gone.findings.some((f) => f.kind === 'missing-row' && f.where.startsWith('portal_report ')), JSON.stringify(gone.findings))
    const forged = await onCopy((copyOf) => sql(copyOf, `INSERT INTO who_post (account_id, role, place, department, since_ms)
      SELECT id, 'system', '', '', 0 FROM who_account WHERE login = 'member1'`))
    assert.ok(forged.findings.some((f) => f.kind === 'unrecorded-row' && f.where.startsWith('who_post ')), JSON.stringify(forged.findings))
  })

  test('entries cut out, and the log cut off at its end', async () => {
    const cut = await onCopy((forged) => sql(forged, 'DELETE FROM audit_entry WHERE lane = 0 AND seq = 4'))
    assert.ok(cut.findings.some((f) => f.kind === 'chain' && f.where === 'lane 0 entry 4' && f.what === 'missing'), JSON.stringify(cut.findings))
    const lane = sql(world.database, 'SELECT lane FROM audit_entry ORDER BY id DESC LIMIT 1')
    const last = sql(world.database, `SELECT max(seq) FROM audit_entry WHERE lane = ${lane}`)
    const off = await onCopy((forged) => sql(forged, `DELETE FROM audit_entry WHERE lane = ${lane} AND seq > ${last} - 2`))
    assert.ok(off.findings.some((f) => f.kind === 'head' && /cut off/.test(f.what)), JSON.stringify(off.findings))
  })

  test('the signed heads themselves', async () => {
    const wrong = await onCopy((forged) => {
      const path = `${forged.file}.heads`
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"signature":"(....)/, (all, hex) => all.replace(hex, hex === '3045' ? '3046' : '3045')))
    })
    assert.ok(wrong.findings.some((f) => f.kind === 'head' && /line 1/.test(f.where)), JSON.stringify(wrong.findings))
    const without = await onCopy((forged) => rmSync(`${forged.file}.heads`))
    assert.ok(without.findings.some((f) => f.kind === 'head'), JSON.stringify(without.findings))
  })

  test('the bytes of a photo', async () => {
    const known = types('blob_data').get('bytes')
    const found = await onCopy((forged) => sql(forged, `UPDATE blob_data SET bytes = ${altered(world.engine, known, 'bytes')}`))
    assert.ok(found.findings.some((f) => f.kind === 'content' && f.where.startsWith('blob_file ')), JSON.stringify(found.findings))
  })

  test('one bit of the file', { skip: world.engine !== 'sqlite' && 'PostgreSQL keeps its pages to itself' }, async () => {
    const found = await onCopy((forged) => {
      const bytes = readFileSync(forged.file)
      const spot = bytes.indexOf('楼道堆物，影响通行')
      assert.ok(spot > 0)
      bytes[spot + 2] ^= 1
      writeFileSync(forged.file, bytes)
    })
    assert.equal(found.code, 1)
    assert.ok(found.findings.some((f) => /^case_(case|step) .* column (text|note|search)/.test(f.where)), JSON.stringify(found.findings))
  })
}, { timeout: 200_000 })
