// Through the whole server: reports a second, flow actions a second (each on another case) and reading one case, each beside its baseline (the same listener and library doing
// nothing but an insert, or a constant answer of the same size). Prints requests a second and the ratio; asserts nothing about time.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqlOf } from './many.mjs';

const BUILD = process.env.WANGGE_BUILD ?? 'build/release';
const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const ROWS = process.env.BENCH_ROWS ?? ''; // only the rows whose name has this
const dir = mkdtempSync(join(tmpdir(), 'wangge-bench-'));
const env = { ...process.env, WANGGE_DEMO_PASSWORD: 'Bench-Pass-2026', WANGGE_DATA_DIR: dir, WANGGE_RATE_FACTOR: '0' };
const running = [];
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

function sh(command, args) {
  const done = spawnSync(command, args, { env, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr || done.stdout}`);
  return done.stdout;
}

function start(command, args, ready) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    running.push(child);
    child.stdout.on('data', (piece) => {
      text += piece;
      const found = ready.exec(text);
      if (found) resolve({ child, found });
    });
    child.on('exit', (code) => reject(new Error(`${command} ended with ${code}: ${text}`)));
  });
}

function stop({ child }) {
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.on('exit', resolve);
    child.kill('SIGTERM');
  });
}

const LUA = `
local n = 0
local thread_id = math.random(1, 1000000000)
math.randomseed(os.time() + thread_id)
local seed = string.format('%d-%d', os.time(), math.random(1, 1000000000))
request = function()
  n = n + 1
  local headers = { ['Content-Type'] = 'application/json', ['Authorization'] = 'Bearer ' .. TOKEN, ['Idempotency-Key'] = seed .. '-' .. n }
  return wrk.format('POST', PATH, headers, BODY)
end
`;

// Reads of MANY different cases in turn, and with \`fresh\` every other one of a case that was not read before in this
// run of the program, until all were. IDS: a file of the ids that there are, one a line.
const MANY = 2000;
const IDS = `
local ids = {}
for line in io.lines(IDS) do ids[#ids + 1] = line end
`;
const READS = `${IDS}
local n = 0
request = function()
  n = n + 1
  local at = n % MANY + 1
  if FRESH and n % 2 == 0 then
    NEXT = NEXT + 1
    if NEXT > #ids then NEXT = MANY + 1 end
    at = NEXT
  end
  return wrk.format('GET', PATH .. '/' .. ids[at], { ['Authorization'] = 'Bearer ' .. TOKEN })
end
`;
let next = MANY;

// Each request takes the next case from its first state: an action is possible once.
const ACTS = `${IDS}
local n = 0
request = function()
  local body = '{"action":"accept","version":1}'
  local id = ids[n % #ids + 1]
  n = n + 1
  local headers = { ['Content-Type'] = 'application/json', ['Authorization'] = 'Bearer ' .. TOKEN, ['Idempotency-Key'] = 'bench-act-' .. id }
  return wrk.format('POST', PATH .. '/' .. id .. '/actions', headers, body)
end
`;

function wrk(connections, port, path, { token, body, many, acts } = {}) {
  const args = ['-t1', `-c${connections}`, `-d${SECONDS}s`, '--timeout', '10s'];
  if (body) {
    const lua = join(dir, 'post.lua');
    writeFileSync(lua, `TOKEN = '${token ?? 'x'}'\nPATH = '${path}'\nBODY = [[${body}]]\n${LUA}`);
    args.push('-s', lua);
  } else if (acts) {
    const lua = join(dir, 'act.lua');
    writeFileSync(lua, `TOKEN = '${token}'\nPATH = '${path}'\nIDS = '${acts.ids}'\n${ACTS}`);
    args.push('-s', lua);
    path = '';
  } else if (many) {
    const lua = join(dir, 'read.lua');
    writeFileSync(lua, `TOKEN = '${token}'\nPATH = '${path}'\nMANY = ${MANY}\nFRESH = ${many.fresh}\nNEXT = ${next}\nIDS = '${many.ids}'\n${READS}`);
    args.push('-s', lua);
    path = '';
  } else if (token) args.push('-H', `Authorization: Bearer ${token}`);
  const text = sh('wrk', [...args, `http://127.0.0.1:${port}${path}`]);
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(text);
  if (bad) console.log(`  ${bad[1]} answers were not 2xx`);
  if (many?.fresh) next = MANY + ((next - MANY + Math.floor(Number(/(\d+) requests in/.exec(text)[1]) / 2)) % (many.n - MANY));
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]);
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

async function signIn(base, login) {
  const answer = await fetch(`${base}/api/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login, password: env.WANGGE_DEMO_PASSWORD }) });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()).token;
}

// How many cases were found in the process's memory, by the server's own figures.
async function kept(base) {
  const text = await (await fetch(`${base}/metrics`)).text();
  return ['yes', 'no'].map((found) => Number(new RegExp(`cache_reads_total\\{cache="case",found="${found}"\\} (\\d+)`).exec(text)?.[1] ?? 0));
}

function share(before, after) {
  const [yes, no] = after.map((n, i) => n - before[i]);
  return yes + no > 100 ? `   ${Math.round((100 * yes) / (yes + no))} % from memory` : '';
}

async function measure(name, url, bareUrl) {
  sh(`${BUILD}/wangge`, ['init', '--profile', 'donghua', '--empty', '--quiet', '--db', url]);
  const server = await start(`${BUILD}/wangge`, ['serve', '--db', url, '--listen', '127.0.0.1:0'], /http:\/\/127\.0\.0\.1:(\d+)\/app/);
  const port = Number(server.found[1]), base = `http://127.0.0.1:${port}`;
  const token = await signIn(base, 'member1'), dispatcher = await signIn(base, 'street'), auth = { Authorization: `Bearer ${token}` };
  const map = await (await fetch(`${base}/api/map`)).json();
  let lon = 0, lat = 0;
  for (let i = 0; i < 400; i++) { // a point inside the territory
    lon = map.west + ((map.east - map.west) * ((i * 7) % 20)) / 20;
    lat = map.south + ((map.north - map.south) * ((i * 3) % 20)) / 20;
    if ((await fetch(`${base}/api/locate?lon=${lon}&lat=${lat}`)).ok) break;
  }
  const body = JSON.stringify({ category: '06010', text: '小龙路12号门口垃圾堆了两天没人清，有异味，请尽快处理', lon, lat, channel: 'member' });
  const made = await (await fetch(`${base}/api/cases`, { method: 'POST', headers: { ...auth, 'Content-Type': 'application/json' }, body })).json();
  const one = await (await fetch(`${base}/api/cases/${made.id}`, { headers: auth })).text();
  const bare = await start(`${BUILD}/wangge-bench-bare_server`, [bareUrl, '127.0.0.1:0', String(Buffer.byteLength(one))], /listening on (\d+)/);
  const barePort = Number(bare.found[1]);
  next = MANY;
  const sql = sqlOf(url), file = join(dir, 'ids');
  // The ids of cases as they are now: at least so many, for which reports are made until there are.
  const ids = (wanted, where = '') => {
    for (;;) {
      const list = sql(`SELECT id FROM case_case ${where} ORDER BY id;`).text.split('\n').filter(Boolean);
      if (list.length >= wanted) return writeFileSync(file, `${list.join('\n')}\n`), { ids: file, n: list.length };
      wrk(64, port, '/api/cases', { token, body });
    }
  };
  let most = 3000; // actions a second that the cases have to last for
  const act = (connections) => {
    const rate = wrk(connections, port, '/api/cases', { token: dispatcher, acts: ids(most * SECONDS + connections, "WHERE state = 'pending' AND version = 1") });
    most = Math.max(most, 2 * rate);
    return rate;
  };
  for (const connections of [64, 256]) {
    const many = (fresh) => wrk(connections, port, '/api/cases', { token, many: { fresh, ...ids(fresh ? 10 * MANY : MANY) } });
    const rows = [
      ['reports/s', () => wrk(connections, port, '/api/cases', { token, body }), () => wrk(connections, barePort, '/api/cases', { body }), 'bare insert'],
      ['flow actions/s', () => act(connections), () => wrk(connections, barePort, '/api/cases', { body }), 'bare insert'],
      [`case (${Buffer.byteLength(one)} B)/s`, () => wrk(connections, port, `/api/cases/${made.id}`, { token }), () => wrk(connections, barePort, '/x'), 'constant JSON'],
      [`${MANY} cases in turn/s`, () => many(false), () => wrk(connections, barePort, '/x'), 'constant JSON'],
      ['half of them fresh/s', () => many(true), () => wrk(connections, barePort, '/x'), 'constant JSON'],
    ];
    for (const [what, ours, baseline, against] of rows.filter(([what]) => what.includes(ROWS))) {
      const a = [], b = [];
      const before = await kept(base);
      for (let round = 0; round < ROUNDS; round++) { a.push(ours()); b.push(baseline()); }
      console.log(`${name.padEnd(11)} ${String(connections).padStart(3)} connections  ${what.padEnd(20)} ${median(a).toFixed(0).padStart(7)}   ${against} ${median(b).toFixed(0).padStart(7)}   ratio ${(median(a) / median(b)).toFixed(2)}${share(before, await kept(base))}`);
    }
  }
  await stop(server);
  await stop(bare);
}

await measure('SQLite', join(dir, 'a.db'), join(dir, 'bare.db'));
if (process.env.WANGGE_BENCH_PG) {
  const at = (name) => process.env.WANGGE_BENCH_PG.replace('/wangge?', `/${name}?`);
  for (const name of ['bench_a', 'bench_bare']) {
    sh('psql', [process.env.WANGGE_BENCH_PG, '-qc', `DROP DATABASE IF EXISTS ${name}`]);
    sh('psql', [process.env.WANGGE_BENCH_PG, '-qc', `CREATE DATABASE ${name}`]);
  }
  await measure('PostgreSQL', at('bench_a'), at('bench_bare'));
} else console.log('PostgreSQL: not measured, WANGGE_BENCH_PG is not set');
process.exit(0);
