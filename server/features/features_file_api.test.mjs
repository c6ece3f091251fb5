/* Layers as files: each format read back by GDAL has every feature, every code and the same ground as the pages; names, marks, refusals. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { forEachDatabase, ok } from '../../tests/harness.mjs'

const FORMATS = {
  gpkg: { media: 'application/geopackage+sqlite3', ending: 'gpkg' },
  geojson: { media: 'application/geo+json', ending: 'geojson' },
  shp: { media: 'application/zip', ending: 'zip' },
  kml: { media: 'application/vnd.google-earth.kml+xml', ending: 'kml' },
}
const LAYERS = { places: '地区', grids: '网格', buildings: '楼栋' }
const TOWN = '530103003'
const ROOM = { encoding: 'utf8', maxBuffer: 1 << 28 }

/** Whole units of 10⁻⁷ degree, so that sums are exact. */
const unit = (degrees) => BigInt(Math.round(degrees * 1e7))

/** Twice the area of a geometry on the plane of its coordinates; holes taken off, whatever way the rings turn. */
function area2(geometry) {
  const ring = (r) => {
    let sum = 0n
    for (let i = 0; i + 1 < r.length; i++) sum += unit(r[i][0]) * unit(r[i + 1][1]) - unit(r[i + 1][0]) * unit(r[i][1])
    return sum < 0n ? -sum : sum
  }
  const polygon = ([outer, ...holes]) => holes.reduce((sum, h) => sum - ring(h), ring(outer))
  if (geometry.type === 'Point') return 0n
  return geometry.type === 'Polygon' ? polygon(geometry.coordinates) : geometry.coordinates.reduce((sum, p) => sum + polygon(p), 0n)
}

const ground = (features) => features.reduce((sum, f) => sum + area2(f.geometry), 0n)
const spots = (features) => features.map((f) => f.geometry.coordinates.slice(0, 2).map(unit).join(' ')).sort()

forEachDatabase('files of layers', (world) => {
  const room = mkdtempSync(join(tmpdir(), 'wangge-files-'))
  const ask = (layer, query = '', headers = {}) => world.anyone().send('GET', `/api/ogc/collections/${layer}/download?${query}`, { headers })
  const items = async (layer, query = '') =>
    JSON.parse((await world.anyone().send('GET', `/api/ogc/collections/${layer}/items?limit=1000${query}`)).text).features

  /** The file, kept under its own ending. */
  async function fetched(layer, format, query = '') {
    const answer = await ask(layer, `f=${format}${query}`)
    assert.equal(answer.status, 200, answer.text.slice(0, 300))
    assert.equal(answer.headers.get('content-type'), FORMATS[format].media)
    const file = join(room, `${layer}.${FORMATS[format].ending}`)
    writeFileSync(file, answer.bytes)
    return { file, answer }
  }

  /** What GDAL reads in it. */
  const read = (file) =>
    JSON.parse(execFileSync('ogr2ogr', ['-f', 'GeoJSON', '-lco', 'COORDINATE_PRECISION=9', '/vsistdout/', file.endsWith('.zip') ? `/vsizip/${file}` : file], ROOM)).features
  const told = (file) => execFileSync('ogrinfo', ['-ro', '-so', '-al', file.endsWith('.zip') ? `/vsizip/${file}` : file], ROOM)

  before(async () => {
    for (let i = 0; i < 12; i++) {
      const [lon, lat] = world.facts.grids[i % world.facts.grids.length].inside
      const body = { address: `下载路${i + 1}号`, name: `${i + 1}号楼`, lon, lat: lat + i * 1e-7, units: 1, floors: 6, households: 30 }
      await ok(world.as('center').POST('/api/buildings', { body }), 201)
    }
  })
  after(() => rmSync(room, { recursive: true }))

  for (const layer of Object.keys(LAYERS))
    test(`${layer} come whole in every format: count, codes, ground`, async () => {
      const pages = await items(layer)
      assert.ok(pages.length > 7)
      for (const format of Object.keys(FORMATS)) {
        const { file } = await fetched(layer, format)
        const features = read(file)
        assert.equal(features.length, pages.length, format)
        assert.deepEqual(features.map((f) => f.properties.code).sort(), pages.map((f) => f.id).sort(), format)
        const names = (list, name) => list.map((f) => `${f.properties.code} ${f.properties[name]}`).sort()
        assert.deepEqual(names(features, format === 'kml' ? 'Name' : 'name'), names(pages, 'name'), format)
        assert.equal(ground(features), ground(pages), `${format}: Σ area`)
        if (layer === 'buildings') assert.deepEqual(spots(features), spots(pages), format)
        if (layer === 'buildings') assert.deepEqual(names(features, 'address'), names(pages, 'address'))
        else assert.equal(features.reduce((sum, f) => sum + Number(f.properties.area_m2 ?? 0), 0), pages.reduce((sum, f) => sum + (f.properties.area_m2 ?? 0), 0), `${format}: Σ m²`)
      }
    })

  test('a GeoPackage passes the validator', async () => {
    for (const layer of Object.keys(LAYERS)) {
      const { file } = await fetched(layer, 'gpkg')
      execFileSync('/usr/bin/python3', ['-m', 'osgeo_utils.samples.validate_gpkg', '-k', '--warning-as-error', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
      assert.match(told(file), /China Geodetic Coordinate System 2000/)
    }
  })

  test('a Shapefile says its encoding and its coordinate system, and its field names fit', async () => {
    const { file } = await fetched('grids', 'shp')
    const names = execFileSync('/usr/bin/python3', ['-m', 'zipfile', '-l', file], { encoding: 'utf8' })
    for (const part of ['grids.shp', 'grids.shx', 'grids.dbf', 'grids.prj', 'grids.cpg']) assert.ok(names.includes(part), names)
    const of = (part) => execFileSync('/usr/bin/python3', ['-c', 'import sys,zipfile;sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())', file, part], { encoding: 'utf8' })
    assert.equal(of('grids.cpg').trim(), 'UTF-8')
    assert.match(of('grids.prj'), /GCS_China_Geodetic_Coordinate_System_2000/)
    const fields = [...told(file).matchAll(/^(\w+): (String|Integer64|Integer) \(/gm)].map((m) => m[1])
    assert.deepEqual(fields, ['code', 'name', 'kind', 'grid_kind', 'parent', 'area_m2'])
  })

  test('the coordinate system is the one asked for', async () => {
    const [page] = await items('buildings')
    const { file } = await fetched('buildings', 'gpkg', '&crs=epsg3857')
    assert.match(told(file), /ID\["EPSG",3857\]/)
    const found = JSON.parse(execFileSync('ogr2ogr', ['-f', 'GeoJSON', '-a_srs', 'EPSG:4326', '-lco', 'COORDINATE_PRECISION=4', '/vsistdout/', file], ROOM)).features
      .find((f) => f.properties.code === page.id)
    const [lon, lat] = page.geometry.coordinates
    assert.ok(Math.abs(found.geometry.coordinates[0] - (lon * Math.PI * 6378137) / 180) < 0.01)
    assert.ok(Math.abs(found.geometry.coordinates[1] - Math.asinh(Math.tan((lat * Math.PI) / 180)) * 6378137) < 0.01)
    for (const [crs, code] of [['epsg4326', 4326], ['crs84', 4326], ['epsg4490', 4490]])
      assert.match(told((await fetched('buildings', 'shp', `&crs=${crs}`)).file), new RegExp(`ID\\["EPSG",${code}\\]`), crs)
    assert.equal((await ask('grids', 'f=geojson&crs=crs84')).status, 200)
  })

  test('below a place, and as of a day', async () => {
    const community = world.facts.grids[0].code.slice(0, 12)
    for (const layer of ['grids', 'buildings']) {
      const wanted = (await items(layer, `&under=${community}`)).map((f) => f.id)
      assert.ok(wanted.length > 0 && wanted.length < (await items(layer)).length)
      assert.deepEqual(read((await fetched(layer, 'gpkg', `&under=${community}`)).file).map((f) => f.properties.code), wanted)
    }
    assert.equal(read((await fetched('grids', 'geojson', '&asof=2026-11-18')).file).length, 31)
    assert.equal(read((await fetched('grids', 'gpkg', '&asof=1969-12-31')).file).length, 0, 'before the records there is nothing')
  })

  test('the name says what it is in Chinese, and plainly beside it', async () => {
    const { answer } = await fetched('grids', 'shp', `&under=${TOWN}&asof=2026-11-18`)
    const said = answer.headers.get('content-disposition')
    const [, plain, encoded] = /^attachment; filename="([^"]+)"; filename\*=UTF-8''(\S+)$/.exec(said)
    assert.equal(plain, 'grids_2026-11-18.zip')
    assert.match(decodeURIComponent(encoded), /^\p{Script=Han}+_网格_2026-11-18\.zip$/u)
    const english = await ask('grids', 'f=kml&asof=2026-11-18', { 'Accept-Language': 'en' })
    assert.match(english.headers.get('content-disposition'), /filename\*=UTF-8''Grids_2026-11-18\.kml$/)
  })

  test('what has not changed is not sent again; what has changed has another mark', async () => {
    const first = await ask('buildings', 'f=gpkg')
    const etag = first.headers.get('etag')
    assert.match(etag, /^W\/"/)
    const again = await ask('buildings', 'f=gpkg', { 'If-None-Match': etag })
    assert.equal(again.status, 304)
    assert.equal(again.bytes.length, 0)
    assert.equal(Buffer.compare((await ask('buildings', 'f=gpkg')).bytes, first.bytes), 0, 'the same content is the same file')
    for (const query of ['f=kml', 'f=gpkg&crs=epsg3857', `f=gpkg&under=${world.facts.grids[0].code}`])
      assert.equal((await ask('buildings', query, { 'If-None-Match': etag })).status, 200, query)
    const [lon, lat] = world.facts.grids[2].inside
    await ok(world.as('center').POST('/api/buildings', { body: { address: '下载路99号', name: '99号楼', lon, lat: lat + 3e-6, units: 1, floors: 6, households: 30 } }), 201)
    const changed = await ask('buildings', 'f=gpkg', { 'If-None-Match': etag })
    assert.equal(changed.status, 200)
    assert.notEqual(changed.headers.get('etag'), etag)
    // written anew each time: a part of one does not fit another
    const part = await ask('buildings', 'f=gpkg', { Range: 'bytes=0-99' })
    assert.equal(part.status, 200)
    assert.equal(part.headers.get('accept-ranges'), 'none')
  })

  test('what cannot be is refused with the parameter', async () => {
    const wrong = async (layer, query, pointer) => {
      const answer = await ask(layer, query)
      assert.equal(answer.status, 422, query)
      const { code, errors } = JSON.parse(answer.text)
      if (!pointer) return assert.equal(code, 'place.unknown', query)
      assert.equal(code, 'input.invalid')
      assert.deepEqual(errors.map((e) => e.pointer), [pointer], query)
    }
    await wrong('grids', 'f=dwg', '?f')
    await wrong('grids', 'crs=epsg2436', '?crs')
    await wrong('grids', 'f=geojson&crs=epsg3857', '?crs')
    await wrong('grids', 'f=kml&crs=epsg4490', '?crs')
    await wrong('grids', 'asof=2026-02-30', '?asof')
    await wrong('buildings', 'asof=2026-11-18', '?asof')
    await wrong('grids', 'under=1', '?under')
    await wrong('grids', 'under=530103999')
    await wrong('grids', 'under=%27%20or%201')
    assert.equal((await ask('people')).status, 404)
  })

  test('many at once: some wait, none is lost for good', async () => {
    const url = `${world.server.url}/api/ogc/collections/grids/download?f=gpkg`
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => fetch(url, { headers: { 'X-Forwarded-For': `10.250.0.${i}` } })))
    for (const a of answers) {
      assert.ok(a.status === 200 || a.status === 503, `${a.status}`)
      if (a.status === 503) assert.ok(Number(a.headers.get('retry-after')) > 0)
      await a.arrayBuffer()
    }
    for (let i = 0; i < 4; i++) assert.equal((await ask('grids', 'f=gpkg')).status, 200)
  })

  test('the layers lead to their files', async () => {
    for (const layer of Object.keys(LAYERS)) {
      const { links } = JSON.parse((await world.anyone().send('GET', `/api/ogc/collections/${layer}`)).text)
      const files = links.filter((l) => l.rel === 'enclosure')
      assert.deepEqual(files.map((l) => l.type).sort(), Object.values(FORMATS).map((f) => f.media).sort())
      for (const l of files) {
        const answer = await world.anyone().send('GET', l.href.slice(l.href.indexOf('/api/')))
        assert.equal(answer.status, 200)
        assert.equal(answer.headers.get('content-type'), l.type)
      }
    }
  })
})
