// The counties of Zhangjiakou in one GeoJSON file (GCJ-02, as fetched) for the C benchmarks, which find it by WANGGE_BENCH_OUTLINES: prints its path.
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../tests/lib/contract.mjs';
import { fetched, SETS } from '../tests/lib/outlines.mjs';

const folder = join(fetched(SETS[0]), '河北/张家口市');
const features = readdirSync(folder).sort().flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).features);
const out = join(ROOT, '.tools/outlines/zhangjiakou.geojson');
writeFileSync(`${out}.${process.pid}`, JSON.stringify({ type: 'FeatureCollection', features }));
renameSync(`${out}.${process.pid}`, out);
console.log(out);
