import { datedDay } from './days.ts'
import type { Format } from './format.ts'
import type { CostStep } from './use-orders.ts'

export const costNames: Record<CostStep['cost'], string> = {
  cogs: 'Goods',
  shipping_cost: 'Shipping',
  transaction_fees: 'Fees',
}

/** Where a cost of an order comes from, in words: “Unit cost of €3.95 since 3 May 2026 (unit cost in Shopify)”. */
export function stepWords(step: CostStep, currency: string, format: Format): string {
  const { cost, of } = step
  switch (step.step) {
    case 'order_override':
      return cost === 'cogs' ? `Said by hand for this order: ${unit(step, format)} each` : 'Said by hand for this order'
    case 'actual':
      return 'What was really paid, from the source of the order'
    case 'product_tier':
      return `${termsOf('Tier of the unit cost', step, format)}${of === null ? '' : ` for ${of}`}${from(step.min_quantity)}`
    case 'product_cost':
      return termsOf('Unit cost', step, format)
    case 'rule':
    case 'store_default':
      return cost === 'cogs'
        ? `The store’s default, ${format.exactPercent(step.percent ?? 0)} of the price: an estimate`
        : ruleWords(step, currency, format)
    case 'unknown':
      break
  }
  return 'Nothing is known of it yet: counted as 0'
}

const unit = ({ unit_cost, unit_currency }: CostStep, format: Format) =>
  unit_cost === null || unit_currency === null ? 'unknown' : format.exactly(unit_cost, unit_currency)

const termsOf = (name: string, step: CostStep, format: Format) =>
  `${name} of ${unit(step, format)}${days(step)}${step.source ? ` (${step.source})` : ''}`

const days = ({ from: since, to }: CostStep) =>
  since === null && to === null
    ? ''
    : since === null
      ? ` until ${datedDay(to!)}`
      : to === null
        ? ` since ${datedDay(since)}`
        : `, ${datedDay(since)} to ${datedDay(to)}`

const from = (pieces: number | null) => (pieces === null || pieces <= 1 ? '' : ` from ${pieces} pieces`)

function ruleWords(step: CostStep, currency: string, format: Format): string {
  const { cost, of, percent, per_order, per_unit } = step
  const terms = [
    percent !== null && percent !== 0 && `${format.exactPercent(percent)} of what was paid`,
    per_order !== null && per_order !== 0 && `${format.money(per_order, currency)} for the order`,
    per_unit !== null && per_unit !== 0 && `${format.money(per_unit, currency)} for each piece`,
  ].filter(Boolean)
  const name = step.step === 'store_default' ? 'The store’s default' : 'Rule'
  const what = cost === 'shipping_cost' ? `for ${of ?? 'all other countries'}` : `of ${of ?? 'all other ways to pay'}`
  return `${name} ${what}: ${terms.join(' and ') || 'nothing'}${days(step)}`
}
