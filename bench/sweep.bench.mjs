// 100,000 open cases under 1-3-5: deriving all deadlines anew after a calendar change, and issuing cards when a day's end makes some
// fall. Beside each a baseline: the same rows updated or read by plain SQL, in turn with ours. Prints figures and ratios; asserts nothing
// about time. BENCH_CASES, BENCH_CARDS, BENCH_ROUNDS, BENCH_ENGINES (sqlite,postgres).
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnsOf, sqlOf, start, stop } from './many.mjs';

const BIN = process.env.WANGGE_BIN ?? join(process.env.WANGGE_BUILD ?? 'build/release', 'wangge');
const CASES = Number(process.env.BENCH_CASES ?? 100_000);
const FALL = Number(process.env.BENCH_CARDS ?? 2000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const ENGINES = (process.env.BENCH_ENGINES ?? 'sqlite,postgres').split(',');
const PASSWORD = 'Bench-Pass-2026';
const START = Date.parse('2026-11-16T09:00:00+08:00');
const NIGHT = Date.parse('2026-11-20T00:00:05+08:00'); // Thursday's end: three working days
const top = mkdtempSync(join(tmpdir(), 'wangge-bench-'));
const children = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(top, { recursive: true, force: true });
});

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const line = (what, seconds, n, base) =>
  console.log(`${what.padEnd(62)} ${seconds.toFixed(2).padStart(8)} s ${Math.round(n / seconds).toLocaleString('en').padStart(10)} a second${base ? `   ${(seconds / base).toFixed(1)} × baseline` : ''}`);

async function ask(url, token, method, path, body) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  const data = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(data)}`);
  return data;
}

async function measure(engine) {
  const dir = join(top, engine);
  mkdirSync(dir);
  const lite = engine === 'sqlite';
  const db = lite ? join(dir, 'w.db') : process.env.WANGGE_BENCH_PG.replace('/wangge?', '/bench_sweep?');
  const sql = sqlOf(db);
  const at = (ms) => ({ ...process.env, WANGGE_DEMO_PASSWORD: PASSWORD, WANGGE_RATE_FACTOR: '0', WANGGE_DATA_DIR: dir, WANGGE_TEST_CLOCK_SHIFT_MS: String(ms - Date.now()) });
  const run = (args, ms) => {
    const began = performance.now();
    const done = spawnSync(BIN, args, { env: at(ms), encoding: 'utf8', maxBuffer: 1 << 26 });
    if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stderr}${done.stdout}`);
    return { seconds: (performance.now() - began) / 1000, text: done.stdout };
  };
  const serve = async (ms) => {
    const server = await start(BIN, ['serve', '--db', db, '--listen', '127.0.0.1:0'], at(ms), /http:\/\/(127\.0\.0\.1:\d+)\/app/, children);
    return Object.assign(server, { url: `http://${server.found[1]}` });
  };

  // One case through the real flow, then its rows as often as wanted.
  if (!lite) sqlOf(process.env.WANGGE_BENCH_PG)('DROP DATABASE IF EXISTS bench_sweep; CREATE DATABASE bench_sweep;');
  run(['init', '--profile', 'zhangjiakou', '--empty', '--db', db, '--quiet'], START);
  let server = await serve(START);
  const street = (await ask(server.url, null, 'POST', '/api/session', { login: 'street', password: PASSWORD })).token;
  const place = (await ask(server.url, street, 'GET', '/api/places?kind=grid&under=130702001&geometry=geojson')).items[0];
  const ring = place.geometry.type === 'Polygon' ? place.geometry.coordinates[0] : place.geometry.coordinates[0][0];
  const mean = (i) => ring.reduce((sum, p) => sum + p[i], 0) / ring.length;
  const { classes, departments } = await ask(server.url, street, 'GET', '/api/catalogue');
  const body = { category: classes[0].items[0].code, text: '路灯不亮', lon: mean(0), lat: mean(1), channel: 'hotline' };
  const { id } = await ask(server.url, street, 'POST', '/api/cases', body);
  await ask(server.url, street, 'POST', `/api/cases/${id}/actions`, { action: 'township_dispatch', version: 1, form: { complexity: 'ordinary' }, target: { department: departments[0].code } });
  await stop(server);
  const [kase, step, moment] = ['case_case', 'case_step', 'case_moment'].map((table) => columnsOf(sql, table, ['id', 'case_id']));
  const series = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${CASES - 1})`;
  sql(`BEGIN;
INSERT INTO case_case (id, ${kase}) ${series} SELECT ${id} + i, ${kase} FROM n, case_case WHERE id = ${id};
INSERT INTO case_step (case_id, ${step}) ${series} SELECT ${id} + i, ${step} FROM n, case_step WHERE case_id = ${id} ORDER BY i, seq;
INSERT INTO case_moment (case_id, ${moment}) ${series} SELECT ${id} + i, ${moment} FROM n, case_moment WHERE case_id = ${id};
COMMIT;${lite ? '' : ' ANALYZE;'}`);
  console.log(`${engine}: ${CASES.toLocaleString('en')} open cases`);

  const calendar = (days) => {
    const file = join(dir, '2026.tsv');
    const known = sql("SELECT content FROM setting_file WHERE kind = 'calendar' AND edition = 1;").text;
    writeFileSync(file, `${known.split('\n').filter((l) => l.startsWith('2026-')).join('\n')}\n${days}`);
    return file;
  };
  // The program's own start (schema, the map of the territory) is no part of it.
  const idle = [], read = [], checked = [], update = [], moved = [];
  let changed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    idle.push(run(['check', 'database', '--db', db], START).seconds);
    read.push(sql('SELECT * FROM case_case c JOIN case_step s ON s.case_id = c.id WHERE NOT c.final ORDER BY c.id, s.seq;').seconds);
    checked.push(run(['check', 'cases', '--db', db], START).seconds);
    update.push(sql(`BEGIN; UPDATE case_case SET due_ms = due_ms + 86400000 WHERE NOT final; UPDATE case_moment SET next_ms = next_ms + 86400000; ${lite ? 'COMMIT' : 'ROLLBACK'};
${lite ? 'BEGIN; UPDATE case_case SET due_ms = due_ms - 86400000 WHERE NOT final; UPDATE case_moment SET next_ms = next_ms - 86400000; COMMIT;' : ''}`).seconds / (lite ? 2 : 1));
    // A working Tuesday becomes a day off, and a working day again: every deadline and every card moves by a day.
    const done = run(['import', 'calendar', calendar(round % 2 ? '' : '2026-11-17\toff\t临时放假\n'), '--db', db, '--json'], START);
    moved.push(done.seconds);
    changed = JSON.parse(done.text).changed;
  }
  const own = (list) => Math.max(median(list) - median(idle), 0.001);
  line('the program’s start alone', median(idle), 1);
  line('baseline: reading all rows and their steps', median(read), CASES);
  line('all deadlines checked (nothing differs), without the start', own(checked), CASES, median(read));
  line('baseline: one UPDATE of all deadlines and moments', median(update), CASES);
  line(`a calendar change: ${changed} deadlines derived and stored`, own(moved), CASES, median(update));

  // All but some are due a year later; the sweep has to find those few, and issue their cards.
  sql(`UPDATE case_moment SET next_ms = next_ms + 31536000000 WHERE case_id >= ${id + FALL};`);
  line('a sweep that finds nothing: its one query', sql(`SELECT * FROM case_moment WHERE next_ms <= ${NIGHT - 31536000000} ORDER BY next_ms, case_id LIMIT 200;`).seconds, 1);
  const plain = sql(`BEGIN; UPDATE case_case SET card = 1, version = version + 1 WHERE id < ${id + FALL};
INSERT INTO case_card (case_id, kind, moment_ms, noticed_ms, days, complex) SELECT id, 1, 0, 0, 3, ${lite ? '0' : 'FALSE'} FROM case_case WHERE id < ${id + FALL}; ROLLBACK;`);
  line(`baseline: ${FALL} cards by two statements`, plain.seconds, FALL);
  const fallAt = Number(sql('SELECT min(next_ms) FROM case_moment;').text) + 1000;
  server = await serve(fallAt);
  const cards = () => Number(sql('SELECT count(*) FROM case_card;').text);
  while (cards() === 0) await new Promise((wait) => setTimeout(wait, 20));
  const began = performance.now();
  const had = cards();
  let last = had;
  while (last < FALL) {
    await new Promise((wait) => setTimeout(wait, 50));
    last = cards();
  }
  line(`${FALL} cards issued, each with its step, seals and notice`, (performance.now() - began) / 1000, last - had, plain.seconds);
  await stop(server);
  if (!lite) sqlOf(process.env.WANGGE_BENCH_PG)('DROP DATABASE bench_sweep;');
}

for (const engine of ENGINES) {
  if (engine !== 'sqlite' && !process.env.WANGGE_BENCH_PG) console.log('PostgreSQL: not measured, WANGGE_BENCH_PG is not set');
  else await measure(engine);
}
process.exit(0);
