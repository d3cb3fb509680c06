import { expect } from 'bun:test'
import type { Sql } from '../../sql/connect.ts'
import type { Answer, TestApi } from './api.ts'
import { until } from './until.ts'

type Month = {
  store: string
  month: string
  net_profit_before: number
  net_profit_after: number
  net_profit_change: number
}
export type Imported = Record<string, unknown> & {
  kind: string
  applied_at: string | null
  undone_at: string | null
  id: number
  status: string
  added: number
  changed: number
  unchanged: number
  unknown: number
  rejected: number
  skipped: number
  notes: string[]
  issues: { line: number; result: string; reason: string }[]
  effect: { orders: number; months: Month[]; totals: object[] }
}

/** The mapping of files whose header is nr,sku,title,qty,at,price. */
export const ORDER_LINES = {
  format: 'order-lines',
  columns: { order: 'nr', sku: 'sku', title: 'title', quantity: 'qty', at: 'at', unit_price: 'price' },
}

/** Waits until this import into the store `slug` is in its transaction, whose lock it then holds, or has ended already. */
export const underWay = (sql: Sql, { id, slug }: { id: number; slug: string }) =>
  until('the import is under way', async () => {
    const found = await sql`
      select 1 from pg_locks l join pg_database d on d.oid = l.database
      where l.locktype = 'advisory' and l.granted and d.datname = current_database()
        and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended('import into ' || ${slug}, 0)
      union all
      select 1 from imports where id = ${id} and status = 'applied'`
    return found.length > 0
  })

/** Sends files as their owner, and asks for what came of them. */
export function importsOf(api: TestApi, token: string) {
  const send = (kind: string, content: string | Uint8Array | FormData, query = '', type = 'text/csv') =>
    api.send(`/imports/${kind}${query && `?${query}`}`, {
      method: 'POST',
      token,
      body: content,
      ...(!(content instanceof FormData) && { headers: { 'content-type': type } }),
    })
  const act = async (id: number, verb: 'apply' | 'undo') => api.post(`/imports/${id}/${verb}`, {}, token)
  /** What the P&L says of a store's months, by month. */
  const profits = async (months: { store: string; month: string }[]) => {
    const figures: Record<string, string> = {}
    for (const { store, month } of months) {
      const end = month === '2026-04' ? '2026-04-13' : lastOf(month)
      const { text } = await api.get(`/financials/summary?store=${store}&start=${month}-01&end=${end}`, token)
      figures[`${store} ${month}`] = /"net_profit" ?: ?(-?[\d.]+)/.exec(text)?.[1] ?? text
    }
    return figures
  }
  return {
    send,
    profits,
    /** The preview of a file that is in order. */
    preview: async (kind: string, content: string | Uint8Array | FormData, query = '', type?: string) =>
      done(await send(kind, content, query, type), 201),
    apply: async (id: number) => done(await act(id, 'apply'), 200),
    undo: async (id: number) => done(await act(id, 'undo'), 200),
    act,
    /** What the effect of an import says of its months, in the words of `profits`. */
    said: ({ effect }: Imported, when: 'before' | 'after') =>
      Object.fromEntries(effect.months.map((at) => [`${at.store} ${at.month}`, at[`net_profit_${when}`].toFixed(2)])),
  }
}

export const countsOf = ({ added, changed, unchanged, unknown, rejected, skipped }: Imported) => ({
  added,
  changed,
  unchanged,
  unknown,
  rejected,
  skipped,
})

function done(answer: Answer, status: number): Imported {
  expect([answer.status, answer.status === status ? '' : answer.text]).toEqual([status, ''])
  return answer.body as Imported
}

const lastOf = (month: string) => {
  const [year = 0, of = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, of, 0)).toISOString().slice(0, 10)
}
