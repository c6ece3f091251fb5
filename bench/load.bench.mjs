// First load of the three faces as a phone or a desk on a slow line sees it: bytes on the wire (measured by the browser, encodings
// as the server chose them) and time to usable at slow 4G (150 ms round trip, 1.6 Mbit/s) with the processor four times slower.
// Cold cache, median of three (BENCH_ROUNDS) and the quickest of them: what else the machine does shows in the difference.
// BENCH_ROWS picks rows by name. Prints each figure beside its budget; asserts nothing.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '../web/node_modules/playwright-core/index.mjs';

const BIN = process.env.WANGGE_BIN ?? join(process.env.WANGGE_BUILD ?? 'build/release', 'wangge');
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const LINE = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const SLOWER = 4;
const ARGS = ['--no-sandbox', '--no-first-run', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--enable-unsafe-swiftshader'];
const HERE = { longitude: 102.7352, latitude: 25.0374, accuracy: 12 };
const ONLY = process.env.BENCH_ONLY;
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const DESK = { viewport: { width: 1440, height: 900 } };
const password = 'Bench-Pass-2026';
const dir = mkdtempSync(join(tmpdir(), 'wangge-load-'));
const env = { ...process.env, WANGGE_DEMO_PASSWORD: password, WANGGE_DATA_DIR: dir, WANGGE_RATE_FACTOR: '0' };
let server;
process.on('exit', () => {
  server?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

async function serve() {
  const db = join(dir, 'a.db');
  const made = spawnSync(BIN, ['init', '--profile', 'donghua', '--quiet', '--db', db], { env, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  server = spawn(BIN, ['serve', '--db', db, '--listen', '127.0.0.1:0'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (piece) => {
      text += piece;
      const found = /(http:\/\/127\.0\.0\.1:\d+)\/\n/.exec(text);
      if (found) resolve(found[1]);
    });
    server.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
  });
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

/** Goes to an address. A page that goes on by itself before its first answer is there has been opened all the same: what is measured is
 * when it can be used, and that is waited for. */
async function open(page, address, until) {
  await page.goto(address, { waitUntil: until }).catch((error) => {
    if (!/ERR_ABORTED|interrupted by another navigation/.test(error.message)) throw error;
  });
}

/** One cold load: bytes of code and of data until usable, times from the start of the navigation. */
async function load(browser, base, { view, path, usable, token, warm, then }) {
  const context = await browser.newContext({ ...view, locale: 'zh-CN', permissions: ['geolocation'], geolocation: HERE, ...(warm ? {} : { serviceWorkers: 'block' }) });
  if (token) await context.addInitScript(() => localStorage.setItem('wangge.session', '1'));
  if (token) await context.addCookies([{ name: 'wangge_session', value: token, url: base, httpOnly: true, sameSite: 'Strict' }]);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  const kinds = new Map();
  const seen = { code: 0, data: 0, files: 0 };
  if (warm) { // the second visit: worker and cache are there
    await open(page, base + path, 'load');
    await page.evaluate(() => navigator.serviceWorker.ready.then((r) => new Promise((done) => (r.active.state === 'activated' ? done() : r.active.addEventListener('statechange', done, { once: true })))));
    await usable(page).first().waitFor();
  }
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', LINE);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  cdp.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (['Document', 'Script', 'Stylesheet'].includes(kind)) seen.code += encodedDataLength;
    else if (['Fetch', 'XHR'].includes(kind)) seen.data += encodedDataLength;
    else return;
    seen.files++;
  });
  let start = performance.now();
  await open(page, base + path, 'commit');
  await usable(page).first().waitFor();
  if (then) { // what a tap on the first screen opens
    start = performance.now();
    await then.tap(page).tap();
    await then.usable(page).first().waitFor();
  }
  const ms = performance.now() - start;
  const until = { ...seen };
  const paint = await page.evaluate(() => new Promise((done) => new PerformanceObserver((l, o) => {
    o.disconnect();
    done(l.getEntries()[0].startTime);
  }).observe({ type: 'paint', buffered: true })));
  await context.close();
  return { ms, paint, ...until };
}

const base = await serve();
const signIn = async (login) => (await (await fetch(`${base}/api/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login, password }) })).json()).token;
const [member, street] = [await signIn('member1'), await signIn('street')];
const list = await (await fetch(`${base}/api/buildings`, { headers: { Authorization: `Bearer ${street}` } })).json();
const plate = `/b/${list.items[0].code}`;

const drawn = (p) => p.locator('[data-testid=map][data-state=drawn]');
const rows = [
  { name: `/b/…`, view: PHONE, path: plate, usable: (p) => p.getByRole('button', { name: '反映问题' }), budget: { bytes: 45e3, ms: 1500 } },
  { name: '/b/… report form', view: PHONE, path: `${plate}#report`, usable: (p) => p.getByRole('button', { name: '提交' }), budget: {} },
  { name: '/app/ signing in', view: PHONE, path: '/app/', usable: (p) => p.getByRole('button', { name: '登录', exact: true }), budget: { bytes: 110e3, ms: 2500 } },
  { name: '/app/ 今日', view: PHONE, path: '/app/', token: member, usable: (p) => p.getByRole('navigation').getByRole('link', { name: '上报' }), budget: { bytes: 110e3, ms: 2500 } },
  { name: '/app/ tasks there', view: PHONE, path: '/app/', token: member, usable: (p) => p.locator('a.case, .wg-state'), budget: { ms: 2500 } },
  { name: '/app/ report page', view: PHONE, path: '/app/report', token: member, usable: (p) => p.getByRole('radio', { name: '暴露垃圾' }), budget: { bytes: 130e3, ms: 2500 } },
  { name: '/app/ map', view: PHONE, path: '/app/map', token: member, usable: drawn, budget: { ms: 5000 } },
  { name: '/app/ 今日, tap on map', view: PHONE, path: '/app/', token: member, usable: (p) => p.locator('a.case, .wg-state'), then: { tap: (p) => p.getByRole('navigation').getByRole('link', { name: '地图' }), usable: drawn }, budget: { ms: 5000 } },
  { name: '/app/ map, second visit', view: PHONE, path: '/app/map', token: member, warm: true, usable: drawn, budget: { ms: 2000 } },
  { name: '/app/ second visit', view: PHONE, path: '/app/', token: member, warm: true, usable: (p) => p.getByRole('navigation').getByRole('link', { name: '上报' }), budget: { ms: 1000 } },
  { name: '/console/ signing in', view: DESK, path: '/console/', usable: (p) => p.getByRole('button', { name: '登录', exact: true }), budget: { bytes: 220e3 } },
  { name: '/console/ queue, no map', view: DESK, path: '/console/cases?view=archived&map=0', token: street, usable: (p) => p.getByRole('region', { name: '事件列表' }).getByRole('link'), budget: { bytes: 220e3 } },
].filter((row) => row.name.includes(process.env.BENCH_ROWS ?? ''));

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });
console.log(`slow 4G (150 ms, 1.6 Mbit/s), processor ÷ ${SLOWER}, cold cache, median of ${ROUNDS}; kB = 1000 bytes on the wire with headers, until usable; budget: of page, scripts and styles`);
console.log(`${'page'.padEnd(24)} ${'code kB'.padStart(7)} ${'budget'.padStart(7)} ${'data kB'.padStart(7)} ${'files'.padStart(5)}  ${'first paint'.padStart(11)} ${'usable'.padStart(8)} ${'best'.padStart(8)} ${'budget'.padStart(8)}`);
for (const row of rows) {
  if (ONLY && !new RegExp(ONLY).test(row.name)) continue;
  const got = [];
  for (let round = 0; round < ROUNDS; round++) got.push(await load(browser, base, row));
  const of = (key) => median(got.map((g) => g[key]));
  const kb = of('code') / 1000, s = of('ms') / 1000;
  const over = [row.budget.bytes && kb * 1000 > row.budget.bytes ? 'bytes' : '', row.budget.ms && s * 1000 > row.budget.ms ? 'time' : ''].filter(Boolean).join(', ');
  console.log(`${row.name.padEnd(24)} ${kb.toFixed(1).padStart(7)} ${(row.budget.bytes ? `${row.budget.bytes / 1000}` : '–').padStart(7)} ${(of('data') / 1000).toFixed(1).padStart(7)} ${String(of('files')).padStart(5)}  ${`${(of('paint') / 1000).toFixed(2)} s`.padStart(11)} ${`${s.toFixed(2)} s`.padStart(8)} ${`${(Math.min(...got.map((g) => g.ms)) / 1000).toFixed(2)} s`.padStart(8)} ${(row.budget.ms ? `${row.budget.ms / 1000} s` : '–').padStart(8)}${over ? `  OVER in ${over}` : ''}`);
}
await browser.close();
process.exit(0);
