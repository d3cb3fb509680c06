import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { Pnl, pnl } from './pnl.ts'
import { query, type Statement } from './query.ts'
import { cameBack } from './return-rate.ts'
import { BusinessDay, Currency, Ratio } from './units.ts'

/**
 * The ladders of stores side by side: each in its own currency and in `currency`, which is that of `total` too. `return_rate` is units of the
 * range's orders that came back until now / units sold, of each store and of all.
 */
export const StoreComparison = v.object({
  currency: Currency,
  start: BusinessDay,
  end: BusinessDay,
  data: v.array(v.object({ store: v.string(), name: v.string(), own: Pnl, converted: Pnl, return_rate: Ratio })),
  total: Pnl,
  return_rate: Ratio,
})

type Asked = { store_ids: number[]; currency: string; start: string; end: string; now: Date }
const SAMPLE: Asked = {
  store_ids: [1],
  currency: 'EUR',
  start: '2026-04-01',
  end: '2026-04-30',
  now: new Date('2026-05-13T10:00:00Z'),
}

/** The P&L of each store in `start`..`end`, by name, and of all of them. The converted ladders add up to the total exactly. */
export const storeComparison = query(
  StoreComparison,
  SAMPLE,
  (sql, { store_ids, currency, start, end, now }: Asked) => {
    const periods = [{ key: 'range', from: start, to: end }]
    /** The ladder of the store at hand: the statement of the P&L takes columns where it takes values. */
    const ladderOfStore = (sql: Sql, told: Statement) =>
      pnl.text(sql, {
        store_ids: sql`array[compared.id]` as unknown as number[],
        currency: told as unknown as string,
        periods,
        now,
      })
    return sql`
    with came_back as materialized (${cameBack(sql, { store_ids, currency, start, end })})
    select ${currency}::text as currency, ${start}::date as start, ${end}::date as "end",
           (select coalesce(json_agg(json_build_object(
                     'store', compared.slug, 'name', compared.name, 'own', row_to_json(own), 'converted', row_to_json(converted),
                     'return_rate', (select round(came_back::numeric / nullif(sold, 0), 4) from came_back where store_id = compared.id))
                     order by compared.name, compared.id), '[]')
            from stores compared
            cross join lateral (${ladderOfStore(sql, sql`compared.currency`)}) own
            cross join lateral (${ladderOfStore(sql, sql`${currency}`)}) converted
            where compared.id = any(${store_ids}::bigint[])) as data,
           (select row_to_json(total) from (${pnl.text(sql, { store_ids, currency, periods, now })}) total) as total,
           (select round(sum(came_back)::numeric / nullif(sum(sold), 0), 4) from came_back) as return_rate`
  },
)
