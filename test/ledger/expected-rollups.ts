import type { NewAdSpend, NewFeeRule, NewLine, NewOrder, NewRefund, NewShippingRule } from '../support/factories.ts'

export type RefundLine = { line_no: number; quantity: number; amount_minor: number; restocked: boolean }
export type Refund = Omit<NewRefund, 'lines'> & { lines: RefundLine[] }
/** `refunds` in the order in which they were first heard of. */
export type Order = Omit<NewOrder, 'lines'> & { lines: NewLine[]; refunds: Refund[] }
export type UnitCost = {
  product: number
  from: string | null
  to: string | null
  unit_cost: string
  cost_currency: string
}
export type Rate = { currency: string; day: string; units_per_euro: string }

/** First and last day; open where there is none. */
type Span = { from?: string | null; to?: string | null }

/** All that was said about one store. A later unit cost or rule replaces the earlier ones of its kind on its days; products are positions. */
export type Facts = {
  currency: string
  digits: number
  default_cost_percent: string | null
  fee_rules: (Pick<NewFeeRule, 'gateway' | 'percent' | 'fixed_minor'> & Span)[]
  shipping_rules: (Omit<NewShippingRule, keyof Span> & Span)[]
  /** Weight of a piece of each line by its number; null is not known. */
  grams: (number | null)[]
  unit_costs: UnitCost[]
  cost_tiers: (UnitCost & { country: string; min_quantity: number })[]
  orders: Order[]
  ad_spend: NewAdSpend[]
}

/** Figures that are not zero, by `day figure` and by `day product position figure`. */
export type Figures = Record<string, string>

/** Decimal text times a million, exact. */
const millionths = (text: string) => {
  const [, sign = '', whole = '0', rest = ''] = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text) ?? []
  return BigInt(sign + whole + rest.padEnd(6, '0'))
}

/** A quotient as a whole number, halves away from zero. */
export const rounded = (dividend: bigint, divisor: bigint) => {
  const [size, by] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor]
  const whole = (2n * size + by) / (2n * by)
  return dividend < 0n === divisor < 0n ? whole : -whole
}

const holds = ({ from, to }: Span, day: string) => (!from || from <= day) && (!to || day <= to)

const REVENUE: Record<string, bigint> = { gross_sales: 1n, shipping_income: 1n, tips: 1n, discounts: -1n, returns: -1n }
const NEGATIVE_ON_A_LINE = new Set(['returns', 'discounts', 'shipping_cost', 'transaction_fees'])
const OF_A_PRODUCT = new Set(['gross_sales', 'discounts', 'returns', 'cogs', 'ad_spend'])

/**
 * The rollups as they ought to be, worked out from the facts alone: no SQL, no ledger, exact fractions, each amount rounded once.
 */
export function expectedRollups(facts: Facts, rates: Rate[]): Figures {
  const figures = new Map<string, bigint>()
  const into = (key: string, value: bigint) => figures.set(key, (figures.get(key) ?? 0n) + value)
  const add = (day: string, product: number | null, account: string, amount: bigint) => {
    into(`${day} ${account}_minor`, amount)
    const revenue = (REVENUE[account] ?? 0n) * amount
    into(`${day} revenue_minor`, revenue)
    if (product === null || !OF_A_PRODUCT.has(account)) return
    into(`${day} product ${product} ${account}_minor`, amount)
    into(`${day} product ${product} revenue_minor`, revenue)
  }
  const count = (day: string, product: number | null, figure: string, pieces: number) => {
    into(`${day} ${figure}`, BigInt(pieces))
    if (product !== null) into(`${day} product ${product} ${figure}`, BigInt(pieces))
  }
  const rateOf = (currency: string, day: string) => {
    if (currency === 'EUR') return 1_000_000n
    const known = rates.filter((rate) => rate.currency === currency && rate.day <= day)
    const last = known.sort((a, b) => (a.day < b.day ? 1 : -1))[0]
    if (!last) throw new Error(`the test has no rate for ${currency} on ${day}`)
    return millionths(last.units_per_euro)
  }
  const unitCostOf = (product: number | null, day: string) =>
    facts.unit_costs.findLast((cost) => cost.product === product && holds(cost, day))

  const tierOf = (order: Order, line: NewLine) =>
    facts.cost_tiers
      .toReversed()
      .filter(
        (tier) =>
          tier.product === line.product_id &&
          holds(tier, order.day) &&
          [order.country ?? '', ''].includes(tier.country) &&
          tier.min_quantity <= Math.abs(line.quantity),
      )
      .toSorted((a, b) => Number(a.country === '') - Number(b.country === '') || b.min_quantity - a.min_quantity)[0]
  const isKnown = (order: Order, line: NewLine) =>
    Boolean(line.unit_cost_override) || (tierOf(order, line) ?? unitCostOf(line.product_id, order.day)) !== undefined

  /** What `pieces` of a line cost, rounded as one amount; null where nothing is known about it. */
  const costOf = (order: Order, line: NewLine, pieces: number) => {
    if (line.unit_cost_override)
      return rounded(BigInt(pieces) * millionths(line.unit_cost_override) * 10n ** BigInt(facts.digits), 1_000_000n)
    const cost = tierOf(order, line) ?? unitCostOf(line.product_id, order.day)
    if (cost) {
      const amount = BigInt(pieces) * millionths(cost.unit_cost) * 10n ** BigInt(facts.digits)
      return rounded(amount * rateOf(facts.currency, order.day), 1_000_000n * rateOf(cost.cost_currency, order.day))
    }
    if (facts.default_cost_percent === null) return null
    return rounded(BigInt(pieces * line.price_minor) * millionths(facts.default_cost_percent), 100_000_000n)
  }

  for (const order of facts.orders) {
    if (order.status !== 'placed') continue
    const sold = order.lines.filter((line) => line.account === 'gross_sales')
    const sells = sold.some((line) => line.price_minor > 0 && line.quantity > 0)
    const pieces = sold.reduce((sum, line) => sum + line.quantity, 0)
    const weights = sold.map((line) => ({ pieces: line.quantity, grams: facts.grams[line.line_no - 1] ?? null }))
    const weight = weights.some(({ grams }) => grams === null)
      ? null
      : weights.reduce((sum, one) => sum + one.pieces * one.grams!, 0)
    const feeRule =
      facts.fee_rules.findLast(
        (rule) => rule.gateway !== '' && rule.gateway === order.gateway && holds(rule, order.day),
      ) ?? facts.fee_rules.findLast((rule) => rule.gateway === '' && holds(rule, order.day))
    const fitting = facts.shipping_rules
      .toReversed()
      .filter(
        (rule) =>
          holds(rule, order.day) &&
          [order.country ?? '', ''].includes(rule.country) &&
          rule.min_units <= pieces &&
          (rule.min_grams === 0 || (weight !== null && sold.length > 0 && rule.min_grams <= weight)),
      )
    const [shippingRule] = fitting.toSorted(
      (a, b) =>
        Number(a.country === '') - Number(b.country === '') || b.min_grams - a.min_grams || b.min_units - a.min_units,
    )
    const shippingCost = order.shipping_cost_override_minor ?? order.shipping_cost_minor
    const fee = order.transaction_fee_override_minor ?? order.transaction_fee_minor
    const feesKnown = fee !== null || (feeRule !== undefined && feeRule.gateway !== '')
    const shippingKnown = shippingCost !== null || shippingRule !== undefined

    const book = (day: string, product: number | null, account: string, amount: number, costKnown = true) => {
      add(day, product, account, BigInt(amount))
      const revenue = (REVENUE[account] ?? 0n) * BigInt(amount)
      if (costKnown) into(`${day} revenue_cogs_known_minor`, revenue)
      if (shippingKnown) into(`${day} revenue_shipping_known_minor`, revenue)
      if (feesKnown) into(`${day} revenue_fees_known_minor`, revenue)
    }

    const { day } = order
    if (order.kind === 'sale' && sells) into(`${day} orders`, 1n)
    for (const line of order.lines) {
      const { account, quantity, product_id: product } = line
      const goods = account === 'gross_sales' || account === 'returns'
      const costKnown = !goods || isKnown(order, line)
      const value = quantity * line.price_minor
      book(day, product, account, NEGATIVE_ON_A_LINE.has(account) ? -value : value, costKnown)
      book(day, product, 'discounts', line.discount_minor, costKnown)
      if (account === 'gross_sales') count(day, product, 'units_sold', quantity)
      if (account === 'returns') count(day, product, 'units_returned', -quantity)
      const cost = goods ? costOf(order, line, quantity) : null
      if (cost !== null && (account === 'gross_sales' || line.restocked)) add(day, product, 'cogs', cost)
      else if (cost !== null) add(day, product, 'written_off_goods', -cost)
    }
    book(day, null, 'shipping_income', order.shipping_income_minor)
    book(day, null, 'tips', order.tips_minor)
    book(day, null, 'taxes', order.taxes_minor)

    if (shippingCost !== null) add(day, null, 'shipping_cost', BigInt(shippingCost))
    else if (sells && shippingRule)
      add(day, null, 'shipping_cost', BigInt(shippingRule.order_minor + shippingRule.per_unit_minor * pieces))
    const paid =
      order.lines.reduce((sum, line) => sum + line.quantity * line.price_minor - line.discount_minor, 0) +
      order.shipping_income_minor +
      order.tips_minor +
      order.taxes_minor
    if (fee !== null) add(day, null, 'transaction_fees', BigInt(fee))
    else if (sells && feeRule) {
      const share = rounded(BigInt(paid) * millionths(feeRule.percent), 100_000_000n)
      add(day, null, 'transaction_fees', share + BigInt(feeRule.fixed_minor))
    }

    const returned = new Map<number, number>()
    for (const refund of order.refunds.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))) {
      book(refund.day, null, 'shipping_income', -refund.shipping_refund_minor)
      book(refund.day, null, 'taxes', -refund.taxes_minor)
      for (const back of refund.lines) {
        const line = order.lines.find((line) => line.line_no === back.line_no)
        if (!line) continue
        const before = returned.get(back.line_no) ?? 0
        returned.set(back.line_no, before + back.quantity)
        const { product_id: product } = line
        book(refund.day, product, 'returns', back.amount_minor, isKnown(order, line))
        count(refund.day, product, 'units_returned', back.quantity)
        const upTo = costOf(order, line, before + back.quantity)
        const already = costOf(order, line, before)
        if (upTo === null || already === null) continue
        if (back.restocked) add(refund.day, product, 'cogs', already - upTo)
        else add(refund.day, product, 'written_off_goods', upTo - already)
      }
    }
  }

  for (const spend of facts.ad_spend) {
    const digits = { JPY: 0, KWD: 3 }[spend.currency] ?? 2
    const amount = rounded(
      BigInt(spend.amount_minor) * rateOf(facts.currency, spend.day) * 10n ** BigInt(facts.digits),
      rateOf(spend.currency, spend.day) * 10n ** BigInt(digits),
    )
    add(spend.day, spend.product_id, 'ad_spend', amount)
  }

  return Object.fromEntries(
    [...figures].filter(([, value]) => value !== 0n).map(([key, value]) => [key, String(value)]),
  )
}
