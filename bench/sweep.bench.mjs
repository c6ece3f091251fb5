// 100,000 open cases under 1-3-5: deriving all deadlines anew after a calendar change, and issuing cards when a day's end makes some
// fall. Beside each a baseline: the same rows updated or read by plain SQL. Prints figures and ratios; asserts nothing about time.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BUILD = process.env.WANGGE_BUILD ?? 'build/release';
const CASES = Number(process.env.BENCH_CASES ?? 100_000);
const FALL = Number(process.env.BENCH_CARDS ?? 2000);
const PASSWORD = 'Bench-Pass-2026';
const START = Date.parse('2026-11-16T09:00:00+08:00');
const NIGHT = Date.parse('2026-11-20T00:00:05+08:00'); // Thursday's end: three working days
const dir = mkdtempSync(join(tmpdir(), 'wangge-bench-'));
const db = join(dir, 'w.db');
const at = (ms) => ({ ...process.env, WANGGE_DEMO_PASSWORD: PASSWORD, WANGGE_RATE_FACTOR: '0', WANGGE_TEST_CLOCK_SHIFT_MS: String(ms - Date.now()) });
let server;
process.on('exit', () => {
  server?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

function run(args, ms) {
  const began = performance.now();
  const done = spawnSync(`${BUILD}/wangge`, args, { env: at(ms), encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stderr}${done.stdout}`);
  return { seconds: (performance.now() - began) / 1000, text: done.stdout };
}

function sql(text) {
  const began = performance.now();
  const done = spawnSync('sqlite3', ['-batch', '-bail', '-cmd', '.timeout 60000', db], { input: text, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (done.status !== 0) throw new Error(done.stderr);
  return { seconds: (performance.now() - began) / 1000, text: done.stdout.trim() };
}

async function serve(ms) {
  server = spawn(`${BUILD}/wangge`, ['serve', '--db', db, '--listen', '127.0.0.1:0'], { env: at(ms), stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  return new Promise((ready, failed) => {
    server.stdout.on('data', (piece) => {
      text += piece;
      const found = /http:\/\/(127\.0\.0\.1:\d+)\//.exec(text);
      if (found) ready(`http://${found[1]}`);
    });
    server.on('exit', (code) => failed(new Error(`the server ended with ${code}`)));
  });
}

function stop() {
  const done = new Promise((end) => server.removeAllListeners('exit').on('exit', end));
  server.kill('SIGTERM');
  return done;
}

async function ask(url, token, method, path, body) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  const data = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(data)}`);
  return data;
}

// One case through the real flow, then its rows as often as wanted.
async function fill() {
  run(['init', '--profile', 'zhangjiakou', '--empty', '--db', db, '--quiet'], START);
  const url = await serve(START);
  const session = async (login) => (await ask(url, null, 'POST', '/api/session', { login, password: PASSWORD })).token;
  const center = await session('center');
  const place = (await ask(url, center, 'GET', '/api/places?kind=grid&under=130702001&geometry=geojson')).items[0];
  const ring = place.geometry.type === 'Polygon' ? place.geometry.coordinates[0] : place.geometry.coordinates[0][0];
  const mean = (i) => ring.reduce((sum, p) => sum + p[i], 0) / ring.length;
  const { classes, departments } = await ask(url, center, 'GET', '/api/catalogue');
  const body = { category: classes[0].items[0].code, text: '路灯不亮', lon: mean(0), lat: mean(1), channel: 'hotline' };
  const { id } = await ask(url, center, 'POST', '/api/cases', body);
  await ask(url, center, 'POST', `/api/cases/${id}/actions`, { action: 'accept_dispatch', version: 1, target: { department: departments[0].code } });
  await stop();
  const columns = (table) => sql(`SELECT group_concat(name) FROM pragma_table_info('${table}') WHERE name NOT IN ('id', 'case_id')`).text;
  const series = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${CASES - 1})`;
  const [kase, step, moment] = ['case_case', 'case_step', 'case_moment'].map(columns);
  sql(`BEGIN;
${series} INSERT INTO case_case (id, ${kase}) SELECT ${id} + i, ${kase} FROM n, case_case WHERE id = ${id};
${series} INSERT INTO case_step (case_id, ${step}) SELECT ${id} + i, ${step} FROM n, case_step WHERE case_id = ${id} ORDER BY i, seq;
${series} INSERT INTO case_moment (case_id, ${moment}) SELECT ${id} + i, ${moment} FROM n, case_moment WHERE case_id = ${id};
COMMIT; ANALYZE;`);
  return id;
}

const line = (what, seconds, n, base) =>
  console.log(`${what.padEnd(58)} ${seconds.toFixed(2).padStart(8)} s ${Math.round(n / seconds).toLocaleString('en').padStart(10)} a second${base ? `   ${(seconds / base).toFixed(1)} × baseline` : ''}`);

const first = await fill();
console.log(`${CASES.toLocaleString('en')} open cases, SQLite`);

const read = sql('SELECT * FROM case_case c JOIN case_step s ON s.case_id = c.id WHERE NOT c.final ORDER BY c.id, s.seq');
const update = sql('BEGIN; UPDATE case_case SET due_ms = due_ms + 86400000 WHERE NOT final; UPDATE case_moment SET next_ms = next_ms + 86400000; ROLLBACK;');
line('baseline: reading all rows and their steps', read.seconds, CASES);
line('baseline: one UPDATE of all deadlines and moments', update.seconds, CASES);
line('all deadlines checked (nothing differs)', run(['check', 'cases', '--db', db], START).seconds, CASES, read.seconds);

// A working Tuesday becomes a day off: every deadline and every card moves by a day.
const year = join(dir, '2026.tsv');
const known = sql("SELECT content FROM setting_file WHERE kind = 'calendar' ORDER BY edition DESC LIMIT 1").text;
writeFileSync(year, `${known.split('\n').filter((l) => l.startsWith('2026-')).join('\n')}\n2026-11-17\toff\t临时放假\n`);
const moved = run(['import', 'calendar', year, '--db', db, '--json'], START);
line(`a calendar change: ${JSON.parse(moved.text).changed} deadlines derived and stored`, moved.seconds, CASES, update.seconds);

// All but some are due a year later; the sweep has to find those few, and issue their cards.
sql(`UPDATE case_moment SET next_ms = next_ms + 31536000000 WHERE case_id >= ${first + FALL}`);
const seek = sql(`SELECT * FROM case_moment WHERE next_ms <= ${NIGHT} ORDER BY next_ms, case_id LIMIT 200`);
line('a sweep that finds nothing: its one query', seek.seconds, 1);
const plain = sql(`BEGIN; UPDATE case_case SET card = 1, version = version + 1 WHERE id < ${first + FALL};
INSERT INTO case_card (case_id, kind, moment_ms, noticed_ms, days, complex) SELECT id, 1, 0, 0, 3, 0 FROM case_case WHERE id < ${first + FALL}; ROLLBACK;`);
line(`baseline: ${FALL} cards by two statements`, plain.seconds, FALL);
const fallAt = Number(sql(`SELECT min(next_ms) FROM case_moment`).text) + 1000;
await serve(fallAt);
const cards = () => Number(sql('SELECT count(*) FROM case_card').text);
while (cards() === 0) await new Promise((wait) => setTimeout(wait, 50));
const began = performance.now();
const had = cards();
while (cards() < FALL) await new Promise((wait) => setTimeout(wait, 50));
line(`${FALL} cards issued, each with its step, seals and notice`, (performance.now() - began) / 1000, FALL - had, plain.seconds);
await stop();
