import * as v from 'valibot'
import { command, find } from './query.ts'
import { Currency, Id } from './units.ts'

/** What a person said that an order costs, in major units of its currency as decimal text; null where nobody said it. */
export const OrderOverrides = v.object({
  order_id: Id,
  store_id: Id,
  number: v.string(),
  currency: Currency,
  shipping_cost: v.nullable(v.string()),
  transaction_fees: v.nullable(v.string()),
  lines: v.array(v.object({ line_no: v.number(), unit_cost: v.nullable(v.string()) })),
})
export type OrderOverrides = v.InferOutput<typeof OrderOverrides>

/** Lines are those of goods, in order. */
export const findOrderOverrides = find(
  OrderOverrides,
  { id: 1 },
  (sql, { id }: { id: number }) => sql`
    select o.id as order_id, o.store_id, o.external_id as number, o.currency,
           major(o.shipping_cost_override_minor, c.minor_digits)::text as shipping_cost,
           major(o.transaction_fee_override_minor, c.minor_digits)::text as transaction_fees,
           (select coalesce(json_agg(json_build_object('line_no', l.line_no, 'unit_cost', trim_scale(l.unit_cost_override)::text)
                                     order by l.line_no), '[]')
            from order_lines l
            where l.order_id = o.id and l.account in ('gross_sales', 'returns')) as lines
    from orders o
    join currencies c on c.code = o.currency
    where o.id = ${id}`,
)

const OVERRIDES = {
  order_id: 1,
  shipping_cost: '6.95' as string | null,
  transaction_fees: null as string | null,
  lines: [{ line_no: 1, unit_cost: '3.95' as string | null }],
}

/** Writes what was said, null where it is taken back; lines that are not named stay. Not yet booked. */
export const writeOrderOverrides = command(
  OVERRIDES,
  (sql, { order_id, shipping_cost, transaction_fees, lines }: typeof OVERRIDES) => sql`
    with line as (
      update order_lines l
      set unit_cost_override = said.unit_cost
      from unnest(${lines.map((line) => line.line_no)}::int[], ${lines.map((line) => line.unit_cost)}::numeric[]) said (line_no, unit_cost)
      where l.order_id = ${order_id} and l.line_no = said.line_no
    )
    update orders o
    set shipping_cost_override_minor = (${shipping_cost}::numeric * 10::numeric ^ c.minor_digits)::bigint,
        transaction_fee_override_minor = (${transaction_fees}::numeric * 10::numeric ^ c.minor_digits)::bigint
    from currencies c
    where c.code = o.currency and o.id = ${order_id}`,
)
