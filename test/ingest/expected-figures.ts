import type { OrderLinesMapping } from '../../src/ingest/csv/mapping.ts'

/** What a file of order lines comes to by the rules in words, with whole numbers only: none of the code under test takes part. */
export type Figures = Record<(typeof FIGURES)[number], bigint>

export const FIGURES = [
  'orders',
  'units_sold',
  'units_returned',
  'gross_sales',
  'discounts',
  'returns',
  'shipping_income',
  'cogs',
  'transaction_fees',
  'gift_cards',
] as const

const none = (): Figures => Object.fromEntries(FIGURES.map((name) => [name, 0n])) as Figures

/** `dividend / divisor`, a half away from zero. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  const size = dividend < 0n ? -dividend : dividend
  const result = (size * 2n + divisor) / (divisor * 2n)
  return dividend < 0n ? -result : result
}

/** A decimal in millionths. */
function millionths(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const value = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
  return text.startsWith('-') ? -value : value
}

function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',')
  const fields: string[] = []
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    fields.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
  return fields
}

/** The figures of each day, and of each day and SKU as `2010-12-01/85123A`. A record is one line; currencies of two decimals. */
export function expectedFigures(csv: string, mapping: OrderLinesMapping) {
  const [header = '', ...records] = csv.split(/\r?\n/)
  const names = fieldsOf(header)
  const at = Object.fromEntries(Object.entries(mapping.columns).map(([key, name]) => [key, names.indexOf(name)]))
  const orders = new Map<string, { day: string; lines: { sku: string; quantity: bigint; micro: bigint }[] }>()
  for (const record of records) {
    if (!record) continue
    const fields = fieldsOf(record)
    const field = (key: string) => fields[at[key] ?? -1]?.trim() ?? ''
    const micro = millionths(field('unit_price'))
    if (micro === 0n) continue
    const day = field('at').slice(0, 10)
    const order = orders.get(field('order')) ?? { day, lines: [] }
    if (day < order.day) order.day = day
    order.lines.push({ sku: field('sku'), quantity: BigInt(field('quantity')), micro })
    orders.set(field('order'), order)
  }

  const days = new Map<string, Figures>()
  const products = new Map<string, Figures>()
  const figures = (of: Map<string, Figures>, key: string) => {
    const found = of.get(key) ?? none()
    of.set(key, found)
    return found
  }
  const accounts = new Map(
    mapping.accounts.flatMap((rule) => ('skus' in rule ? rule.skus.map((sku) => [sku, rule.account]) : [])),
  )
  const prefixes = mapping.accounts.flatMap((rule) => ('sku_prefix' in rule ? [rule] : []))
  for (const [ref, { day, lines }] of orders) {
    const isCreditNote = mapping.credit_note_prefixes.some((prefix) => ref.startsWith(prefix))
    const ofDay = figures(days, day)
    let sells = false
    for (const { sku, quantity, micro } of lines) {
      const value = rounded(quantity * micro, 10_000n)
      const account = accounts.get(sku) ?? prefixes.find(({ sku_prefix }) => sku.startsWith(sku_prefix))?.account
      if (account === 'shipping_income' || account === 'gift_cards') ofDay[account] += value
      else if (account === 'discounts' || account === 'transaction_fees') ofDay[account] -= value
      else if (account) throw new Error(`no rule in words for ${account}`)
      else {
        const cost = rounded(value * BigInt(mapping.cost_percent_of_list ?? 0), 100n)
        for (const of of [ofDay, figures(products, `${day}/${sku}`)]) {
          of[isCreditNote ? 'returns' : 'gross_sales'] += isCreditNote ? -value : value
          of[isCreditNote ? 'units_returned' : 'units_sold'] += isCreditNote ? -quantity : quantity
          of.cogs += cost
        }
        sells ||= !isCreditNote && quantity > 0n && micro > 0n
      }
    }
    if (sells) ofDay.orders += 1n
  }
  return { days, products, total: sum(days.values()) }
}

export function sum(all: Iterable<Figures>): Figures {
  const total = none()
  for (const figures of all) for (const name of FIGURES) total[name] += figures[name]
  return total
}

export const revenue = (of: Figures) => of.gross_sales - of.discounts - of.returns + of.shipping_income
export const netProfit = (of: Figures) => revenue(of) - of.cogs - of.transaction_fees
/** Pounds and pence as a query writes them. */
export function pounds(minor: bigint): string {
  const size = String(minor < 0n ? -minor : minor).padStart(3, '0')
  return `${minor < 0n ? '-' : ''}${size.slice(0, -2)}.${size.slice(-2)}`
}
