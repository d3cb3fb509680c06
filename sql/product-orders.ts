import type * as v from 'valibot'
import { OrderRow as Row, orderFigures } from './orders.ts'
import { query } from './query.ts'

export type OrderRow = v.InferOutput<typeof Row>

type Asked = { product_id: number; store_ids: number[]; start: string; end: string; limit: number }
const SAMPLE: Asked = { product_id: 1, store_ids: [1], start: '2026-04-01', end: '2026-04-13', limit: 8 }

/** Orders placed in `start`..`end` (both included) with a line of this product, newest first. Figures are those of the whole order. */
export const productOrders = query(
  Row,
  SAMPLE,
  (sql, { product_id, store_ids, start, end, limit }: Asked) => sql`
    ${orderFigures(
      sql,
      sql`
      select o.id
      from orders o
      where o.store_id = any(${store_ids}::bigint[]) and o.business_day between ${start} and ${end}
        and exists (select 1 from order_lines l where l.order_id = o.id and l.product_id = ${product_id})
      order by o.business_day desc, o.id desc
      limit ${limit}`,
    )}`,
)
