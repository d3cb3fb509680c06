import { beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { bookAdSpend, bookOrders } from '../../src/ledger/book.ts'
import { setUnitCost } from '../../src/ledger/set-unit-cost.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import { FEES, setRule, SHIPPING, TIERS } from '../../src/ledger/cost-rules.ts'
import { overrideOrderCosts, overridesOf } from '../../src/ledger/override-order-costs.ts'
import type { Store } from '../../sql/stores.ts'
import { testDatabase } from '../support/database.ts'
import {
  aFeeRule,
  anOrder,
  aProduct,
  aRate,
  aRefund,
  aShippingRule,
  aStore,
  bookAll,
  type NewAdSpend,
  someAdSpend,
} from '../support/factories.ts'
import { expectedRollups, type Facts, type Figures, type Order } from './expected-rollups.ts'
import { type History, history, RATES, type Step } from './history.ts'

const HISTORIES = Number(process.env.HISTORIES ?? 500)
const SEED = Number(process.env.HISTORIES_SEED ?? Math.floor(Math.random() * 2 ** 31))
const LANES = Number(process.env.HISTORIES_LANES ?? 4)

const { sql } = await testDatabase()
beforeAll(async () => {
  for (const { currency, day, units_per_euro } of RATES) await aRate(sql, currency, day, units_per_euro)
})

type World = { store: Store; products: number[]; facts: Facts }

const of = <T>(list: T[], number: number): T | undefined => list[number % list.length]

/** Says an order to the database as a source does, and books it. Resolves to the number of entries appended. */
async function say(world: World, order: Order): Promise<number> {
  const { store, products } = world
  const { refunds, ...said } = order
  const id = await anOrder(sql, store, {
    ...said,
    lines: order.lines.map((line) =>
      Object.assign({}, line, { product_id: line.product_id === null ? null : products[line.product_id] }),
    ),
  })
  for (const refund of refunds) await aRefund(sql, id, refund)
  return bookOrders(sql, { store_id: store.id, order_ids: [id], reason: 'said again' })
}

/** Adds a step to the facts. What comes back says it to the database and resolves to the number of entries appended. */
function happen(world: World, step: Step): () => Promise<number> {
  const { store, products, facts } = world
  switch (step.kind) {
    case 'sale': {
      const order = structuredClone({ ...step.order, external_id: `order-${facts.orders.length}` })
      facts.orders.push(order)
      return () => say(world, order)
    }
    case 'edit':
    case 'remove':
    case 'restate':
    case 'refund':
    case 'import again': {
      const order = of(facts.orders, step.order)!
      if (step.kind === 'restate') Object.assign(order, step.change)
      const line = 'line' in step ? of(order.lines, step.line) : undefined
      if (step.kind === 'edit' && line?.account === 'gross_sales') Object.assign(line, step.change)
      if (step.kind === 'remove' && line) {
        order.lines = order.lines.filter((other) => other !== line)
        for (const refund of order.refunds) refund.lines = refund.lines.filter((back) => back.line_no !== line.line_no)
      }
      if (step.kind === 'refund') {
        const lines = step.refund.lines.filter(
          ({ line_no }) => order.lines.find((line) => line.line_no === line_no)?.account === 'gross_sales',
        )
        const at = order.refunds.findIndex((refund) => refund.external_id === step.refund.external_id)
        order.refunds.splice(at < 0 ? order.refunds.length : at, 1, { ...step.refund, lines })
      }
      return () => say(world, order)
    }
    case 'unit cost': {
      facts.unit_costs.push(step.cost)
      const { product, cost_currency, ...cost } = step.cost
      return () =>
        setUnitCost(sql, {
          ...cost,
          product_id: products[product]!,
          currency: cost_currency,
          store_ids: [store.id],
          reason: 'cost changed',
        })
    }
    case 'cost tier': {
      const { product, cost_currency: currency, country, ...tier } = step.tier
      facts.cost_tiers.push(step.tier)
      const said = { ...tier, product_id: products[product]!, currency, country: country || null }
      return entriesOf(world, (tx) => setRule(tx, TIERS, said))
    }
    case 'fee rule': {
      const { fixed_minor, gateway, ...rule } = step.rule
      facts.fee_rules.push(step.rule)
      const fixed = inMajor(fixed_minor, facts.digits)
      return entriesOf(world, (tx) =>
        setRule(tx, FEES, { ...rule, fixed, store: store.slug, gateway: gateway || null }),
      )
    }
    case 'shipping rule': {
      const { order_minor, per_unit_minor, country, ...rule } = step.rule
      facts.shipping_rules.push(step.rule)
      const [per_order, per_unit] = [order_minor, per_unit_minor].map((amount) => inMajor(amount, facts.digits))
      const said = { ...rule, per_order: per_order!, per_unit: per_unit!, store: store.slug, country: country || null }
      return entriesOf(world, (tx) => setRule(tx, SHIPPING, said))
    }
    case 'override': {
      const order = of(facts.orders, step.order)!
      const line = of(order.lines, step.line)
      const isGoods = line && ['gross_sales', 'returns'].includes(line.account)
      if (isGoods) line.unit_cost_override = step.unit_cost
      Object.assign(order, { shipping_cost_override_minor: step.shipping, transaction_fee_override_minor: step.fee })
      const asked = {
        shipping_cost: step.shipping === null ? null : inMajor(step.shipping, facts.digits),
        transaction_fees: step.fee === null ? null : inMajor(step.fee, facts.digits),
        lines: isGoods ? [{ line_no: line.line_no, unit_cost: step.unit_cost }] : [],
      }
      return entriesOf(world, async (tx) => {
        const [row] = await tx<{ id: number }[]>`
          select id from orders where store_id = ${store.id} and external_id = ${order.external_id}`
        await overrideOrderCosts(tx, await overridesOf(tx, row!.id), asked)
      })
    }
    case 'ads':
      break
  }
  const same = (other: NewAdSpend) =>
    (['day', 'platform', 'campaign', 'product_id'] as const).every((name) => other[name] === step.spend[name])
  facts.ad_spend = [...facts.ad_spend.filter((other) => !same(other)), step.spend]
  const { product_id, ...spend } = step.spend
  return async () => {
    const product = product_id === null ? null : products[product_id]!
    const id = await someAdSpend(sql, store, { ...spend, product_id: product })
    return bookAdSpend(sql, { store_id: store.id, ad_spend_ids: [id], reason: 'restated' })
  }
}

const inMajor = (minor: number, digits: number) => (minor / 10 ** digits).toFixed(digits)

/** Does work in a transaction, as a request does; what comes back resolves to the number of entries appended. */
const entriesOf = (world: World, work: (tx: Sql) => Promise<unknown>) => async () => {
  const count = async () =>
    (await sql<{ n: number }[]>`select count(*) as n from ledger_entries where store_id = ${world.store.id}`)[0]!.n
  const before = await count()
  await transaction(sql, work)
  return (await count()) - before
}

type Figure = { key: string; value: string }
const asFigures = ({ products }: World, rows: Figure[]): Figures =>
  Object.fromEntries(
    rows.map(({ key, value }) => [
      key.replace(/ product (\d+)/, (_, id: string) => ` product ${products.indexOf(Number(id))}`),
      value,
    ]),
  )

const rollups = async (world: World) =>
  asFigures(
    world,
    await sql<Figure[]>`
      select day || ' ' || figure.key as key, figure.value
      from daily_financials d
      cross join jsonb_each_text(to_jsonb(d) - '{id,store_id,day,created_at,updated_at}'::text[]) figure
      where d.store_id = ${world.store.id} and figure.value <> '0'
      union all
      select day || ' product ' || product_id || ' ' || figure.key, figure.value
      from product_performance p
      cross join jsonb_each_text(to_jsonb(p) - '{id,store_id,day,product_id,created_at,updated_at}'::text[]) figure
      where p.store_id = ${world.store.id} and figure.value <> '0'`,
  )

const sumsOfEntries = async (world: World) =>
  asFigures(
    world,
    await sql<Figure[]>`
      with entry as (
        select business_day || ' ' as day, business_day || ' product ' || product_id || ' ' as product, account, quantity, amount_minor,
               case when account in ('gross_sales', 'shipping_income', 'tips') then amount_minor
                    when account in ('discounts', 'returns') then -amount_minor end as revenue,
               case account when 'orders' then 'orders' when 'gross_sales' then 'units_sold' when 'returns' then 'units_returned' end as counted,
               account in ('gross_sales', 'discounts', 'returns', 'cogs', 'ad_spend') as of_a_product, cogs_known, shipping_known, fees_known
        from ledger_entries
        where store_id = ${world.store.id}
      ),
      part as (
        select day || account || '_minor' as key, amount_minor as value from entry
        union all
        select day || 'revenue_minor', revenue from entry
        union all
        select day || coalesce(counted, 'nothing'), quantity from entry
        union all
        select day || 'revenue_cogs_known_minor', revenue from entry where cogs_known
        union all
        select day || 'revenue_shipping_known_minor', revenue from entry where shipping_known
        union all
        select day || 'revenue_fees_known_minor', revenue from entry where fees_known
        union all
        select product || account || '_minor', amount_minor from entry where of_a_product and product is not null
        union all
        select product || 'revenue_minor', revenue from entry where of_a_product and product is not null
        union all
        select product || counted, quantity from entry where counted <> 'orders' and product is not null
      )
      select key, sum(value)::text as value
      from part
      group by key
      having sum(value) <> 0`,
  )

type Ledger = { last: number; entries: string; earlier: string }

/** Digests of all entries of the store, and of those up to the id `seen`. */
async function ledgerOf({ store }: World, seen: number): Promise<Ledger> {
  const [row] = await sql<Ledger[]>`
    select coalesce(max(id), 0) as last, coalesce(md5(string_agg(e::text, ' ' order by id)), '') as entries,
           coalesce(md5(string_agg(e::text, ' ' order by id) filter (where id <= ${seen})), '') as earlier
    from ledger_entries e
    where store_id = ${store.id}`
  return row!
}

async function live({ facts: start, steps }: History): Promise<void> {
  const facts = structuredClone(start)
  const store = await aStore(sql, { currency: facts.currency, default_cost_percent: facts.default_cost_percent })
  const world: World = { store, products: [await aProduct(sql, store), await aProduct(sql, store)], facts }
  for (const rule of facts.fee_rules) await aFeeRule(sql, store, rule)
  for (const rule of facts.shipping_rules) await aShippingRule(sql, store, rule)
  for (const [at, grams] of facts.grams.entries())
    await sql`insert into variants (product_id, store_id, sku, title, grams)
              values (${world.products[0]!}, ${store.id}, ${`sku-${at + 1}`}, 'Weighed', ${grams})`

  let before = await ledgerOf(world, 0)
  for (const step of steps) {
    const run = happen(world, step)
    const appended = await run()
    if (step.kind === 'import again') expect(appended, 'entries appended by an import of the same content').toBe(0)
    if (step.twice) expect(await run(), `entries appended by the same ${step.kind} again`).toBe(0)
    const after = await ledgerOf(world, before.last)
    expect(after.earlier, 'the entries of before').toBe(before.entries)
    expect(after.last > before.last, 'new entries have higher ids').toBe(appended > 0)
    before = after
  }

  const figures = await rollups(world)
  expect(figures, 'the rollups').toEqual(await sumsOfEntries(world))
  expect(figures, 'the rollups').toEqual(expectedRollups(facts, RATES))
  expect(await bookAll(sql, store), 'entries appended by booking everything once more').toBe(0)
}

test(
  `after any history the entries sum to the rollups, which are what the facts come to, and booking again adds nothing`,
  async () => {
    const numRuns = Math.ceil(HISTORIES / LANES)
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      fc.assert(fc.asyncProperty(history, live), { seed: SEED + lane, numRuns }),
    )
    await Promise.all(lanes)
  },
  30_000 + HISTORIES * 1_000,
)
