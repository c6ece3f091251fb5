/* wangge verify: clean on an honest history; finds and names every alteration made behind the program's back, row by row, column
 * by column, in the log, in the signed heads, in the bytes of the file. */
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { forEachDatabase, ok } from './harness.mjs'
import { copy, drop, sql } from './lib/databases.mjs'
import { command } from './lib/server.mjs'
import { archivedReport, at } from './lib/journey.mjs'

/** Table, columns to alter and how; the row is the oldest one. */
const ALTERATIONS = [
  ['case_case', ['text', 'state', 'created_ms', 'satisfaction', 'place']],
  ['case_step', ['note', 'at_ms', 'action', 'hash', 'actor_name']],
  ['case_photo', ['kind', 'sha256']],
  ['case_reader', ['account']],
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
  const quote = world.engine === 'sqlite' ? 'quote' : 'quote_nullable'
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

  test('an honest history is clean', async () => {
    const report = await archivedReport(world, { photos: [await world.anyone().upload()], name: '赵先生' })
    await ok(world.anyone().POST('/api/public/reports/{code}/rating',
      { params: { path: { code: report.code } }, body: { phone: report.phone, satisfaction: 'satisfied' } }))
    const me = await ok(world.as('member-b').GET('/api/me'))
    await ok(world.as('center').POST('/api/cases/{id}/readers', { ...at(report.id), body: { account: me.account.id } }))
    await world.server.stop()
    const found = await world.verify()
    assert.deepEqual(found.findings, [])
    const text = await world.command('verify')
    assert.equal(text.code, 0)
    assert.match(text.stdout, /未发现改动/)
  })

  for (const [table, columns] of ALTERATIONS)
    test(`${table}: an altered ${columns.join(', ')} is named`, async () => {
      const known = types(table)
      for (const column of columns) {
        assert.ok(known.has(column), `${table} has no ${column}`)
        // The new value may break a reference or be taken: what matters is that the row no longer is what was recorded.
        const found = await onCopy((forged) => {
          const loose = world.engine === 'sqlite' ? 'PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;'
            : 'SET session_replication_role = replica;'
          assert.notEqual(sql(forged, `SELECT ${quote}(${altered(world.engine, known.get(column), column)}) FROM ${table} WHERE ${first(table)}`),
            sql(forged, `SELECT ${quote}(${column}) FROM ${table} WHERE ${first(table)}`))
          sql(forged, `${loose} UPDATE ${table} SET ${column} = ${altered(world.engine, known.get(column), column)} WHERE ${first(table)}`)
        })
        assert.equal(found.code, 1)
        const where = found.findings.map((f) => `${f.kind} ${f.where}`)
        assert.ok(where.some((w) => w.includes(table)), `${table}.${column}: ${JSON.stringify(found.findings)}`)
        assert.ok(where.some((w) => new RegExp(`${table} \\S+ column ${column}`).test(w)) || where.some((w) => /row/.test(w)), where.join('; '))
      }
    })

  test('a column is named, not just the row', async () => {
    const found = await onCopy((forged) => sql(forged, `UPDATE case_case SET text = '一切正常' WHERE id = (SELECT min(id) FROM case_case)`))
    const id = sql(world.database, 'SELECT min(id) FROM case_case')
    assert.ok(found.findings.some((f) => f.kind === 'row' && f.where === `case_case ${id} column text`), JSON.stringify(found.findings))
  })

  for (const column of ['at_ms', 'action', 'actor_name', 'subject', 'detail', 'seals', 'hash', 'previous'])
    test(`the log: an altered ${column} is found where it is`, async () => {
      const type = types('audit_entry').get(column)
      const target = `SELECT min(seq) FROM audit_entry WHERE lane = 0 AND seq > 2 AND ${column} IS NOT NULL`
      const seq = sql(world.database, target)
      const found = await onCopy((forged) => sql(forged,
        `UPDATE audit_entry SET ${column} = ${altered(world.engine, type, column)} WHERE lane = 0 AND seq = ${seq}`))
      assert.equal(found.code, 1)
      assert.ok(found.findings.some((f) => f.kind === 'chain' && f.where === `lane 0 entry ${seq}`), JSON.stringify(found.findings))
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
