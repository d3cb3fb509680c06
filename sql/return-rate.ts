import type { Sql } from './connect.ts'
import type { Statement } from './query.ts'
import { storeDays } from './store-days.ts'

type Asked = { store_ids: number[]; currency: string; start: string; end: string }

/** For each store with orders in `start`..`end`: the units that they `sold`, and those of them that came back until now. */
export const cameBack = (sql: Sql, { store_ids, currency, start, end }: Asked): Statement => sql`
    select store_id, sold, coalesce(units, 0) as came_back
    from (
      select store_id, sum(units_sold) as sold
      from (${storeDays(sql, {
        store_ids,
        days: sql`select day::date as day from generate_series(${start}::date, ${end}::date, interval '1 day') day`,
        target: sql`${currency}`,
      })}) store_day
      group by store_id) of_store
    left join (
      select store_id, sum(quantity) as units
      from ledger_entries
      where account = 'returns' and store_id = any(${store_ids}::bigint[]) and order_day between ${start} and ${end}
      group by store_id) returned using (store_id)`
