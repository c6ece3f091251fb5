/* Open layers: what the standard fixes, pages, boxes, coordinate systems, days; and the programs that people use: GDAL and OWSLib. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { before, test } from 'node:test'
import { forEachDatabase, ok } from '../../tests/harness.mjs'
import ogcapi from '../../web/node_modules/@ogcapi-js/features/dist/index.js'

const EPSG = (n) => `http://www.opengis.net/def/crs/EPSG/0/${n}`
const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'
const ROOT_CODE = '530103003'

forEachDatabase('features', (world) => {
  const base = () => `${world.server.url}/api/ogc`
  const pathOf = (link) => (link.startsWith('http') ? link.slice(link.indexOf('/api/')) : `/api/ogc${link}`)
  const ask = (path) => world.anyone().send('GET', pathOf(path))
  const get = async (path) => {
    const answer = await ask(path)
    assert.equal(answer.status, 200, `${path}: ${answer.text}`)
    return JSON.parse(answer.text)
  }
  const items = async (layer, query = '') => (await get(`/collections/${layer}/items?limit=1000${query}`)).features
  const link = (links, rel) => links.find((l) => l.rel === rel)?.href

  before(async () => {
    for (let i = 0; i < 20; i++) {
      const [lon, lat] = world.facts.grids[i % world.facts.grids.length].inside
      const body = { address: `开放路${i + 1}号`, name: `${i + 1}号楼`, lon, lat: lat + i * 1e-7, units: 1, floors: 6, households: 30 }
      await ok(world.as('center').POST('/api/buildings', { body }), 201)
    }
  })

  test('the landing page leads to everything, and everything answers as it says', async () => {
    const landing = await get('')
    for (const rel of ['self', 'service-desc', 'conformance', 'data']) {
      const found = landing.links.find((l) => l.rel === rel)
      const answer = await ask(found.href)
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('content-type'), found.type)
    }
    const conformance = await get('/conformance')
    assert.ok(conformance.conformsTo.includes('http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'))
    assert.ok(conformance.conformsTo.includes('http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs'))
    const definition = JSON.parse((await ask('/api')).text)
    assert.equal(definition.openapi, '3.0.3')
    const { collections } = await get('/collections')
    assert.deepEqual(collections.map((c) => c.id), ['places', 'grids', 'buildings'])
    for (const c of collections) {
      assert.deepEqual(await get(link(c.links, 'self')), c)
      assert.equal(c.extent.spatial.bbox[0].length, 4)
      assert.ok(c.crs.includes(c.storageCrs) && c.crs[0] === CRS84)
      assert.equal((await get(link(c.links, 'items'))).type, 'FeatureCollection')
    }
  })

  test('grids, places and buildings are what the territory has', async () => {
    const grids = await items('grids')
    assert.equal(grids.length, 31)
    assert.ok(grids.every((g) => g.id.length === 15 && g.properties.kind === 'grid' && /Polygon$/.test(g.geometry.type)))
    const places = await items('places', `&under=${ROOT_CODE}`)
    assert.equal(places.length, 8)
    const buildings = await items('buildings')
    assert.ok(buildings.length > 0)
    for (const b of buildings) {
      assert.equal(b.geometry.type, 'Point')
      assert.deepEqual(Object.keys(b.properties).sort(), ['address', 'code', 'name', 'parent'])
    }
    assert.equal((await items('grids', `&code=${grids[3].id}`)).length, 1)
    assert.ok((await items('grids', `&under=${grids[0].id.slice(0, 12)}`)).every((g) => g.properties.parent === grids[0].properties.parent))
    const one = await get(`/collections/grids/items/${grids[3].id}`)
    assert.deepEqual(one.geometry, grids[3].geometry)
    assert.equal((await ask('/collections/grids/items/1')).status, 404)
    assert.equal((await ask('/collections/grids/items/nobody')).status, 404)
    assert.equal((await ask(`/collections/grids/items/${ROOT_CODE}`)).status, 404)
    assert.equal((await ask('/collections/people/items')).status, 404)
    assert.equal((await ask('/collections/people')).status, 404)
  })

  test('pages are walked by their links: each feature once, in order', async () => {
    for (const layer of ['grids', 'buildings']) {
      const all = (await items(layer)).map((f) => f.id)
      const seen = []
      let pages = 0
      for (let next = `/collections/${layer}/items?limit=7`; next; pages++) {
        const page = await get(next)
        assert.equal(page.numberReturned, page.features.length)
        seen.push(...page.features.map((f) => f.id))
        next = link(page.links, 'next')
      }
      assert.deepEqual(seen, all)
      assert.equal(pages, Math.ceil(all.length / 7))
    }
  })

  test('a box finds what meets it, in each coordinate system', async () => {
    const [b] = await items('buildings')
    const [lon, lat] = b.geometry.coordinates
    const d = 1e-6
    const found = async (box, crs) => (await items('buildings', `&bbox=${box.join(',')}${crs ? `&bbox-crs=${crs}` : ''}`)).map((f) => f.id)
    assert.ok((await found([lon - d, lat - d, lon + d, lat + d])).includes(b.id))
    assert.ok((await found([lon - d, lat - d, 0, lon + d, lat + d, 100])).includes(b.id))
    assert.ok((await found([lat - d, lon - d, lat + d, lon + d], EPSG(4490))).includes(b.id))
    const x = (lon * Math.PI * 6378137) / 180
    const y = Math.asinh(Math.tan((lat * Math.PI) / 180)) * 6378137
    assert.ok((await found([x - 0.1, y - 0.1, x + 0.1, y + 0.1], EPSG(3857))).includes(b.id))
    assert.deepEqual(await found([0, 0, 1, 1]), [])
    assert.ok((await items('grids', `&bbox=${[lon - d, lat - d, lon + d, lat + d]}`)).some((g) => g.id === b.properties.parent))
  })

  test('coordinates come in the system asked for, and the answer says in which', async () => {
    const [b] = await items('buildings')
    const [lon, lat] = b.geometry.coordinates
    const inCrs = async (crs) => {
      const answer = await ask(`/collections/buildings/items/${b.id}?crs=${crs}`)
      assert.equal(answer.headers.get('content-crs'), `<${crs}>`)
      return JSON.parse(answer.text).geometry.coordinates
    }
    assert.deepEqual(await inCrs(CRS84), [lon, lat])
    assert.deepEqual(await inCrs(EPSG(4326)), [lat, lon])
    assert.deepEqual(await inCrs(EPSG(4490)), [lat, lon])
    const [x, y] = await inCrs(EPSG(3857))
    assert.ok(Math.abs(x - (lon * Math.PI * 6378137) / 180) < 0.01)
    assert.ok(Math.abs(y - Math.asinh(Math.tan((lat * Math.PI) / 180)) * 6378137) < 0.01)
    assert.equal((await ask('/collections/grids/items')).headers.get('content-crs'), `<${CRS84}>`)
  })

  test('a day of the past is shown as it was', async () => {
    assert.equal((await items('grids', '&datetime=2026-11-18')).length, 31)
    assert.equal((await items('grids', '&datetime=2026-11-18T08:00:00%2B08:00')).length, 31)
    assert.equal((await items('grids', '&datetime=2020-01-01/..')).length, 31)
    assert.equal((await items('grids', '&datetime=../1969-12-31')).length, 0)
  })

  test('unknown parameters and bad values are 400', async () => {
    const bad = ['limit=0', 'limit=x', 'bbox=1,2,3', 'bbox=1,2,a,4', 'bbox=9,9,1,1', 'bbox-crs=4326', 'crs=EPSG:4326', 'datetime=', 'datetime=2026-02-30',
      'datetime=2026-02-02/2026-01-01', 'f=xml', 'lang=fr', 'code=x', 'under=', 'after=../..', 'colour=red', 'limit=1&limit=2']
    for (const query of bad) {
      const answer = await fetch(`${base()}/collections/grids/items?${query}`)
      assert.equal(answer.status, 400, query)
      assert.equal(answer.headers.get('content-type'), 'application/problem+json')
      const told = await answer.json()
      assert.equal(told.status, 400)
      assert.match(told.detail, /^参数 \S+ \p{Script=Han}/u)
    }
    assert.equal((await fetch(`${base()}/collections/grids/items/${ROOT_CODE}?limit=1`)).status, 400)
    const english = await fetch(`${base()}/collections/grids/items?limit=0`, { headers: { 'accept-language': 'en' } })
    assert.equal((await english.json()).detail, 'The parameter limit is no number from 1')
  })

  test('people get pages: linked, in their language, without script, with every feature', async () => {
    const page = async (path, headers = {}) => {
      const answer = await world.anyone().send('GET', path, { headers })
      assert.equal(answer.status, 200, path)
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8', path)
      assert.doesNotMatch(answer.text, /<script|<style|<[^>]* (style|on\w+)=/, path)
      assert.match(answer.headers.get('content-security-policy'), /default-src 'self'/)
      return answer.text
    }
    const seen = new Set()
    const todo = ['/api/ogc?f=html']
    while (todo.length && seen.size < 40) { // every link inside leads to something
      const path = todo.shift()
      if (seen.has(path)) continue
      seen.add(path)
      const text = await page(path)
      const links = [...text.matchAll(/href="([^"]+)"/g)].map((m) => m[1].replaceAll('&amp;', '&'))
      todo.push(...links.filter((l) => /^\/api\/ogc(\?|\/coll|\/conf)/.test(l) && l.includes('f=html') && !l.includes('/download')))
    }
    assert.ok(seen.size === 40 && [...seen].some((p) => p.includes('/items/')), 'the walk went to single features')
    const browser = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
    const grids = await page('/api/ogc/collections/grids/items', browser)
    for (const g of await items('grids')) assert.ok(grids.includes(`>${g.id}</a>`) && grids.includes(g.properties.name))
    assert.equal(grids.match(/<path /g).length, 31)
    assert.match(grids, /<html lang="zh-CN">[\s\S]*<h1>网格<\/h1>/)
    assert.match(await page('/api/ogc/collections/grids/items?lang=en', browser), /<html lang="en">[\s\S]*<h1>Grids<\/h1>/)
    assert.match(await page('/api/ogc', { ...browser, 'Accept-Language': 'en' }), /<h1>Wangge open layers<\/h1>/)
    assert.equal((await page('/api/ogc/collections/buildings/items?limit=7', browser)).match(/<circle /g).length, 7)
    assert.match(await page('/api/ogc/collections/buildings/items?limit=7', browser), /limit=7&amp;after=\d+">下一页/)
    assert.equal((await ask('/collections/grids/items?f=json')).headers.get('content-type'), 'application/geo+json')
    assert.match((await ask('/style.css')).headers.get('content-type'), /^text\/css/)
    // what somebody called a building is text
    const [lon, lat] = world.facts.grids[1].inside
    const odd = await ok(world.as('center').POST('/api/buildings', { body: { address: '<b>"1"</b>&号', name: "<img src=x onerror='1'>", lon, lat: lat + 5e-6, units: 1, floors: 6, households: 30 } }), 201)
    const one = await page(`/api/ogc/collections/buildings/items/${odd.code}?f=html`.replaceAll(' ', ''))
    assert.ok(one.includes('&lt;b&gt;&quot;1&quot;&lt;/b&gt;&amp;号') && one.includes('&lt;img src=x onerror=&#39;1&#39;&gt;') && !one.includes('<img'))
    assert.doesNotMatch((await world.anyone().send('GET', '/api/ogc?f=html&%22%3E%3Cb%3E=%22%3E%3Cb%3E')).text, /<b>/)
  })

  test('GDAL reads every layer', async () => {
    const out = execFileSync('ogrinfo', ['-ro', '-so', '-al', `OAPIF:${base()}`], { encoding: 'utf8' })
    const count = Object.fromEntries([...out.matchAll(/Layer name: (\w+)[\s\S]*?Feature Count: (\d+)/g)].map((m) => [m[1], Number(m[2])]))
    assert.equal(count.grids, 31)
    assert.equal(count.buildings, (await items('buildings')).length)
    assert.equal(count.places, (await items('places')).length)
  })

  test('OWSLib reads every layer', () => {
    const script = `
import json, sys
from owslib.ogcapi.features import Features
w = Features(sys.argv[1])
print(json.dumps({c: len(w.collection_items(c, limit=1000)['features']) for c in w.feature_collections()}))`
    const counts = JSON.parse(execFileSync('/usr/bin/python3', ['-c', script, base()], { encoding: 'utf8' }))
    assert.equal(counts.grids, 31)
    assert.ok(counts.places > 7 && counts.buildings > 0)
  })

  test('@ogcapi-js/features reads every layer', async () => {
    const service = new ogcapi.FeatureService({ baseUrl: base() })
    const conformance = await service.getConformance()
    assert.ok(conformance.conformsTo.some((c) => c.endsWith('/ogcapi-features-2/1.0/conf/crs')))
    const { collections } = await service.getCollections()
    assert.deepEqual(collections.map((c) => c.id), ['places', 'grids', 'buildings'])
    for (const { id } of collections) {
      assert.equal((await service.getCollection(id)).id, id)
      const { features } = await service.getFeatures(id, { limit: 1000 })
      assert.deepEqual(features.map((f) => f.id), (await items(id)).map((f) => f.id))
      assert.deepEqual((await service.getFeature(id, features[0].id)).geometry, features[0].geometry)
    }
    const [building] = await items('buildings')
    const [lon, lat] = building.geometry.coordinates
    const near = await service.getFeatures('buildings', { bbox: [lon - 1e-6, lat - 1e-6, lon + 1e-6, lat + 1e-6], crs: EPSG(4326) })
    assert.deepEqual(near.features.find((f) => f.id === building.id).geometry.coordinates, [lat, lon])
    const range = { start: '2020-01-01T00:00:00Z', end: '2026-11-18T00:00:00Z' }
    assert.equal((await service.getFeatures('grids', { limit: 1000, datetime: range })).features.length, 31)
    await assert.rejects(service.getFeature('grids', '1'))
  })
})
