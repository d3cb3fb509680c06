import type { Sql } from '../../sql/connect.ts'
import { bestSku, fixedCostsOf, forecastOf, type Part, sumOf, type Terms } from './facts.ts'
import type { Wanted } from './golden-set.ts'
import type { Days } from './periods.ts'

const REVENUE: Terms = { gross_sales: 1, discounts: -1, returns: -1, shipping_income: 1 }
const CM1: Terms = { ...REVENUE, cogs: -1 }
const CM2: Terms = { ...CM1, shipping_cost: -1, transaction_fees: -1 }
const CM3: Terms = { ...CM2, ad_spend: -1 }

/** Sums, by the definitions of the metrics; the fixed costs come on top where a figure has them. */
const SUMS = {
  gross_sales: { gross_sales: 1 },
  discounts: { discounts: 1 },
  returns: { returns: 1 },
  net_sales: { gross_sales: 1, discounts: -1, returns: -1 },
  shipping_income: { shipping_income: 1 },
  revenue: REVENUE,
  cogs: { cogs: 1 },
  written_off_goods: { written_off_goods: 1 },
  cm1: CM1,
  shipping_cost: { shipping_cost: 1 },
  transaction_fees: { transaction_fees: 1 },
  cm2: CM2,
  ad_spend: { ad_spend: 1 },
  claimed: { claimed: 1 },
  cm3: CM3,
  taxes: { taxes: 1 },
  orders: { orders: 1 },
  units_sold: { units_sold: 1 },
} satisfies Record<string, Terms>
const WITH_FIXED_COSTS: Record<string, { terms: Terms; sign: 1n | -1n }> = {
  fixed_costs: { terms: {}, sign: 1n },
  total_costs: { terms: { cogs: 1, shipping_cost: 1, transaction_fees: 1, ad_spend: 1 }, sign: 1n },
  net_profit: { terms: CM3, sign: -1n },
}
/** Dividend, divisor (`days` are those of the period), and how it is told. */
const RATIOS = {
  aov: ['revenue', 'orders', 'money'],
  cac: ['ad_spend', 'orders', 'money'],
  mer: ['revenue', 'ad_spend', 'times'],
  poas: ['cm2', 'ad_spend', 'times'],
  break_even_roas: ['revenue', 'cm2', 'times'],
  claimed_roas: ['claimed', 'ad_spend', 'times'],
  cm1_percent: ['cm1', 'revenue', 'percent'],
  cm2_percent: ['cm2', 'revenue', 'percent'],
  cm3_percent: ['cm3', 'revenue', 'percent'],
  margin_percent: ['net_profit', 'revenue', 'percent'],
  avg_daily_revenue: ['revenue', 'days', 'money'],
  avg_daily_profit: ['net_profit', 'days', 'money'],
} as const
const COUNTS = new Set(['orders', 'units_sold', 'products'])

export type Figure =
  | keyof typeof SUMS
  | keyof typeof RATIOS
  | 'fixed_costs' | 'total_costs' | 'net_profit'
  | 'forecast_revenue' | 'forecast_ad_spend' | 'forecast_cm3'
  | 'fixed_cost' | 'fee_percent' | 'unit_cost' | 'list_price' | 'products' // prettier-ignore

/** An exact value: `units` of its last decimal. `name` is that of the product that it was to be found for. */
export type Value = {
  units: bigint
  decimals: number
  unit: 'EUR' | 'GBP' | 'percent' | 'times' | 'count'
  name?: string
}

/** The value that a question wants, from the facts. */
export async function valueOf(sql: Sql, { figure, against, best, inEuros, name, ...part }: Wanted): Promise<Value> {
  const isEuros = inEuros === true || part.store !== 'uk'
  const currency = isEuros ? 'EUR' : 'GBP'
  const money = (units: bigint): Value => ({ units, decimals: 2, unit: currency })

  if (best) {
    const sku = await bestSku(sql, SUMS[figure as keyof typeof SUMS], part, best)
    const [product] = await sql<{ title: string }[]>`select title from variants where sku = ${sku} limit 1`
    return { ...(await valueOf(sql, { ...part, figure, sku })), name: product!.title }
  }
  if (against) {
    const [later, earlier] = [
      await valueOf(sql, { ...part, figure }),
      await valueOf(sql, { ...part, ...against, figure }),
    ]
    return { ...later, units: later.units - earlier.units }
  }
  if (figure in RATIOS) {
    const [top, bottom, unit] = RATIOS[figure as keyof typeof RATIOS]
    const days = BigInt(Math.round((Date.parse(part.to!) - Date.parse(part.from!)) / 86_400_000) + 1)
    const of = (one: string) => (one === 'days' ? Promise.resolve(days) : amountOf(sql, one, part, isEuros))
    const [dividend, divisor] = [await of(top), await of(bottom)]
    if (unit === 'money') return money(divided(dividend, divisor))
    const decimals = unit === 'percent' ? 1 : 2
    return { units: divided(dividend * (unit === 'percent' ? 1_000n : 100n), divisor), decimals, unit }
  }
  if (figure in SUMS || figure in WITH_FIXED_COSTS) {
    const units = await amountOf(sql, figure, part, isEuros)
    return COUNTS.has(figure) ? { units, decimals: 0, unit: 'count' } : money(units)
  }
  if (figure.startsWith('forecast_')) {
    const terms = SUMS[figure.slice('forecast_'.length) as keyof typeof SUMS]
    return money(await forecastOf(sql, terms, part, { today: '2026-04-13', last: '2026-04-30' }, isEuros))
  }
  return setUp(sql, figure, part, name)
}

async function amountOf(sql: Sql, figure: string, part: Part, inEuros: boolean): Promise<bigint> {
  const fixed = WITH_FIXED_COSTS[figure]
  if (!fixed) return sumOf(sql, SUMS[figure as keyof typeof SUMS], part, inEuros)
  if (part.store) throw new Error(`${figure} of one store has its share of the costs of all: it is not worked out here`)
  return (await sumOf(sql, fixed.terms, part, true)) + fixed.sign * (await fixedCostsOf(sql, part as Days))
}

/** Half away from zero. */
function divided(dividend: bigint, divisor: bigint): bigint {
  const sign = dividend < 0n === divisor < 0n ? 1n : -1n
  const [top, bottom] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor]
  return sign * ((2n * top + bottom) / (2n * bottom))
}

/** What somebody entered: costs, prices, products. */
async function setUp(sql: Sql, figure: Figure, { sku, gateway, store, from }: Part, name = ''): Promise<Value> {
  const one = async (query: Promise<{ units: string }[]>) => BigInt((await query)[0]!.units)
  switch (figure) {
    case 'fixed_cost':
      return {
        units: await one(sql`select amount_minor::text as units from fixed_costs where name = ${name}`),
        decimals: 2,
        unit: name === 'VAT agent' ? 'GBP' : 'EUR',
      }
    case 'fee_percent':
      return {
        units: await one(sql`
        select round(percent * 100)::text as units from fee_rules join stores s on s.id = store_id where s.slug = ${store!} and gateway = ${gateway!}`),
        decimals: 2,
        unit: 'percent',
      }
    case 'unit_cost':
      return {
        units: await one(sql`
        select round(unit_cost * 100)::text as units from product_costs c join variants v using (product_id)
        where v.sku = ${sku!} and ${from ?? '2026-04-13'}::date <@ c.valid limit 1`),
        decimals: 2,
        unit: 'EUR',
      }
    case 'list_price':
      return {
        units: await one(sql`
        select round(list_price * 100)::text as units from variants v join stores s on s.id = v.store_id where v.sku = ${sku!} and s.slug = ${store!}`),
        decimals: 2,
        unit: store === 'uk' ? 'GBP' : 'EUR',
      }
    case 'products':
      return {
        units: await one(sql`select count(*)::text as units from products where name ilike ${`%${name}%`}`),
        decimals: 0,
        unit: 'count',
      }
    default:
      throw new Error(`no value is known for ${figure}`)
  }
}
