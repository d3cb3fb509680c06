import type { SaidOrder } from '../../../sql/shopify-orders.ts'
import { AppError } from '../../errors.ts'
import { minorOf } from '../../money.ts'
import { numberOf, type ShopifyOrder, type ShopifySale } from './order-shape.ts'
import type { Dispute } from './disputes.ts'
import { type Books, openBooks } from './order-books.ts'

type Agreement = ShopifyOrder['agreements'][number]

/** A sale ex tax in minor units; what is taken back is negative. */
type Amounts = { net: number; tax: number; discount: number; quantity: number }

/**
 * What our books say of an order of a shop, by its sales agreements: what was sold when it was placed, and each later change on its own
 * day. Amounts are the shop's (`shopMoney`), ex tax to the cent also where prices include tax. Business days are for the database to cut.
 * - Goods taken out by an edit were never sent, so they count as restocked; a return without word of its goods as not restocked.
 * - Gift cards are not sales. Duties stand with the taxes: both are collected for others. Other fees stand with the shipping income,
 *   those kept back from a refund reduce the returns.
 * - Fees of payments count where the shop gives them in its currency (Shopify Payments), on the day they were taken.
 * - A chargeback is a fee on the day it began, given back on the day it was won.
 * @param currency of the store
 * @param disputes with their amounts, by number
 * @throws AppError `conflict` when the shop is in another currency
 */
export function mapOrder(
  order: ShopifyOrder,
  currency: string,
  disputes: ReadonlyMap<string, Dispute> = new Map(),
): SaidOrder {
  const minor = ({ shopMoney }: ShopifySale['totalAmount']): number => {
    if (shopMoney.currencyCode !== currency)
      throw new AppError('conflict', `The shop counts in ${shopMoney.currencyCode}, and the store in ${currency}.`)
    return Number(minorOf(shopMoney.amount, currency))
  }
  const books = openBooks()
  const agreements = order.agreements.toSorted((a, b) => a.happenedAt.localeCompare(b.happenedAt))
  const first = agreements.find(({ __typename }) => __typename === 'OrderAgreement') ?? agreements[0]
  const anyLines = agreements.flatMap(({ refund_lines }) => refund_lines)
  for (const agreement of agreements) {
    const placed = agreement === first
    const at = placed ? order.processedAt : (agreement.refund?.processedAt ?? agreement.happenedAt)
    const page = books.page({ key: numberOf(agreement.refund?.id ?? agreement.id), at, placed })
    for (const sale of agreement.sales) {
      const amounts = amountsOf(sale, minor)
      if (sale.lineType === 'PRODUCT' && sale.lineItem) bookGoods(page, sale, amounts, restocks(agreement, anyLines))
      else bookOther(page, sale, amounts, agreement)
      page.taxes(amounts.tax)
    }
  }
  bookDisputes(books, order, currency, disputes)
  const { fee, fees } = feesOf(order, currency)
  for (const { id, at, amount } of fees) books.moved(`transaction/${numberOf(id)}`, at, amount)
  return {
    source_id: numberOf(order.id),
    name: order.name,
    placed_at: order.processedAt,
    updated_at: order.updatedAt,
    status: order.test ? 'test' : order.displayFinancialStatus === 'VOIDED' ? 'voided' : 'placed',
    customer: order.customer && numberOf(order.customer.id),
    country: order.shippingAddress?.countryCodeV2 ?? null,
    gateway: gatewayOf(order),
    transaction_fee_minor: fee,
    ...books.close(),
  }
}

function amountsOf(sale: ShopifySale, minor: (bag: ShopifySale['totalAmount']) => number): Amounts {
  const quantity = sale.quantity ?? 0
  // What is returned is negative already, unless its quantity says otherwise.
  const sign = sale.actionType === 'RETURN' && quantity > 0 ? -1 : 1
  const tax = sign * minor(sale.totalTaxAmount)
  const discount = sign * minor(sale.totalDiscountAmountBeforeTaxes)
  return { net: sign * minor(sale.totalAmount) - tax, tax, discount, quantity: sign * quantity }
}

type Page = ReturnType<Books['page']>
type Restock = (item: string) => { quantity: number; restocked: boolean }[]

function bookGoods(page: Page, sale: ShopifySale, { net, discount, quantity }: Amounts, restock: Restock) {
  const { id, sku, name } = sale.lineItem!
  const item = { key: numberOf(id), sku: sku || name, title: name }
  if (quantity > 0) page.sold(item, { quantity, amount: net + discount, discount })
  else if (quantity < 0) page.returned(item.key, { quantity: -quantity, amount: -net, parts: restock(id) })
  else if (sale.actionType === 'RETURN') page.amount('returns', -net)
  else {
    page.amount('gross_sales', net + discount)
    page.amount('discounts', discount)
  }
}

function bookOther(page: Page, { lineType }: ShopifySale, { net }: Amounts, { __typename }: Agreement) {
  const givenBack = __typename === 'RefundAgreement' || __typename === 'ReturnAgreement'
  if (lineType === 'SHIPPING') page.shipping(net)
  else if (lineType === 'TIP') page.tips(net)
  else if (lineType === 'GIFT_CARD') page.amount('gift_cards', net)
  else if (lineType === 'DUTY') page.taxes(net)
  else if (lineType.endsWith('FEE') && !givenBack) page.shipping(net)
  else page.amount('returns', -net)
}

/** How many of the returned pieces of an item went back on the shelf. */
const restocks =
  ({ __typename, refund_lines }: Agreement, anyLines: Agreement['refund_lines']): Restock =>
  (item) => {
    if (__typename !== 'RefundAgreement' && __typename !== 'ReturnAgreement')
      return [{ quantity: Infinity, restocked: true }]
    const of = (lines: Agreement['refund_lines']) => lines.filter(({ lineItem }) => lineItem.id === item)
    const own = of(refund_lines)
    const lines = own.length > 0 ? own : of(anyLines)
    return lines.map(({ quantity, restockType }) => ({ quantity, restocked: restockType !== 'NO_RESTOCK' }))
  }

/** What a bank took back; one in another currency than the shop's stands in the payouts alone. */
function bookDisputes(books: Books, { disputes }: ShopifyOrder, currency: string, known: ReadonlyMap<string, Dispute>) {
  for (const { id } of disputes) {
    const dispute = known.get(numberOf(id))
    if (!dispute || dispute.amount.currencyCode !== currency || /^(CHARGE_REFUNDED|PREVENTED)$/.test(dispute.status))
      continue
    const [key, amount] = [`dispute/${numberOf(id)}`, Number(minorOf(dispute.amount.amount, currency))]
    books.page({ key, at: dispute.initiatedAt, placed: false }).amount('transaction_fees', amount)
    if (dispute.status === 'WON')
      books
        .page({ key: `${key}/won`, at: dispute.finalizedOn ?? dispute.initiatedAt, placed: false })
        .amount('transaction_fees', -amount)
  }
}

/** The fees of the payments, null as long as none is known or one is in another currency. */
function feesOf({ transactions, processedAt }: ShopifyOrder, currency: string) {
  const fees = transactions
    .filter(({ status, test }) => status === 'SUCCESS' && !test)
    .flatMap((transaction) =>
      transaction.fees.map(({ id, amount }) => ({
        id: `${numberOf(transaction.id)}/${numberOf(id)}`,
        at: transaction.processedAt ?? processedAt,
        currency: amount.currencyCode,
        amount: Number(minorOf(amount.amount, amount.currencyCode)),
      })),
    )
  if (fees.length === 0 || fees.some((fee) => fee.currency !== currency)) return { fee: null, fees: [] }
  return { fee: fees.reduce((sum, { amount }) => sum + amount, 0), fees }
}

function gatewayOf({ transactions, paymentGatewayNames }: ShopifyOrder): string | null {
  const paid = transactions.find(
    ({ status, kind }) => status === 'SUCCESS' && (kind === 'SALE' || kind === 'CAPTURE' || kind === 'AUTHORIZATION'),
  )
  return paid?.gateway ?? paymentGatewayNames[0] ?? null
}
