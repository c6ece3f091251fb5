/* The member's phone without a network: nothing is lost, nothing arrives twice, and what the server refuses stays on the phone until
 * its owner decides. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe } from 'node:test'
import { ok, PASSWORD, until } from '../tests/harness.mjs'
import { act, residentReport } from '../tests/lib/journey.mjs'
import { PHONE } from './lib/browser.mjs'
import { sees } from './lib/faces.mjs'
import { HANGS_MS, steps, Street } from './lib/street.mjs'

/** What Chromium notes about requests that the missing network swallowed. */
const CUT_OFF = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_NETWORK_CHANGED/

describe('the phone without a network', { timeout: HANGS_MS }, () => {
  const street = new Street('offline')
  const step = steps(() => street, 'offline')
  let me, phone, page, had

  /** How many cases the member's grid holds. */
  const total = async () => (await ok(me.GET('/api/cases', { params: { query: { under: street.facts.home, limit: 1 } } }))).total
  const pill = (on = page) => on.locator('a[href="/app/outbox"]').first()
  const pillSays = (words, on = page) => sees(pill(on).filter({ hasText: words }))

  async function report(n) {
    await phone.photograph(page.getByText('拍现场照片'), await street.photo(n))
    await phone.tap(page.getByRole('radio', { name: '暴露垃圾' }))
    await phone.tap(page.getByRole('button', { name: '提交' }))
  }

  before(async () => {
    await street.open()
    const [longitude, latitude] = street.grid().inside
    phone = await street.colleague('member1', { ...PHONE, permissions: ['geolocation'], geolocation: { longitude, latitude, accuracy: 15 } })
    phone.expect(CUT_OFF)
    me = await street.signIn('member1')
    page = await phone.open('/app/')
    await sees(page.getByRole('heading', { name: /您好/ }))
    await page.evaluate(() => new Promise((ready) => {
      if (navigator.serviceWorker.controller) ready()
      else navigator.serviceWorker.addEventListener('controllerchange', () => ready(), { once: true })
    }))
  })
  after(() => street.close())
  beforeEach(async () => {
    had = await total()
  })

  step('a report made off line survives a reload and arrives once', async () => {
    await page.goto(`${phone.base}/app/report`)
    await sees(page.getByText(street.grid().name))
    await phone.context.setOffline(true)
    await report(21)
    await sees(page.getByRole('heading', { name: '已保存' }))
    await phone.tap(page.getByRole('button', { name: '回到今日' }))
    await page.reload()
    await sees(page.getByText(/没有网络，可以继续填写|没有连上服务器/)) // the browser may not know yet that it is off line
    await pillSays('待上传 1')
    await phone.tap(pill())
    await sees(page.getByText('等待上传'))
    await phone.shot('offline-outbox')
    assert.equal(await total(), had)

    await phone.context.setOffline(false)
    await sees(page.getByText('没有待上传的内容'))
    await sees(page.getByText(/编号 \d{8}-\d+ · 回执 [0-9a-f]{8}/))
    assert.equal(await total(), had + 1)
  })

  step('the form comes with its draft, however slow the phone is: nothing entered is lost to it', async () => {
    const words = page.getByRole('textbox')
    await phone.turn('/app/report')
    await words.fill('写到一半的话')
    await until('the draft is kept', () => page.evaluate(async () => {
      const [{ name }] = (await indexedDB.databases()).filter((d) => d.name.startsWith('wangge-'))
      const db = await new Promise((done) => { indexedDB.open(name).onsuccess = (e) => done(e.target.result) })
      const kept = await new Promise((done) => { db.transaction('drafts').objectStore('drafts').get('report').onsuccess = (e) => done(e.target.result) })
      globalThis.slow = db
      return kept?.text
    }), (text) => text === '写到一半的话')
    await phone.turn('/app/')
    await sees(page.getByRole('heading', { name: /您好/ }))
    await page.evaluate(() => { // whoever reads the draft waits until this ends
      const store = globalThis.slow.transaction('drafts', 'readwrite').objectStore('drafts')
      const on = () => { if (globalThis.slow) store.count().onsuccess = on }
      on()
    })
    await page.evaluate(() => {
      history.pushState(null, '', '/app/report')
      dispatchEvent(new PopStateEvent('popstate', { state: null }))
    })
    await sees(page.getByRole('heading', { name: '上报' }))
    await sees(page.locator('.wg-skeleton'))
    assert.equal(await words.count(), 0)
    await page.evaluate(() => {
      globalThis.slow.close()
      globalThis.slow = null
    })
    await sees(words)
    assert.equal(await words.inputValue(), '写到一半的话')
    await words.fill('')
  })

  step('a report whose answer was lost is asked for again, not made again', async () => {
    let lost = 0
    await phone.context.route('**/api/cases', async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return route.continue()
      lost++
      await route.fetch()
      return route.abort('connectionreset')
    })
    phone.expect(/ERR_CONNECTION_RESET/)
    await page.goto(`${phone.base}/app/report`)
    await sees(page.getByText(street.grid().name))
    await report(22)
    await sees(page.getByRole('heading', { name: '已上报' }))
    await phone.context.unroute('**/api/cases')
    assert.equal(lost, 1)
    assert.equal(await total(), had + 1)
  })

  step('two tabs that come back at the same moment send everything once', async () => {
    const sent = []
    phone.context.on('request', (r) => {
      if (r.method() === 'POST' && new URL(r.url()).pathname === '/api/cases') sent.push(r.headers()['idempotency-key'])
    })
    await page.goto(`${phone.base}/app/report`)
    await sees(page.getByText(street.grid().name))
    const other = await phone.context.newPage()
    await other.goto(`${phone.base}/app/`)
    await pillSays('全部已上传', other)
    await phone.context.setOffline(true)
    await page.bringToFront()
    await report(23)
    await sees(page.getByRole('heading', { name: '已保存' }))
    await phone.tap(page.getByRole('button', { name: /^再报一条/ }))
    await report(24)
    await sees(page.getByRole('heading', { name: '已保存' }))
    await pillSays('待上传 2', other)
    await phone.context.setOffline(false)
    await pillSays('全部已上传', other)
    await sees(page.getByRole('heading', { name: '已上报' }))
    assert.equal(await total(), had + 2)
    assert.equal(new Set(sent).size, 2)
    await other.close()
  })

  step('what the server refuses is kept and shown with its reason', async () => {
    const { id } = await residentReport(street)
    await page.goto(`${phone.base}/app/cases/${id}`)
    await sees(page.getByRole('button', { name: '现场处置' }))
    await phone.context.setOffline(true)
    await phone.tap(page.getByRole('button', { name: '更多' }))
    await phone.tap(page.getByRole('button', { name: /^上报中心/ }))
    await page.getByLabel(/^说明/).fill('门锁着，进不去')
    await phone.tap(page.getByRole('button', { name: '提交' }))
    await sees(page.getByText('您的操作还没有传上去'))
    await act(me, id, 'escalate', {}) // the same member, on another phone

    phone.expect(/40[39] \(.*\/actions/)
    phone.expect(/412 \(.*\/actions/)
    await phone.context.setOffline(false)
    await sees(page.getByText('您的操作没有被接收'))
    await phone.tap(page.getByText('您的操作没有被接收'))
    await sees(page.getByText('被退回'))
    await sees(page.getByText('上报中心 ·'))
    const why = await page.locator('.alert').first().innerText()
    assert.match(why, /\p{Script=Han}{6}/u)
    await phone.shot('offline-refused')
    await page.reload()
    await sees(page.getByText('被退回')) // still there
    await phone.tap(page.getByRole('button', { name: '删除' }))
    await phone.tap(page.getByRole('dialog').getByRole('button', { name: '删除' }))
    await sees(page.getByText('没有待上传的内容'))
  })

  step('a session that ended asks for the password and loses nothing', async () => {
    const [{ value: token }] = await phone.context.cookies()
    await page.goto(`${phone.base}/app/report`)
    await sees(page.getByText(street.grid().name))
    phone.expect(/401 \(/)
    await street.anyone({ token }).DELETE('/api/session')
    await report(25)
    const ask = page.getByRole('dialog').filter({ hasText: '登录已过期' })
    await sees(ask)
    assert.equal(await total(), had)
    await ask.getByLabel('密码').fill(PASSWORD)
    await phone.tap(ask.getByRole('button', { name: '继续' }))
    await sees(page.getByRole('heading', { name: '已上报' }))
    assert.equal(await until('the case', total, (n) => n > had), had + 1)
  })
})
