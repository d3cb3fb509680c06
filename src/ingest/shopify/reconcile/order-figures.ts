import type { Figures } from '../../../../sql/reconciled.ts'
import type { SaidOrder } from '../../../../sql/shopify-orders.ts'
import { dayIn } from '../../../day.ts'
import { AppError } from '../../../errors.ts'
import type { ShopifyOrder } from '../order-shape.ts'
import { type Sums, sums } from './figures.ts'
import { minorFrom } from './sales-report.ts'

type Place = { currency: string; time_zone: string }

/**
 * What an order comes to by day as the shop's own sales report counts: its sales agreements added up, with no word of our books. It counts
 * voided orders and those of which nothing has a price, as the report does.
 * @throws AppError `conflict` when the shop is in another currency
 */
export function agreedFigures(order: ShopifyOrder, { currency, time_zone }: Place): Sums {
  const days = sums()
  const minor = ({ shopMoney }: { shopMoney: { amount: string; currencyCode: string } }) => {
    if (shopMoney.currencyCode !== currency)
      throw new AppError('conflict', `The shop counts in ${shopMoney.currencyCode}, and the store in ${currency}.`)
    return minorFrom(shopMoney.amount, currency)
  }
  const byTime = order.agreements.toSorted((a, b) => a.happenedAt.localeCompare(b.happenedAt))
  const placing = byTime.find(({ __typename }) => __typename === 'OrderAgreement') ?? byTime[0]
  days.add(dayIn(time_zone, new Date(order.processedAt)), { orders: 1 })
  for (const agreement of byTime) {
    const at = agreement === placing ? order.processedAt : (agreement.refund?.processedAt ?? agreement.happenedAt)
    const day = dayIn(time_zone, new Date(at))
    for (const sale of agreement.sales) {
      const tax = minor(sale.totalTaxAmount)
      const net = minor(sale.totalAmount) - tax
      const discount = minor(sale.totalDiscountAmountBeforeTaxes)
      // A return that names what came back with a positive quantity is told with positive amounts.
      const sign = sale.actionType === 'RETURN' && (sale.quantity ?? 0) > 0 ? -1 : 1
      days.add(day, { tax: sign * tax, ...saleFigures(sale, sign * net, sign * discount) })
    }
  }
  return days
}

function saleFigures(
  { lineType, actionType, quantity }: ShopifyOrder['agreements'][number]['sales'][number],
  net: number,
  discount: number,
): Partial<Figures> {
  const givesBack = actionType === 'RETURN' || (quantity ?? 0) < 0
  switch (lineType) {
    case 'PRODUCT':
      return givesBack
        ? { returns: -net, net_sales: net }
        : { gross_sales: net + discount, discounts: discount, net_sales: net }
    case 'SHIPPING':
    case 'ADDITIONAL_FEE':
      return { shipping: net }
    case 'DUTY':
      return { tax: net }
    case 'GIFT_CARD':
    case 'TIP':
      return {}
    default:
      return { returns: -net, net_sales: net }
  }
}

/** What our books ought to have of an order by day. Orders that are left out have nothing. */
export function expectedFigures({ lines, refunds, amounts, ...order }: SaidOrder, time_zone: string): Sums {
  const days = sums()
  if (order.status !== 'placed') return days
  const dayOf = (at: string | null) => dayIn(time_zone, new Date(at ?? order.placed_at))
  const add = (at: string | null, { gross_sales = 0, discounts = 0, returns = 0, ...more }: Partial<Figures>) =>
    days.add(dayOf(at), { ...more, gross_sales, discounts, returns, net_sales: gross_sales - discounts - returns })
  const sells = lines.some(({ quantity, amount_minor }) => quantity > 0 && amount_minor > 0)
  add(null, { orders: sells ? 1 : 0, shipping: order.shipping_income_minor, tax: order.taxes_minor })
  for (const line of lines) add(line.at, { gross_sales: line.amount_minor, discounts: line.discount_minor })
  for (const refund of refunds) {
    const returns = refund.lines.reduce((sum, { amount_minor }) => sum + amount_minor, 0)
    add(refund.at, { returns, shipping: -refund.shipping_refund_minor, tax: -refund.taxes_minor })
  }
  for (const { at, account, amount_minor } of amounts) {
    if (account === 'gross_sales' || account === 'discounts' || account === 'returns')
      add(at, { [account]: amount_minor })
    if (account === 'shipping_income') add(at, { shipping: amount_minor })
    if (account === 'taxes') add(at, { tax: amount_minor })
  }
  return days
}
