import { createCanvas, loadImage } from '@napi-rs/canvas'
import { describe, expect, test } from 'bun:test'
import { pnl } from '../../sql/pnl.ts'
import { waterfallChart } from '../../dashboard/charts/waterfall-chart.ts'
import { columnsOf } from '../../src/day.ts'
import { PALETTES, type Theme } from '../../src/pictures/palette.ts'
import { pnlPicture } from '../../src/pictures/pnl-picture.ts'
import { profitPicture } from '../../src/pictures/profit-picture.ts'
import { rankingPicture } from '../../src/pictures/ranking-picture.ts'
import { waterfallPicture } from '../../src/pictures/waterfall-picture.ts'
import { wording } from '../../src/wording.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aStore, bookAll, someAdSpend } from '../support/factories.ts'

const { sql } = await testDatabase()
const { nl } = await april(sql)
const now = new Date('2026-04-13T10:00:00Z')
const days = { from: '2026-04-01', to: '2026-04-13' }

async function figuresOf(store: { id: number }, currency = 'EUR') {
  const columns = columnsOf(days, 'day')
  const periods = [days, ...columns].map(({ from, to }, at) => ({ key: String(at), from, to }))
  const [figures, ...rest] = await pnl(sql, { store_ids: [store.id], currency, periods, now })
  return { figures: figures!, columns: rest }
}

/** The colours of a picture and how many of its pixels have them. */
async function coloursOf(png: Buffer) {
  const image = await loadImage(png)
  const canvas = createCanvas(image.width, image.height)
  const ctx = canvas.getContext('2d')
  ctx.drawImage(image, 0, 0)
  const data = new Uint32Array(ctx.getImageData(0, 0, image.width, image.height).data.buffer)
  const counts = new Map<number, number>()
  for (const pixel of data) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
  const pixel = (colour: string) => new DataView(Uint8Array.fromHex(`${colour.slice(1)}ff`).buffer).getUint32(0, true)
  return { width: image.width, height: image.height, of: (colour: string) => counts.get(pixel(colour)) ?? 0 }
}

const words = wording('en')
const of = { name: 'NL shop', title: 'This month', words }

describe.each(['light', 'dark'] as Theme[])('pictures, %s', (theme) => {
  const palette = PALETTES[theme]

  test('of a profit are on the surface of the theme, in its accent and without red, 1080 pixels wide', async () => {
    const { figures, columns } = await figuresOf(nl)
    const pictures = [
      await pnlPicture({ ...of, figures, theme }),
      await waterfallPicture({ ...of, figures, theme }),
      await profitPicture({ ...of, figures, columns, grain: 'day', theme }),
    ]
    for (const picture of pictures) {
      const colours = await coloursOf(picture)
      expect(colours.width).toBe(1080)
      expect(colours.height).toBeLessThan(1350)
      expect(colours.of(palette.surface)).toBeGreaterThan(colours.width * colours.height * 0.4)
      expect(colours.of(palette.profit)).toBeGreaterThan(1_000)
      expect(picture.length).toBeLessThan(400_000)
    }
    expect((await coloursOf(pictures[0]!)).of(palette.loss)).toBe(0)
  })

  test('of a loss are red', async () => {
    const store = await aStore(sql, { slug: `loss-${theme}` })
    const product_id = await aProduct(sql, store, { unit_cost: '40' })
    await anOrder(sql, store, { day: '2026-04-02', lines: [{ product_id, price_minor: 5_000 }] })
    await someAdSpend(sql, store, { day: '2026-04-02', amount_minor: 9_000 })
    await bookAll(sql, store)
    const { figures, columns } = await figuresOf(store)
    expect(figures.net_profit).toStartWith('-')
    for (const picture of [
      await pnlPicture({ ...of, figures, theme }),
      await waterfallPicture({ ...of, figures, theme }),
      await profitPicture({ ...of, figures, columns, grain: 'day', theme }),
    ])
      expect((await coloursOf(picture)).of(palette.loss)).toBeGreaterThan(1_000)
  })
})

test('a ranking draws a bar for each row, red below zero, whatever the names are', async () => {
  const rows = [
    { name: 'Lamp '.repeat(60), amount: '5000.10' },
    { name: '<b>Stool</b> & מנורה 灯', amount: '2500.00' },
    { name: '', amount: '0.00' },
    { name: 'Chair', amount: '-2500.00' },
  ]
  const ranking = { title: 'Products', note: 'CM3', currency: 'EUR', words, theme: 'light' as const }
  const { of, height } = await coloursOf(await rankingPicture({ ...ranking, rows }))
  expect(of(PALETTES.light.profit) / of(PALETTES.light.loss)).toBeGreaterThan(2)
  expect(height).toBe((await coloursOf(await rankingPicture({ ...ranking, rows: rows.slice(1) }))).height + 92)
  expect((await rankingPicture({ ...ranking, rows: [] })).length).toBeGreaterThan(0)
})

test('a period without facts can be drawn', async () => {
  const { figures, columns } = await figuresOf(await aStore(sql, { slug: 'empty', currency: 'JPY' }), 'JPY')
  const empty = { ...of, figures, theme: 'light' as const }
  for (const picture of [
    pnlPicture(empty),
    waterfallPicture(empty),
    profitPicture({ ...empty, columns, grain: 'day' }),
  ])
    expect((await coloursOf(await picture)).of(PALETTES.light.text)).toBeGreaterThan(500)
})

test('each step of a waterfall starts where the one before ended', () => {
  const step = (value: number, total = false) => ({ label: '', value, total, text: '' })
  const { data } = waterfallChart({
    steps: [step(100, true), step(-70), step(-50), step(-20, true)],
    axis: String,
    palette: PALETTES.light,
    font: 'x',
  })
  expect(data.datasets[0]!.data).toEqual([[0, 100], [100, 30], [30, -20], [0, -20]]) // prettier-ignore
})

test('the colours of pictures are those of the dashboard', async () => {
  const css = await Bun.file(new URL('../../dashboard/app/tokens.css', import.meta.url)).text()
  const token = (name: string) => new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(css)!.slice(1)
  const names = { bar: 'bar', barOpen: 'bar-open', profit: 'accent', loss: 'loss', lossSoft: 'loss-soft', ink: 'ink-3', text: 'ink', rule: 'rule', zero: 'field-border', surface: 'surface', muted: 'ink-2' } as const // prettier-ignore
  for (const [name, cssName] of Object.entries(names) as [keyof typeof names, string][])
    expect([PALETTES.light[name], PALETTES.dark[name]]).toEqual(token(cssName) as [string, string])
})
