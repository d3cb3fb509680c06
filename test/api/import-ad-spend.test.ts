import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore, aRate } from '../support/factories.ts'
import { countsOf, importsOf } from '../support/imports.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('finance')
const { send, preview, apply, undo, act, profits, said } = importsOf(api, token)

const file = (name: string) => readFileSync(new URL(`../ingest/files/${name}`, import.meta.url))
const spendOf = async (slug: string) =>
  (
    await sql<{ row: string }[]>`
      select concat_ws(' ', a.day, a.platform, nullif(a.campaign, ''), a.amount_minor, nullif(a.claimed_minor, 0), a.currency) as row
      from ad_spend a join stores s on s.id = a.store_id where s.slug = ${slug} order by a.day, a.campaign`
  ).map(({ row }) => row)

const FILES: Record<string, { rows: string[]; skipped: number[] }> = {
  'meta-en.csv': {
    rows: [
      '2026-04-01 meta Prospecting, broad 8825 24010 EUR',
      '2026-04-01 meta Spring sale 123450 520000 EUR',
      '2026-04-02 meta Prospecting, broad 0 EUR',
      '2026-04-02 meta Spring sale 31000 98000 EUR',
    ],
    skipped: [6],
  },
  'meta-nl.csv': { rows: ['2026-04-01 meta Lente 123450 EUR', '2026-04-02 meta Lente 31000 EUR'], skipped: [4] },
  'meta-de.csv': { rows: ['2026-04-01 meta Frühling 123450 EUR', '2026-04-02 meta Frühling 31000 EUR'], skipped: [4] },
  'meta-fr.csv': { rows: ['2026-04-01 meta Printemps 123450 USD', '2026-04-02 meta Printemps 31000 USD'], skipped: [] },
  'google-en.csv': {
    rows: [
      '2026-04-01 google Brand 102040 410000 EUR',
      '2026-04-01 google Shopping 5560 EUR',
      '2026-04-02 google Brand 9999 31050 EUR',
    ],
    skipped: [7, 8],
  },
  'google-de.tsv': {
    rows: ['2026-04-01 google Marke 102040 410000 EUR', '2026-04-02 google Marke 9999 31050 EUR'],
    skipped: [6],
  },
}
Object.assign(FILES, {
  'tiktok-en.csv': {
    rows: [
      '2026-04-01 tiktok Spark ads 8825 24010 EUR',
      '2026-04-01 tiktok Spring video 123450 520000 EUR',
      '2026-04-02 tiktok Spring video 31000 98000 EUR',
    ],
    skipped: [5],
  },
  'tiktok-de.csv': {
    rows: ['2026-04-01 tiktok Frühling 123450 EUR', '2026-04-02 tiktok Frühling 31000 EUR'],
    skipped: [4],
  },
  'snapchat-en.csv': {
    rows: ['2026-04-01 snapchat Lenses 12040 21000 EUR', '2026-04-02 snapchat Lenses 9999 EUR'],
    skipped: [],
  },
  'pinterest-en.csv': {
    rows: [
      '2026-04-01 pinterest Catalogue 1200 EUR',
      '2026-04-01 pinterest Mood board 4510 15000 EUR',
      '2026-04-02 pinterest Mood board 4405 9995 EUR',
    ],
    skipped: [5],
  },
  'microsoft-en.csv': {
    rows: [
      '2026-04-01 microsoft Brand 102040 410000 EUR',
      '2026-04-01 microsoft Shopping 5560 EUR',
      '2026-04-02 microsoft Brand 9999 31050 EUR',
    ],
    skipped: [14, 16],
  },
})
await aRate(sql, 'USD', '2026-04-01', '1.25')

for (const [name, { rows, skipped }] of Object.entries(FILES))
  test(`${name} gives its days and campaigns, and names its totals`, async () => {
    const { slug } = await aStore(sql)
    const shown = await preview('ad-spend', file(name), `store=${slug}&file_name=${name}`)
    expect(countsOf(shown)).toEqual({ added: rows.length, changed: 0, unchanged: 0, unknown: 0, rejected: 0, skipped: skipped.length }) // prettier-ignore
    expect(shown.issues.map(({ line, result }) => [line, result])).toEqual(skipped.map((line) => [line, 'skipped']))
    expect(await spendOf(slug)).toEqual([])
    const before = await profits(shown.effect.months)
    expect(before).toEqual(said(shown, 'before'))
    const applied = await apply(shown.id)
    expect<object>({ ...applied, applied_at: null, status: 'previewed' }).toEqual(shown)
    expect(await spendOf(slug)).toEqual(rows)
    expect(await profits(shown.effect.months)).toEqual(said(shown, 'after'))
    expect(await apply(shown.id)).toEqual(applied)
    await undo(shown.id)
    expect(await spendOf(slug)).toEqual([])
    expect(await profits(shown.effect.months)).toEqual(before)
  })

test('the same file again is unchanged, a restated day is changed, and undoing that brings the first figure back', async () => {
  const { slug } = await aStore(sql)
  const first = await preview('ad-spend', gzipSync(file('meta-nl.csv')), `store=${slug}`, 'application/gzip')
  await apply(first.id)
  expect(countsOf(await preview('ad-spend', file('meta-nl.csv'), `store=${slug}`))).toMatchObject({ added: 0, unchanged: 2 }) // prettier-ignore
  const restated = file('meta-nl.csv').toString().replace('310,00', '312,34')
  const second = await preview('ad-spend', restated, `store=${slug}`)
  expect(countsOf(second)).toMatchObject({ changed: 1, unchanged: 1 })
  expect(second.effect.totals).toEqual([{ currency: 'EUR', orders: 0, net_profit_before: -1544.5, net_profit_after: -1546.84, net_profit_change: -2.34 }]) // prettier-ignore
  await apply(second.id)
  const refused = await act(first.id, 'undo')
  expect([refused.status, refused.body['detail']]).toEqual([
    409,
    'This import cannot be undone, because something was changed since: the ad spend of meta on 2026-04-02. Undo or correct that first.',
  ])
  await undo(second.id)
  expect(await spendOf(slug)).toEqual(['2026-04-01 meta Lente 123450 EUR', '2026-04-02 meta Lente 31000 EUR'])
  await undo(first.id)
  expect(await spendOf(slug)).toEqual([])
})

test('a changed world is noticed: nothing is done, and the preview is made anew', async () => {
  const { slug } = await aStore(sql)
  const shown = await preview('ad-spend', file('meta-nl.csv'), `store=${slug}`)
  const posted = { date: '2026-04-02', store: slug, platform: 'meta', campaign: 'Lente', amount: 310 }
  await api.post('/financials/ad-spend', posted, token)
  expect((await act(shown.id, 'apply')).status).toBe(409)
  expect(await spendOf(slug)).toEqual(['2026-04-02 meta Lente 31000 EUR'])
  expect((await api.get(`/imports/${shown.id}`, token)).body).toMatchObject({ status: 'previewed', added: 1, unchanged: 1 }) // prettier-ignore
  expect(await apply(shown.id)).toMatchObject({ status: 'applied', added: 1 })
})

test('rows by ad and audience are added up, exactly', async () => {
  const { slug } = await aStore(sql)
  const csv = `Day,Campaign,Age,Cost micros\n${['0.1', '0.2'].map((_, at) => `2026-04-01,Brand,${at},${at === 0 ? 100000 : 200000}`).join('\n')}\n2026-04-01,Brand,65+,5000\n` // prettier-ignore
  await apply((await preview('ad-spend', csv, `store=${slug}`)).id)
  expect(await spendOf(slug)).toEqual(['2026-04-01 google Brand 31 EUR'])
})

test('what cannot be told is refused in words', async () => {
  const { slug } = await aStore(sql)
  const problems: Record<string, string> = {}
  for (const [name, content] of Object.entries({
    dates: 'Day,Campaign name,Amount spent (EUR)\n03/04/2026,A,1.00\n',
    kind: 'Name,Amount,Interval\nRent,1200,month\n',
    columns: 'a,b,c\n1,2,3\n',
    mixed: 'Day,Campaign name,Amount spent (EUR)\n2026-04-01,A,1.50\n2026-04-02,A,"2,75"\n',
    empty: ' \n',
  }))
    problems[name] = String((await send('ad-spend', content, `store=${slug}`)).body['detail'])
  expect(problems).toEqual({
    dates: 'The date 03/04/2026 may begin with the day or with the month. Say which: dates=dmy or dates=mdy, or export dates as 2026-04-13.',
    kind: 'This looks like a file of fixed costs (line 1 names its columns). Send it to /imports/fixed-costs.',
    columns: 'No line of the beginning names the columns of ad spend: date, store, platform, amount, currency, campaign, account, claimed, product_id. The first line has: "a", "b", "c".',
    mixed: 'The amounts mix decimal commas and points: 2,75 and 1.50. Write all of them in one way.',
    empty: 'No line of the beginning names the columns of ad spend: date, store, platform, amount, currency, campaign, account, claimed, product_id. The first line has: " ".',
  }) // prettier-ignore
  const read = await preview(
    'ad-spend',
    'Day,Campaign name,Amount spent (EUR)\n03/04/2026,A,1.00\n',
    `store=${slug}&dates=dmy`,
  )
  expect(read.added).toBe(1)
})

test('10,000 rows with one bad one: it is named, and the others are booked', async () => {
  const { slug } = await aStore(sql)
  const rows = Array.from(
    { length: 10_000 },
    (_, at) => `2026-04-0${(at % 9) + 1},Campaign ${at},${at === 4_321 ? 'x' : '1.50'}`,
  )
  const shown = await preview('ad-spend', `Day,Campaign name,Amount spent (EUR)\n${rows.join('\n')}\n`, `store=${slug}`)
  expect(countsOf(shown)).toMatchObject({ added: 9_999, rejected: 1 })
  expect(shown.issues).toEqual([
    { line: 4_323, result: 'rejected', reason: 'the amount "x" is not an amount such as 1234.50' },
  ])
  await apply(shown.id)
  expect(await spendOf(slug)).toHaveLength(9_999)
}, 300_000)

test('two that apply one import at once have one effect and the same answer', async () => {
  const { slug } = await aStore(sql)
  const { id } = await preview('ad-spend', file('google-en.csv'), `store=${slug}`)
  const answers = await Promise.all([1, 2, 3].map(() => act(id, 'apply')))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  const entries = await sql`select 1 from ledger_entries e join stores s on s.id = e.store_id where s.slug = ${slug}`
  expect(entries).toHaveLength(3)
})

test('a hand-posted day counts again after an undo', async () => {
  const { slug } = await aStore(sql)
  await api.post('/financials/daily', { date: '2026-04-01', store: slug, ad_spend: 77 }, token)
  const shown = await preview('ad-spend', file('meta-de.csv'), `store=${slug}`)
  await apply(shown.id)
  expect(await profits(shown.effect.months)).toEqual({ [`${slug} 2026-04`]: '-1544.50' })
  await undo(shown.id)
  expect(await profits(shown.effect.months)).toEqual({ [`${slug} 2026-04`]: '-77.00' })
})
