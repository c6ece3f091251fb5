/* Photos that look like something: drawn in a page, another one for each number. */

function draw({ n, tidy }) {
  const board = document.createElement('canvas')
  board.width = 1200
  board.height = 900
  const pen = board.getContext('2d')
  let seed = n * 7919 + 17
  const dice = (most) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return (seed / 2147483648) * most
  }
  const sky = pen.createLinearGradient(0, 0, 0, 500)
  sky.addColorStop(0, `hsl(${200 + dice(20)} 45% 72%)`)
  sky.addColorStop(1, 'hsl(40 30% 90%)')
  pen.fillStyle = sky
  pen.fillRect(0, 0, 1200, 900)
  pen.fillStyle = `hsl(${20 + dice(25)} 28% 62%)`
  pen.fillRect(80 + dice(60), 120, 1040, 480)
  for (let y = 0; y < 3; y++)
    for (let x = 0; x < 6; x++) {
      pen.fillStyle = 'hsl(205 30% 38%)'
      pen.fillRect(190 + x * 160, 160 + y * 130, 90, 80)
      pen.fillStyle = 'hsl(205 40% 66%)'
      pen.fillRect(196 + x * 160, 166 + y * 130, 36, 68)
    }
  pen.fillStyle = 'hsl(30 6% 58%)'
  pen.fillRect(0, 600, 1200, 300)
  pen.fillStyle = 'hsl(30 6% 66%)'
  for (let x = -200; x < 1200; x += 120) pen.fillRect(x + dice(30), 600, 4, 300)
  for (let i = 0; i < (tidy ? 0 : 26); i++) {
    pen.fillStyle = ['hsl(0 0% 16%)', 'hsl(140 20% 30%)', 'hsl(36 40% 48%)', 'hsl(210 30% 75%)'][Math.floor(dice(4))]
    pen.beginPath()
    pen.ellipse(380 + dice(460), 690 + dice(120), 34 + dice(58), 26 + dice(44), dice(3), 0, 7)
    pen.fill()
  }
  return board.toDataURL('image/jpeg', 0.85).split(',')[1]
}

/** @returns {Promise<(n: number, tidy?: boolean) => Promise<Buffer>>} */
export async function photographer(browser) {
  const page = await browser.newPage()
  return async (n, tidy = false) => Buffer.from(await page.evaluate(draw, { n, tidy }), 'base64')
}
