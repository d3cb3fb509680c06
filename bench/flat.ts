import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { connect } from '../sql/connect.ts'
import { addDays } from '../src/day.ts'
import { benchDatabase, say } from './bench-database.ts'
import { measureGrowth } from './growth.ts'
import { load } from './load.ts'
import { hottestPlans } from './plans.ts'
import { type Server, signIn, startService } from './servers.ts'

/**
 * `bun run bench:flat`: whether answers cost the same as a team grows. Reports at 1, 10 and 100 times the orders; on the large database of
 * `bun run bench`, pages of lists 1 and 1,000, what is behind a figure, what-if, and the plans of the five hottest queries. Milliseconds of
 * one client, with nothing kept. `--only growth|lists|plans`; writes flat.md below .data.
 */
const { values: given } = parseArgs({ options: { only: { type: 'string' } } })
const wants = (part: string) => given.only === undefined || given.only === part
const today = new Date().toISOString().slice(0, 10)
const report: string[] = []
const tell = (lines: string[]) => {
  for (const line of lines) console.log(line)
  report.push(...lines, '')
}

if (wants('growth')) tell(await measureGrowth(say, today))
if (wants('lists') || wants('plans')) {
  const database = await benchDatabase('large', today, { fresh: false })
  const service = await startService(database.appUrl, 'service', { KEPT_ANSWERS_MB: '0' })
  try {
    const token = await signIn(service)
    if (wants('lists')) tell([...(await pages(service, token)), '', ...(await behindFigures(service, token))])
    if (wants('plans')) {
      const sql = connect(database.appUrl, { max: 1 })
      tell(await hottestPlans(sql, today))
      await sql.end()
    }
  } finally {
    await service.stop()
    await database.stop()
  }
}
mkdirSync(join(import.meta.dir, '../.data'), { recursive: true })
await Bun.write(join(import.meta.dir, '../.data/flat.md'), report.join('\n'))

/** What a page takes that lies a thousand pages on, or as far as there are rows. */
async function pages(server: Server, token: string): Promise<string[]> {
  const all = `start=${addDays(today, -1_095)}&end=${today}`
  const lists = {
    orders: '/orders?limit=50',
    'daily rows': `/financials/daily?limit=50&${all}`,
    'product days': `/financials/product-performance?limit=50&${all}`,
    'ad spend': `/financials/ad-spend?limit=50&${all}`,
    products: '/products?limit=50',
    'exchange rates': `/fx-rates?limit=50&${all}`,
  }
  const lines = ['| list | page | first page | that page | ÷ |', '| --- | --- | --- | --- | --- |']
  for (const [list, path] of Object.entries(lists)) {
    let deep = 1_000
    let cursor: string | null = null
    for (; deep > 1 && cursor === null; deep = Math.floor(deep / 2)) cursor = await cursorTo(server, token, path, deep)
    const first = await took(server, token, path)
    const that = await took(server, token, `${path}&cursor=${cursor}`)
    lines.push(
      `| ${[list, cursor === null ? 1 : deep * 2, first.toFixed(1), that.toFixed(1), (that / first).toFixed(2)].join(' | ')} |`,
    )
  }
  return lines
}

/** What a month would have been with goods 8 % dearer, once warmed up. */
async function whatIf({ address }: Server, token: string, store?: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ start: addDays(today, -29), end: today, cogs_percent: '8', ...(store && { store }) })
  let ms = 0
  for (let time = 0; time < 3; time += 1) {
    const begun = performance.now()
    const answer = await fetch(`${address}/financials/what-if`, { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(`what-if: ${answer.status} ${await answer.text()}`)
    await answer.arrayBuffer()
    ms = performance.now() - begun
  }
  return ms
}

async function cursorTo({ address }: Server, token: string, path: string, page: number): Promise<string | null> {
  const answer = await fetch(`${address}${path}&offset=${(page - 2) * 50}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return ((await answer.json()) as { next: string | null }).next
}

async function behindFigures(server: Server, token: string): Promise<string[]> {
  const month = `start=${addDays(today, -29)}&end=${today}`
  const first = await fetch(`${server.address}/orders?limit=1`, { headers: { authorization: `Bearer ${token}` } })
  const [order] = ((await first.json()) as { data: { id: number }[] }).data
  const asked = {
    'the entries of an order': `/orders/${order?.id}`,
    'the orders behind the revenue of a month, one store': `/financials/line-orders?line=revenue&${month}&store=store-1`,
    'the same, 200 stores': `/financials/line-orders?line=revenue&${month}`,
  }
  const lines = ['| behind a figure, 5 million entries | ms |', '| --- | --- |']
  for (const [question, path] of Object.entries(asked))
    lines.push(`| ${question} | ${(await took(server, token, path)).toFixed(1)} |`)
  lines.push(`| what-if of a month, one store | ${(await whatIf(server, token, 'store-1')).toFixed(1)} |`)
  lines.push(`| what-if of a month, 200 stores | ${(await whatIf(server, token)).toFixed(1)} |`)
  return lines
}

async function took({ address }: Server, token: string, path: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  await load(address, path, { clients: 1, ms: 200, headers })
  return (await load(address, path, { clients: 1, ms: 1_000, headers })).p50
}
