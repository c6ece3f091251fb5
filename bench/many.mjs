// Many cases in little time, for the benchmarks: the demo cases of a profile, which went through the real flows, are copied by plain SQL until
// there are as many as wanted – in one grid after another, in the order of time, each with its steps. What is copied has no seal and a
// step's hash is that of its model: `wangge verify` would refuse such a database, and nothing measured reads them. The finished
// ones lie evenly in ten years before the demo's last day; OPEN are not finished and were last touched within the last ten days.
// SQLite is not told its statistics, as in a real installation; PostgreSQL finds them by itself. The tally of what has ended is made up.
// One text for both engines. Not copied: parts, mergers, joint handling, photos, moments and cards.
import { spawn, spawnSync } from 'node:child_process';

const DAY = 86_400_000;
const DEEP = 6; // steps at most of a case that is copied

/** A database to which SQL text can be given: `sqlite3` for a file, `psql` for a URL. */
export function sqlOf(url) {
  const [command, args] = url.startsWith('postgresql:')
    ? ['psql', ['-qAt', '-v', 'ON_ERROR_STOP=1', url]]
    : ['sqlite3', ['-batch', '-bail', '-cmd', '.timeout 60000', url]];
  const lite = command === 'sqlite3';
  const sql = (text) => {
    const began = performance.now();
    const done = spawnSync(command, args, { input: text, encoding: 'utf8', maxBuffer: 1 << 30 });
    if (done.status !== 0) throw new Error(`${done.stderr}${done.error ?? ''}`);
    return { seconds: (performance.now() - began) / 1000, text: done.stdout.trim() };
  };
  return Object.assign(sql, { lite });
}

/** A place in every grid that has buildings: the middle of these. */
function gridsOf(sql) {
  const middle = (column) => `CAST(round(avg(${column})) AS BIGINT)`;
  return sql(`SELECT grid || '|' || ${middle('lon_e7')} || '|' || ${middle('lat_e7')} FROM registry_building GROUP BY grid ORDER BY grid;`).text.split('\n').map((row) => {
    const [code, lon, lat] = row.split('|');
    return { code, lon: Number(lon), lat: Number(lat) };
  });
}

const chunks = (list, n) => Array.from({ length: Math.ceil(list.length / n) }, (_, i) => list.slice(i * n, i * n + n));

/** Indexes are made anew at the end: adding to them row by row takes twice the time. */
function indexesOf(sql) {
  const of = `('case_case', 'case_step')`;
  const text = sql.lite
    ? sql(`SELECT name || '|' || sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ${of};`).text
    : sql(`SELECT i.indexname || '|' || i.indexdef FROM pg_indexes i WHERE i.tablename IN ${of}
        AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname);`).text;
  return text.split('\n').map((line) => line.split('|')).map(([name, ...make]) => ({ name, make: make.join('|') }));
}

export function columnsOf(sql, table, but) {
  const all = sql.lite
    ? sql(`SELECT name FROM pragma_table_info('${table}') ORDER BY cid;`).text
    : sql(`SELECT column_name FROM information_schema.columns WHERE table_name = '${table}' ORDER BY ordinal_position;`).text;
  return all.split('\n').filter((name) => !but.includes(name));
}

/** Fills a database that has demo cases and whose server is down until it holds `cases`, `open` of them not finished. */
export function fill(sql, { cases, open, until = Date.now() }) {
  const usable = `c.parent IS NULL AND c.merged_into IS NULL AND c.units = 0 AND c.version <= ${DEEP}`;
  const [had, top, newest, ended, going] = sql(`SELECT count(*) || '|' || max(id) || '|' || max(created_ms)
    || '|' || (SELECT count(*) FROM case_case c WHERE c.final AND ${usable}) || '|' || (SELECT count(*) FROM case_case c WHERE NOT c.final AND ${usable}) FROM case_case;`).text.split('|').map(Number);
  if (!ended || !going) throw new Error('no demo cases to copy');
  const grids = gridsOf(sql), indexes = indexesOf(sql);
  const finished = cases - had - open, span = 3650 * DAY, recent = 10 * DAY, last = Math.min(newest, until);
  const shape = (where, k) => `SELECT row_number() OVER (ORDER BY id) - 1 AS k, id, ${k} AS going FROM case_case c WHERE ${where} AND ${usable}`;
  const series = (n) => `WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < ${n - 1})`;
  const model = (going, models) => `n JOIN bench_model m ON m.going = ${going} AND m.k = n.i % ${models} JOIN case_case t ON t.id = m.id`;
  // the moment by which a copy lies before its model
  const ago = (going, n) => (going ? `(${last} - t.entered_ms - ${recent} + n.i * ${recent} / ${n})`
    : `(${last} - coalesce(t.closed_ms, t.entered_ms) - ${span} + n.i * ${Math.floor((span - recent) / n)})`);
  const caseColumns = columnsOf(sql, 'case_case', ['id']), stepColumns = columnsOf(sql, 'case_step', ['id', 'case_id']);
  const copy = (going, models, n, from) => {
    const moved = Object.fromEntries(['entered_ms', 'holder_since_ms', 'due_ms', 'created_ms', 'closed_ms'].map((c) => [c, `t.${c} + ${ago(going, n)}`]));
    const other = { ...moved, place: 'p.code', lon_e7: 'p.lon + (n.i * 7919) % 20000 - 10000', lat_e7: 'p.lat + (n.i * 104729) % 20000 - 10000',
      text: `t.text || ' (' || CAST(n.i AS TEXT) || ')'`, building: 'NULL', photos: '0', thumb: 'NULL', readers: '0', has_reporter: sql.lite ? '0' : 'FALSE', voices: '1' };
    return `INSERT INTO case_case (id, ${caseColumns}) ${series(n)}
SELECT ${from} + n.i, ${caseColumns.map((c) => other[c] ?? `t.${c}`)} FROM ${model(going, models)} JOIN bench_place p ON p.k = (n.i * 7919) % ${grids.length} ORDER BY n.i;
INSERT INTO case_step (case_id, ${stepColumns}) ${series(n)}
SELECT ${from} + n.i, ${stepColumns.map((c) => (c === 'at_ms' ? `s.at_ms + ${ago(going, n)}` : `s.${c}`))} FROM ${model(going, models)} JOIN case_step s ON s.case_id = t.id ORDER BY n.i, s.seq;
`;
  };
  return sql(`${sql.lite ? 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;' : 'SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = \'512MB\'; SET work_mem = \'128MB\';'}
CREATE TEMP TABLE bench_place (k BIGINT PRIMARY KEY, code TEXT, lon BIGINT, lat BIGINT);
${chunks(grids.map((g, k) => `(${k}, '${g.code}', ${g.lon}, ${g.lat})`), 500).map((c) => `INSERT INTO bench_place VALUES ${c};`).join('\n')}
CREATE TEMP TABLE bench_model (k BIGINT, id BIGINT, going BIGINT, PRIMARY KEY (going, k));
INSERT INTO bench_model ${shape('c.final', 0)};
INSERT INTO bench_model ${shape('NOT c.final', 1)};
${sql.lite ? '' : 'ANALYZE bench_place; ANALYZE bench_model;'}
BEGIN;
${indexes.map((i) => `DROP INDEX ${i.name};`).join('\n')}
${copy(0, ended, finished, top + 1)}${copy(1, going, open, top + 1 + finished)}
${indexes.map((i) => `${i.make};`).join('\n')}
DELETE FROM case_ended_more;
DELETE FROM case_ended;
INSERT INTO case_ended (place, state, cases) SELECT place, state, count(*) FROM case_case WHERE final GROUP BY place, state;
COMMIT;
${sql.lite ? '' : `SELECT setval(pg_get_serial_sequence('case_case', 'id'), (SELECT max(id) FROM case_case)); VACUUM case_case, case_step;`}
${sql.lite ? '' : 'ANALYZE;'}`).seconds;
}

/** A child process that is ready when its output says so. */
export function start(bin, args, env, ready, children) {
  return new Promise((resolve, reject) => {
    const child = spawn(bin, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    children.push(child);
    child.stdout.on('data', (piece) => {
      text += piece;
      const found = ready.exec(text);
      if (found) resolve({ child, found });
    });
    child.on('exit', (code) => reject(new Error(`${bin} ended with ${code}: ${text}`)));
  });
}

export function stop({ child }) {
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.on('exit', resolve);
    child.kill('SIGTERM');
  });
}

export const quantile = (list, q) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))];
