import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barriersIn, barriersNear, type Barriers } from './barriers'

const file = (features: unknown[]): string => JSON.stringify({ type: 'FeatureCollection', name: 'export', features })
function good(made: ReturnType<typeof barriersIn>): Barriers {
  if (typeof made === 'string') throw new Error(made)
  return made
}
const road = { type: 'Feature', properties: { name: '中心路', strength: 0.4, osm_id: 17 }, geometry: { type: 'LineString', coordinates: [[114.123456789, 22.5, 12], [114.2, 22.6]] } }

test('what the server does not look at is left out', () => {
  const made = good(barriersIn('路网.geojson', `\uFEFF${file([road, { type: 'Feature', properties: null, geometry: { type: 'MultiPolygon', coordinates: [[[[1, 2], [3, 4]]]] } }, { type: 'Feature', geometry: null }])}`))
  assert.deepEqual([made.name, made.lines, made.polygons], ['路网.geojson', 1, 1])
  assert.deepEqual(made.collection['features'], [
    { type: 'Feature', properties: { name: '中心路', strength: 0.4 }, geometry: { type: 'LineString', coordinates: [[114.1234568, 22.5], [114.2, 22.6]] } },
    { type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates: [[[[1, 2], [3, 4]]]] } },
    { type: 'Feature', properties: {}, geometry: null },
  ])
})

test('what is wrong goes to the server as it is: its answer names the place', () => {
  const made = good(barriersIn('x', file([7, { type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: ['east', 2] } }])))
  assert.deepEqual(made.collection['features'], [7, { type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: ['east', 2] } }])
})

test('no JSON, no collection', () => {
  assert.equal(barriersIn('x', 'PK'), 'notJson')
  assert.equal(barriersIn('x', '[]'), 'notCollection')
  assert.equal(barriersIn('x', '{"type":"Feature"}'), 'notCollection')
})

const here = { west: 114, east: 114.2, south: 22.4, north: 22.55 }
test('what lies far away keeps its number, without a shape', () => {
  const far = { ...road, geometry: { type: 'LineString', coordinates: [[100, 30], [100.1, 30]] } }
  const odd = { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: ['a'] } }
  const sent = barriersNear(good(barriersIn('x', file([far, road, odd, 7]))), here)
  assert.ok(typeof sent === 'object')
  const features = (sent as { features: { geometry?: unknown }[] }).features
  assert.deepEqual(features.map((f) => (f.geometry === undefined ? f : f.geometry ? 'shape' : null)), [null, 'shape', 'shape', 7])
})

test('a town of far roads is small enough, as many near ones are too big', () => {
  const line = (lon: number): unknown => ({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: Array.from({ length: 10 }, (_, i) => [lon, 22.5 + i / 1000]) } })
  const town = (lon: number): ReturnType<typeof barriersNear> => barriersNear(good(barriersIn('x', file(Array.from({ length: 1500 }, () => line(lon))))), here)
  assert.equal(typeof town(90), 'object')
  assert.equal(town(114.1), 'tooBig')
})
