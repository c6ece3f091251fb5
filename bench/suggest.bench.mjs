// Text to category, through the real server: a part of a profile's closed demo cases is kept from it, the rest is what it learns from, then
// each kept text is asked. Top-1 and top-3 beside two simple ways: always the most frequent categories, and the categories whose name is
// in the text; time a text beside GET /healthz on the same connection.
//
// Demo texts are generated from templates (profiles/P/demo-texts.json), so read the figures with that in mind: 'a fifth' keeps cases apart
// whose template was learned from others (the easy half: people file alike what is worded alike); 'new wording' keeps every case of the last
// template of each category (or class) apart, so that no sentence of it was ever seen. Where templates quote the category's name,
// looking for names is as good as learning. Real reports will be harder than the first and easier than the second.
// BENCH_PROFILES picks profiles, BENCH_TEXTS how many texts of each part are asked. Prints; asserts nothing.
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BIN = process.env.WANGGE_BIN ?? join(process.env.WANGGE_BUILD ?? 'build/release', 'wangge');
const PROFILES = (process.env.BENCH_PROFILES ?? 'donghua,xinglongtai').split(',');
const TEXTS = Number(process.env.BENCH_TEXTS ?? 1000);
const password = 'Bench-Pass-2026';
const dir = mkdtempSync(join(tmpdir(), 'wangge-suggest-'));
const env = { ...process.env, WANGGE_DEMO_PASSWORD: password, WANGGE_DATA_DIR: dir, WANGGE_RATE_FACTOR: '0' };
let server;
process.on('exit', () => {
  server?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const sqlite = (db, text) => execFileSync('sqlite3', ['-batch', '-bail', '-json', db], { input: text, encoding: 'utf8', maxBuffer: 1 << 28 });

function start(db) {
  server = spawn(BIN, ['serve', '--db', db, '--listen', '127.0.0.1:0'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (piece) => {
      text += piece;
      const found = /(http:\/\/127\.0\.0\.1:\d+)\/\n/.exec(text);
      if (found) resolve(found[1]);
    });
    server.on('exit', (code) => reject(new Error(`serve ended with ${code}: ${text}`)));
  });
}
function stop() {
  return new Promise((resolve) => {
    server.removeAllListeners('exit');
    server.on('exit', resolve);
    server.kill('SIGTERM');
  });
}

/** Which template a text was made from: the one of which most characters stand in it. */
function templateOf(templates, name, text) {
  const parts = templates.map((t) => t.split('{p}').map((x) => x.replaceAll('{k}', name)).filter(Boolean));
  return parts.findIndex((p) => p.every((piece) => text.includes(piece)));
}

const share = (n, of) => `${((100 * n) / of).toFixed(1).padStart(5)} %`;
const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];

async function timed(run) {
  const began = performance.now();
  const got = await run();
  return [got, performance.now() - began];
}

async function ask(url, part, learnFrom, kinds) {
  const session = await (await fetch(`${url}/api/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login: 'member1', password }) })).json();
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${session.token}` };
  const suggest = async (text) => (await fetch(`${url}/api/suggestions`, { method: 'POST', headers, body: JSON.stringify({ text }) })).json();
  const counts = new Map();
  for (const c of learnFrom) counts.set(c.category, (counts.get(c.category) ?? 0) + 1);
  const frequent = [...counts].sort((a, b) => b[1] - a[1]).map(([code]) => code);
  const named = (text) => kinds.filter((k) => text.includes(k.name)).sort((a, b) => b.name.length - a.name.length).map((k) => k.code);
  const [first, learning] = await timed(() => suggest('准备'));
  const right = { model: [0, 0], frequent: [0, 0], named: [0, 0] };
  const times = [], idle = [];
  let surest = 0, surestRight = 0;
  for (const c of part) {
    const [answer, ms] = await timed(() => suggest(c.text));
    times.push(ms);
    idle.push((await timed(async () => (await fetch(`${url}/healthz`)).text()))[1]);
    const guesses = { model: answer.items.map((i) => i.category), frequent, named: named(c.text) };
    for (const [way, list] of Object.entries(guesses)) {
      right[way][0] += list[0] === c.category;
      right[way][1] += list.slice(0, 3).includes(c.category);
    }
    if (answer.items[0]?.permyriad >= 9000) {
      surest++;
      surestRight += answer.items[0].category === c.category;
    }
  }
  times.sort((a, b) => a - b);
  idle.sort((a, b) => a - b);
  return { right, n: part.length, learned: first.learned, learning, times, idle, surest, surestRight };
}

for (const profile of PROFILES) {
  const db = join(dir, `${profile}.db`);
  const made = spawnSync(BIN, ['init', '--profile', profile, '--quiet', '--db', db], { env, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  const catalogue = JSON.parse(readFileSync(join(ROOT, 'profiles', profile, 'catalogue.json'), 'utf8'));
  const templates = JSON.parse(readFileSync(join(ROOT, 'profiles', profile, 'demo-texts.json'), 'utf8'));
  const kinds = catalogue.classes.flatMap((c) => c.items.map((i) => ({ code: i.code, name: i.zh, report: (templates[i.code] ?? templates[c.code] ?? templates['*']).report })));
  const of = new Map(kinds.map((k) => [k.code, k]));
  const cases = JSON.parse(sqlite(db, 'SELECT id, category, text FROM case_case WHERE closed_ms IS NOT NULL AND disposed ORDER BY id;'));
  const splits = {
    'a fifth': cases.filter((c) => c.id % 5 === 0),
    'new wording': cases.filter((c) => {
      const k = of.get(c.category);
      return k.report.length > 1 && templateOf(k.report, k.name, c.text) === k.report.length - 1;
    }),
  };
  console.log(`${profile}: ${cases.length} closed cases, ${kinds.length} categories`);
  for (const [name, held] of Object.entries(splits)) {
    const copy = join(dir, 'part.db');
    copyFileSync(db, copy);
    copyFileSync(`${db}.key`, `${copy}.key`);
    for (const more of ['.key.pub', '.heads', '.data-key', '.demo']) {
      try { copyFileSync(db + more, copy + more); } catch { /* not there */ }
    }
    const out = new Set(held.map((c) => c.id));
    sqlite(copy, `UPDATE case_case SET closed_ms = NULL WHERE id IN (${[...out].join(',')});`);
    const every = Math.max(1, Math.floor(held.length / TEXTS));
    const url = await start(copy);
    const r = await ask(url, held.filter((_, n) => n % every === 0), cases.filter((c) => !out.has(c.id)), kinds);
    await stop();
    console.log(`  ${name}: ${r.n} of ${held.length} kept texts, learned from ${r.learned} cases in ${r.learning.toFixed(0)} ms`);
    for (const [way, label] of [['model', 'suggested'], ['named', 'name in the text'], ['frequent', 'most frequent']])
      console.log(`    ${label.padEnd(18)} top-1 ${share(r.right[way][0], r.n)}   top-3 ${share(r.right[way][1], r.n)}`);
    console.log(`    sure (≥ 90 %) of ${share(r.surest, r.n)} of the texts, right in ${r.surest ? share(r.surestRight, r.surest) : '–'} of those`);
    console.log(`    ms a text: median ${percentile(r.times, 0.5).toFixed(2)}, 95 % ${percentile(r.times, 0.95).toFixed(2)}; healthz ${percentile(r.idle, 0.5).toFixed(2)}, ${percentile(r.idle, 0.95).toFixed(2)}`);
  }
}
