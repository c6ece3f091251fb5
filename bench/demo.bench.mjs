// `wangge init` with each profile's demo: its cases run through their flows, every step sealed. Beside it the same rows read back in by
// the sqlite3 tool, which is what a bare insert of them costs. Prints seconds and ratios; asserts nothing about time. BENCH_PROFILES.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BIN = process.env.WANGGE_BIN ?? join(process.env.WANGGE_BUILD ?? 'build/release', 'wangge');
const PROFILES = process.env.BENCH_PROFILES?.split(',') ?? readdirSync('profiles').filter((p) => p !== 'common' && statSync(join('profiles', p)).isDirectory());
const top = mkdtempSync(join(tmpdir(), 'wangge-bench-'));
process.on('exit', () => rmSync(top, { recursive: true, force: true }));

function timed(command, args, { from, into } = {}) {
  const began = process.hrtime.bigint();
  const stdio = [from ? openSync(from) : 'ignore', into ? openSync(into, 'w') : 'pipe', 'inherit'];
  const { status } = spawnSync(command, args, { stdio, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}`);
  return Number(process.hrtime.bigint() - began) / 1e9;
}
const count = (file, sql) => Number(spawnSync('sqlite3', [file, sql], { encoding: 'utf8' }).stdout);

for (const profile of PROFILES) {
  const file = join(top, `${profile}.db`);
  const dump = join(top, `${profile}.sql`);
  const made = timed(BIN, ['init', '--profile', profile, '--db', file, '--quiet']);
  timed('sqlite3', [file, '.dump'], { into: dump });
  const bare = timed('sqlite3', [join(top, `${profile}.bare.db`)], { from: dump });
  const cases = count(file, 'SELECT count(*) FROM case_case');
  console.log(`${profile.padEnd(14)} ${String(cases).padStart(7)} cases   made in ${made.toFixed(1).padStart(6)} s   their rows alone ${bare.toFixed(1).padStart(6)} s   ${(made / bare).toFixed(1)} ×`);
}
