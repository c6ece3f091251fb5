import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boxOf, tilesOf, tilesShown } from './tiles'

test('the box of a polygon holds all its corners', () => {
  const box = boxOf({ type: 'Polygon', coordinates: [[[102.7, 25], [102.8, 25.1], [102.75, 24.9], [102.7, 25]]] })
  assert.deepEqual(box, { west: 102.7, east: 102.8, south: 24.9, north: 25.1 })
  assert.equal(boxOf(null), null)
  assert.equal(boxOf({ type: 'Polygon' }), null)
})

test('tiles of a box are those of the web Mercator grid', () => {
  assert.deepEqual(tilesOf({ west: 0.1, east: 0.2, south: 0.1, north: 0.2 }, 1), [{ x: 1, y: 0, z: 1 }])
  assert.equal(tilesOf({ west: 102.72, east: 102.73, south: 25.03, north: 25.04 }, 15).length <= 6, true)
})

test('a view shows the tiles under its corners, none closer than its layer has', () => {
  const centre = [102.725, 25.0375] as const
  assert.deepEqual(tilesShown('grids', centre, 15, 390, 784), [{ x: 12866, y: 7014, z: 14 }, { x: 12867, y: 7014, z: 14 }])
  assert.deepEqual(tilesShown('buildings', centre, 15, 2, 2).map((tile) => tile.z), [15])
  assert.equal(tilesShown('grids', centre, 13, 1440, 900).every((tile) => tile.z === 13), true)
})
