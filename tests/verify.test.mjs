/* wangge verify: clean on an honest history; finds and names every alteration made behind the program's back, row by row, column
 * by column, in the log, in the signed heads, in the bytes of the file. */
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { forEachDatabase, ok, until } from './harness.mjs'
import { copy, drop, sql } from './lib/databases.mjs'
import { command } from './lib/server.mjs'
import { act, archivedReport, at, handling, pending } from './lib/journey.mjs'
import { checkFile, dayAfter, draftMap, gridsOf, splitGrid } from './lib/mesh.mjs'

/** An expression that gives another value of the same type; numbers become 0 or 1, because SQLite keeps what is yes or no as such. */
function altered(engine, type, column) {
  if (/bool/i.test(type)) return `NOT coalesce(${column}, false)`
  if (/int/i.test(type)) return `CASE WHEN coalesce(${column}, 0) = 0 THEN 1 ELSE 0 END`
  if (/double|real/i.test(type)) return `coalesce(${column}, 0) + 1`
  if (/blob/i.test(type)) return `CAST(coalesce(${column}, X'') || X'5a' AS BLOB)`
  if (/bytea/i.test(type)) return `coalesce(${column}, ''::bytea) || '\\x5a'::bytea`
  return `coalesce(${column}, '') || 'x'`
}

const CALL = { whistle: 'enforcement', arrive_by: '2026-11-23T10:00:00+08:00', meeting_point: '东门', task: '违建堵塞消防通道' }

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
  /** Whoever alters a database behind the program's back is not kept from it by what it says of its columns. */
  const unchecked = (table) => (world.engine === 'sqlite' ? '' : `DO $$ DECLARE c record; BEGIN FOR c IN SELECT conname FROM pg_constraint
    WHERE conrelid = '${table}'::regclass AND contype = 'c' LOOP EXECUTE format('ALTER TABLE ${table} DROP CONSTRAINT %I', c.conname); END LOOP; END $$;`)
  /** What is sealed, by the program's own word, and what verify says after every column of the oldest row of each was altered. */
  let tables, all

  const post = (login, path, body) => ok(world.as(login).POST(path, { body }), 201)

  /** One row at least in every table that is sealed. */
  async function fill() {
    const { department, home } = world.facts
    const street = world.as('street')
    const phone = '13612340000'
    const voiced = await pending(world)
    await ok(street.POST('/api/cases/{id}/voices', { ...at(voiced), body: { channel: 'hotline', text: '我也要反映', reporter_name: '周大姐', reporter_phone: phone } }), 201)
    await act(street, voiced, 'reject', { reason: 'unclear' })
    await ok(street.POST('/api/cases/{id}/voices/{n}/told', { params: { path: { id: voiced, n: 2 } } }))
    const five = (await post('member1', '/api/cases', world.report({ channel: 'member', flow: 'five-step' }))).id
    await act(world.as('member1'), five, 'report_up')
    await act(world.as('leader1'), five, 'leader_up')
    await act(street, five, 'township_outside', { note: '请修好门禁', outside: { name: '安居物业', phone } })
    const whistle = (await post('street', '/api/cases', world.report({ channel: 'order', flow: 'whistle', form: CALL }))).id
    const other = world.facts.departments.find((d) => d !== department)
    await act(street, whistle, 'blow', { units: [{ department, lead: true }, { department: other, lead: false }] })
    await post('admin', '/api/alarm-sources', { name: '井盖传感器', channel: 'alarm', place: '530103003', category: world.report().category, again_minutes: 30 })
    await post('center', '/api/desk/views', { name: '我关注的', filters: { state: 'pending' } })
    await post('center', '/api/desk/macros', { name: '转办', place: '530103003', action: 'accept_dispatch', note: '请处理', target: { department } })
    await post('center', '/api/desk/templates', { name: '答复', place: '530103003', text: '由{承办}办理' })
    await post('street', '/api/dispatch/rules', { terms: { days: 'any', department, place: home } })
    const { item: draft } = await post('admin', '/api/profile/drafts', { name: '调整时限' })
    const { content } = await ok(world.as('admin').GET('/api/profile/text', { params: { query: { kind: 'catalogue', name: 'catalogue' } } }))
    await borders()
    await ok(world.as('admin').PUT('/api/profile/drafts/{id}/text', { params: { path: { id: draft.id } }, body: { version: draft.version, kind: 'catalogue', name: 'catalogue', content } }))
  }

  /** A grid cut in two from tomorrow on, with a case in the part that is new; a file of grids looked at for it. */
  async function borders() {
    const { code } = world.grid()
    const made = await splitGrid(world, await post('center', '/api/mesh/drafts', { name: '拆分' }), code)
    assert.equal((await checkFile(world.as('center'), made.draft, gridsOf(world, code.slice(0, 12)))).status, 201)
    const piece = (await draftMap(world, made.draft, code)).faces.find((f) => f.id === made.born[0])
    await post('member1', '/api/cases', world.report({ channel: 'member', lon: piece.lon, lat: piece.lat }))
    await ok(world.as('center').POST('/api/mesh/drafts/{id}/publication', { params: { path: { id: made.draft.id } },
      body: { version: made.draft.version, valid_from: dayAfter(world.server, 1), note: '拆分' } }), 201)
  }

  /** A yellow card: a case that is late, with the rule of 1-3-5 in the profile for so long. */
  async function fallCard() {
    const rule = '"cards":{"check":1,"ordinary":{"yellow":3,"red":5},"complex":{"red":5}},'
    const put = (content) => sql(world.database, `UPDATE setting_file SET content = ${content} WHERE kind = 'profile' AND name = 'profile'`)
    await world.server.stop()
    put(`'{${rule}' || substr(content, 2)`)
    await world.server.start()
    await handling(world)
    await world.server.stop()
    await world.server.start({ at: Date.parse('2026-11-25T09:00:00+08:00') })
    await until('the card', () => Number(sql(world.database, 'SELECT count(*) FROM case_card')) > 0)
    await until('the borders', () => Number(sql(world.database, 'SELECT count(*) FROM mesh_transfer')) > 0)
    await world.server.stop()
    put(`'{' || substr(content, ${rule.length + 2})`) // as it was, to the byte
  }

  before(async () => {
    const report = await archivedReport(world, { photos: [await world.anyone().upload()], name: '赵先生' })
    await ok(world.anyone().POST('/api/public/reports/{code}/rating',
      { params: { path: { code: report.code } }, body: { phone: report.phone, satisfaction: 'satisfied' } }))
    const me = await ok(world.as('member-b').GET('/api/me'))
    await ok(world.as('center').POST('/api/cases/{id}/readers', { ...at(report.id), body: { account: me.account.id } }))
    await ok(world.as('center').PUT('/api/cases/{id}/evaluation', { ...at(report.id), body: { version: 0, satisfaction: 'fair' } }))
    await fill()
    await fallCard()
    ;({ tables } = await world.verify())
    tables = tables.filter((t) => t.name !== 'territory_shape') // what databases had before there were editions: nothing writes it any more
    all = await onCopy((forged) => {
      for (const { name: table, columns } of tables) {
        const known = types(table)
        const list = columns.map((c) => `${c} = ${altered(world.engine, known.get(c), c)}`).join(', ')
        sql(forged, `${loose} ${unchecked(table)} CREATE TEMP TABLE target AS SELECT ${rowOf} AS r FROM ${table} WHERE ${first(table)};
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

  test('every sealed table has a row, and every column of it is named when it was altered', () => {
    assert.ok(tables.length >= 28, `${tables.length}`)
    assert.deepEqual(tables.filter((t) => !t.rows).map((t) => t.name), [], 'tables that nothing was done to')
    assert.equal(all.code, 1)
    for (const { name, columns } of tables) {
      const found = all.findings.filter((f) => f.kind === 'row' && f.where.startsWith(`${name} `)).map((f) => f.where)
      assert.deepEqual(found.map((w) => w.split(' ').at(-1)).sort(), [...columns].sort(), `${name}: ${found.join('; ')}`)
      assert.equal(new Set(found.map((w) => w.split(' ')[1])).size, 1, 'one row, and no other')
      assert.equal(all.findings.filter((f) => f.where.startsWith(`${name} `) && f.kind === 'missing-row').length, 0)
    }
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
})
