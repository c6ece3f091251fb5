// A city after one year and after ten: what one person's click costs among 100,000 cases and among a million, with as many open ones (OPEN) in
// both. Two databases beside each other, each with its own server; every request is asked of both in turn, so that what else the machine
// does falls on both alike. Prints median and 95 % of each in ms and their ratio (that of the medians is the one to hold: ≤ 1.3 for point
// work); the baseline of each row is the small database. Asserts nothing about time.
// BENCH_SMALL, BENCH_LARGE, BENCH_OPEN, BENCH_ASKS (requests of each kind), BENCH_ENGINES (sqlite,postgres), BENCH_ROWS, BENCH_KEEP
// (a folder for the files; what was made stays and is used again).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill, quantile, sqlOf, start, stop } from './many.mjs';

const BIN = process.env.WANGGE_BIN ?? join(process.env.WANGGE_BUILD ?? 'build/release', 'wangge');
const SIZES = [Number(process.env.BENCH_SMALL ?? 100_000), Number(process.env.BENCH_LARGE ?? 1_000_000)];
const OPEN = Number(process.env.BENCH_OPEN ?? 10_000);
const ASKS = Number(process.env.BENCH_ASKS ?? 200);
const ROWS = process.env.BENCH_ROWS ?? '';
const ENGINES = (process.env.BENCH_ENGINES ?? 'sqlite,postgres').split(',');
const PROFILE = 'zhangjiakou';
const PASSWORD = 'Bench-Pass-2026';
const NOW = Date.parse('2026-11-20T12:00:00+08:00'); // the demo's last day
const keep = process.env.BENCH_KEEP;
const dir = keep ?? mkdtempSync(join(tmpdir(), 'wangge-bench-'));
const env = (name) => ({ ...process.env, ...(name && { WANGGE_DATA_DIR: join(dir, name) }), WANGGE_DEMO_PASSWORD: PASSWORD, WANGGE_RATE_FACTOR: '0', WANGGE_TEST_CLOCK_SHIFT_MS: String(NOW - Date.now()) });
const children = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  if (!keep) rmSync(dir, { recursive: true, force: true });
});

function sh(command, args, name) {
  const done = spawnSync(command, args, { env: env(name), encoding: 'utf8', maxBuffer: 1 << 26 });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr || done.stdout}`);
  return done.stdout;
}

/** A database of that many cases behind a server. */
async function city(engine, cases) {
  const name = `growth_${cases}`;
  const url = engine === 'sqlite' ? join(dir, `${name}.db`) : process.env.WANGGE_BENCH_PG.replace('/wangge?', `/${name}?`);
  mkdirSync(join(dir, name), { recursive: true });
  const made = keep && (engine === 'sqlite' ? existsSync(url) : sqlOf(process.env.WANGGE_BENCH_PG)(`SELECT 1 FROM pg_database WHERE datname = '${name}';`).text);
  if (!made) {
    if (engine !== 'sqlite') {
      sh('psql', [process.env.WANGGE_BENCH_PG, '-qc', `DROP DATABASE IF EXISTS ${name}`]);
      sh('psql', [process.env.WANGGE_BENCH_PG, '-qc', `CREATE DATABASE ${name}`]);
    }
    sh(BIN, ['init', '--profile', PROFILE, '--quiet', '--db', url], name);
    const seconds = fill(sqlOf(url), { cases, open: OPEN, until: NOW });
    console.log(`${engine}: ${cases.toLocaleString('en')} cases made in ${seconds.toFixed(0)} s`);
  }
  const server = await start(BIN, ['serve', '--db', url, '--listen', '127.0.0.1:0'], env(name), /http:\/\/127\.0\.0\.1:(\d+)\/app/, children);
  const base = `http://127.0.0.1:${server.found[1]}`;
  const token = async (login) => {
    const answer = await fetch(`${base}/api/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login, password: PASSWORD }) });
    return (await answer.json()).token;
  };
  return { cases, url, base, server, sql: sqlOf(url), center: await token('center'), street: await token('street'), member: await token('member1'), acted: [] };
}

async function ask(c, token, path, method = 'GET', body) {
  const headers = { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) };
  const answer = await fetch(c.base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text;
}

const random = (n) => Math.floor(Math.random() * n);

/** What people do. Each gets a city and the how-many-eth request it is. */
function rows(at, home, county, township) {
  const list = (query) => (c) => ask(c, c.center, `/api/cases?${query}`);
  const near = (query) => (c) => ask(c, c.street, `/api/cases?${query}`);
  const place = () => at[random(at.length)];
  const report = async (c) => {
    const made = JSON.parse(await ask(c, c.street, '/api/cases', 'POST', { category: c.category, text: '路灯不亮，夜里看不清路', ...home[random(home.length)], channel: 'hotline' }));
    c.acted.push(made.id);
  };
  return [
    ['locate (memory alone)', (c) => { const p = place(); return ask(c, c.center, `/api/locate?lon=${p.lon}&lat=${p.lat}`); }],
    ['a case by its id', (c) => ask(c, c.center, `/api/cases/${1 + random(c.cases)}`)],
    ['a case by its number', (c) => ask(c, c.center, `/api/cases?q=${c.numbers[random(c.numbers.length)]}&limit=5`)],
    ['queue: all', list('limit=50')],
    ['queue: to be dispatched', list('state=township&limit=50')],
    ['queue: handled, by due', list('state=handling&order=due&limit=50')],
    ['queue: by due', list('order=due&limit=50')],
    ['queue: oldest', list('order=oldest&limit=50')],
    ['queue: late', list('late=true&limit=50')],
    ['queue: mine', list('mine=true&limit=50')],
    ['queue: mine, by due', list('mine=true&order=due&limit=50')],
    ['queue: closed', list('state=closed&limit=50')],
    ['queue: a county', list(`under=${county}&limit=50`)],
    ['queue: a county, to be dispatched', list(`state=township&under=${county}&limit=50`)],
    ['queue: a township', list(`under=${township}&limit=50`)],
    ['queue of a township’s centre', near('limit=50')],
    ['the same, to be dispatched', near('state=township&limit=50')],
    ['numbers beside the views', (c) => ask(c, c.center, '/api/case-counts')],
    ['numbers, a township’s centre', (c) => ask(c, c.street, '/api/case-counts')],
    ['similar cases', (c) => { const p = place(); return ask(c, c.center, `/api/similar-cases?lon=${p.lon}&lat=${p.lat}&category=${c.category}&text=${encodeURIComponent('路灯不亮，夜里看不清路')}`); }],
    ['a report', report],
    ['an action', async (c) => {
      if (!c.acted.length) await report(c);
      await ask(c, c.street, `/api/cases/${c.acted.pop()}/actions`, 'POST', { action: 'township_dispatch', version: 1, form: { complexity: 'ordinary' }, target: { department: c.department } });
    }],
    ['queue: a category of all (counted)', (c) => ask(c, c.center, `/api/cases?category=${c.category}&limit=50`), 'bounded'],
    ['search: digits', (c) => ask(c, c.center, `/api/cases?q=${1 + random(c.cases)}&limit=5`), 'bounded'],
    ['search: a word', list(`q=${encodeURIComponent('路灯')}&limit=50`), 'bounded'],
  ];
}

async function measure(engine) {
  const cities = [];
  for (const n of SIZES) cities.push(await city(engine, n));
  const street = '130702001';
  const points = (where) => cities[0].sql(`SELECT lon_e7 || '|' || lat_e7 FROM case_case WHERE ${where} ORDER BY id LIMIT 2000;`).text.split('\n').map((x) => x.split('|'))
    .map(([lon, lat]) => ({ lon: Number(lon) / 1e7, lat: Number(lat) / 1e7 }));
  const [at, home] = ['NOT final', `place LIKE '${street}%'`].map(points);
  const number = ([id, ms]) => `${new Date(Number(ms) + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')}-${id.padStart(6, '0')}`;
  for (const c of cities) c.numbers = c.sql(`SELECT id || '|' || created_ms FROM case_case WHERE id % ${c.cases / 500} = 1;`).text.split('\n').map((x) => number(x.split('|')));
  for (const c of cities) {
    const { classes, departments } = JSON.parse(await ask(c, c.center, '/api/catalogue'));
    Object.assign(c, { category: classes[4].items[0].code, department: departments[0].code });
  }
  const ms = (x) => x.toFixed(2).padStart(8);
  console.log(`${engine}: ${SIZES.map((n) => n.toLocaleString('en')).join(' and ')} cases, ${OPEN.toLocaleString('en')} of them open; ms, median and 95 %`);
  for (const [name, work, kind] of rows(at, home, '130702', street).filter(([name]) => name.includes(ROWS))) {
    const times = cities.map(() => []);
    for (let i = -5; i < ASKS; i++)
      for (const [k, c] of (i % 2 ? cities.entries() : [...cities.entries()].reverse())) {
        const began = performance.now();
        await work(c, i);
        if (i >= 0) times[k].push(performance.now() - began);
      }
    const [small, large] = times.map((t) => [quantile(t, 0.5), quantile(t, 0.95)]);
    console.log(`${name.padEnd(38)} ${ms(small[0])} ${ms(small[1])}   ${ms(large[0])} ${ms(large[1])}   ratio ${(large[0] / small[0]).toFixed(2)} (95 %: ${(large[1] / small[1]).toFixed(2)})${kind ? `   ${kind}` : ''}`);
  }
  for (const c of cities) await stop(c.server);
  if (engine !== 'sqlite' && !keep) for (const n of SIZES) sh('psql', [process.env.WANGGE_BENCH_PG, '-qc', `DROP DATABASE growth_${n}`]);
}

for (const engine of ENGINES) {
  if (engine !== 'sqlite' && !process.env.WANGGE_BENCH_PG) console.log('PostgreSQL: not measured, WANGGE_BENCH_PG is not set');
  else await measure(engine);
}
process.exit(0);
