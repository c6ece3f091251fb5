/* Pages that begin with data of their own, and addresses that lead nowhere, as a resident's phone sees them. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ok } from '../tests/harness.mjs'
import { PHONE } from './lib/browser.mjs'
import { sees } from './lib/faces.mjs'
import { Street } from './lib/street.mjs'

const street = new Street('pages', { env: { WANGGE_RATE_FACTOR: '0' } })
const hostile = '</script><script>alert(1)</script><!--"\'\\'
let building, evil

before(async () => {
  await street.open()
  await street.sessions('center', 'leader1')
  building = (await ok(street.as('center').GET('/api/buildings', { params: { query: { under: street.facts.home } } }))).items[0]
  const [lon, lat] = street.grid().inside
  const body = { address: '恶意路 1 号', name: hostile, lon, lat, units: 1, floors: 1, households: 1 }
  evil = await ok(street.as('leader1').POST('/api/buildings', { body }), 201)
})
after(() => street.close())

/** A phone, and what it asked of the API but the catalogue, which is fetched ahead for the report form. */
async function phone(how = {}) {
  const p = await street.person('resident', { ...PHONE, ...how })
  const asked = []
  const ahead = p.context.waitForEvent('request', { predicate: (r) => r.url().endsWith('/api/catalogue'), timeout: 0 })
  ahead.catch(() => undefined) // left before
  p.context.on('request', (r) => {
    const { pathname } = new URL(r.url())
    if (pathname.startsWith('/api/') && pathname !== '/api/catalogue') asked.push(pathname)
  })
  return { p, asked, ahead }
}

test('a door\'s page needs no request for data; its report form\'s is there before it is opened', async () => {
  const { p, asked, ahead } = await phone()
  await p.open(`/b/${building.code}`)
  await sees(p.page.getByText(building.address))
  await sees(p.page.getByText('网格员', { exact: true }))
  assert.deepEqual(asked, [])
  await p.page.waitForRequest((r) => r.url().endsWith('/api/catalogue'))
  await p.tap(p.page.getByRole('button', { name: '反映问题' }))
  await sees(p.page.locator('.chip'))
  assert.deepEqual(asked, [])
  p.check()
  await street.leave(p)
})

test('whoever chose English gets the post in English, by a request', async () => {
  const { p, asked } = await phone({ language: 'en' })
  await p.open(`/b/${building.code}`)
  await sees(p.page.getByText('Grid member', { exact: true }))
  assert.deepEqual(asked, [`/api/public/buildings/${building.code}`])
  p.check()
  await street.leave(p)
})

test('a name that looks like markup is shown as it is', async () => {
  const { p, asked } = await phone()
  p.context.on('dialog', () => assert.fail('a script of a name ran'))
  await p.open(`/b/${evil.code}`)
  await sees(p.page.getByText(hostile))
  assert.deepEqual(asked, [])
  p.check()
  await street.leave(p)
})

test('an unknown code says so with the page, and leads on', async () => {
  const { p, asked } = await phone()
  p.expect(/404 .*\/b\//)
  await p.open('/b/5301030030019999999')
  await sees(p.page.getByText('没有找到这栋楼', { exact: false }))
  assert.deepEqual(asked, [])
  await sees(p.page.getByRole('button', { name: '按位置反映问题' }))
  p.check()
  await street.leave(p)
})

test('the contact card\'s code leads to its grid and member', async () => {
  const { p, asked } = await phone()
  await p.open(`/g/${street.facts.home}`)
  await sees(p.page.getByRole('heading', { name: street.grid().name }))
  await sees(p.page.getByRole('link', { name: /打电话/ }))
  assert.deepEqual(asked, [])
  p.check()
  await street.leave(p)
})

test('an address that does not exist shows the ways on', async () => {
  const { p } = await phone()
  p.expect(/404 .*\/nothing\/here/)
  await p.open('/nothing/here')
  await sees(p.page.getByRole('heading', { name: '没有这个页面' }))
  for (const name of ['回到首页', '反映问题', '查询进度', '我的网格员']) await sees(p.page.getByRole('link', { name }))
  await p.tap(p.page.getByRole('link', { name: '回到首页' }))
  await p.page.waitForURL(`${p.base}/`)
  p.check()
  await street.leave(p)
})
