import { type Agreement, leftToRefund, money, type Sale, type ShopOrder, type ShopVariant } from './shopify-objects.ts'

/** What a list of nodes answers: a page by cursor, or all of it in bulk. */
type Asked = { first?: number | null; after?: string | null; last?: number | null }
const cursorOf = (at: number) => Buffer.from(`at ${at}`).toString('base64')
export const connection =
  <T>(nodes: readonly T[], bulk = false) =>
  ({ first, after }: Asked = {}) => {
    if (!bulk && (first === undefined || first === null || first < 1))
      throw new Error('you must provide one of first or last')
    if (!bulk && first! > 250) throw new Error('first cannot be more than 250')
    const from = after ? Number(Buffer.from(after, 'base64').toString().slice(3)) + 1 : 0
    if (Number.isNaN(from)) throw new Error('Invalid cursor for current pagination sort.')
    const page = bulk ? nodes : nodes.slice(from, from + first!)
    const end = from + page.length
    return {
      nodes: page,
      edges: page.map((node, at) => ({ cursor: cursorOf(from + at), node })),
      pageInfo: {
        hasNextPage: end < nodes.length,
        hasPreviousPage: from > 0,
        endCursor: page.length ? cursorOf(end - 1) : null,
      },
    }
  }

const SALES: Record<Sale['type'], string> = {
  PRODUCT: 'ProductSale',
  GIFT_CARD: 'GiftCardSale',
  SHIPPING: 'ShippingLineSale',
  TIP: 'TipSale',
  DUTY: 'DutySale',
  FEE: 'FeeSale',
  ADDITIONAL_FEE: 'AdditionalFeeSale',
  ADJUSTMENT: 'AdjustmentSale',
}

/** An order as GraphQL resolves it. A customer who pays in another currency sees other amounts than the shop. */
export function shownOrder(order: ShopOrder, bulk = false) {
  const bag = (amount: bigint) => ({
    shopMoney: { amount: money(amount), currencyCode: order.currency },
    presentmentMoney: {
      amount: money(order.presentment === order.currency ? amount : amount * 3n),
      currencyCode: order.presentment,
    },
  })
  const left = leftToRefund(order)
  const itemOf = ({ item }: Sale) => item && { id: item.id, sku: item.sku, name: item.name, isGiftCard: item.giftCard }
  const sale = (sale: Sale) => ({
    __typename: SALES[sale.type],
    id: sale.id,
    actionType: sale.action,
    lineType: sale.type,
    quantity: sale.quantity,
    totalAmount: bag(sale.total),
    totalTaxAmount: bag(sale.tax),
    totalDiscountAmountBeforeTaxes: bag(sale.discount),
    lineItem: itemOf(sale),
  })
  const agreement = ({ id, kind, at, sales, refund }: Agreement) => ({
    __typename: kind,
    id,
    happenedAt: at,
    reason: {
      OrderAgreement: 'ORDER',
      OrderEditAgreement: 'ORDER_EDIT',
      RefundAgreement: 'REFUND',
      ReturnAgreement: 'RETURN',
    }[kind],
    sales: connection(sales.map(sale), bulk),
    refund: refund && {
      id: refund.id,
      processedAt: refund.at,
      refundLineItems: connection(
        refund.lines.map((line) => ({
          id: line.id,
          quantity: line.quantity,
          restockType: line.restock,
          lineItem: { id: line.item.id },
        })),
        bulk,
      ),
    },
  })
  const transactions = order.payments.map(({ id, kind, status, gateway, amount, at, test, fees }) => ({
    id,
    kind,
    status,
    gateway,
    test,
    processedAt: at,
    fees: fees.map((fee) => ({
      id: fee.id,
      type: 'processing_fee',
      amount: { amount: money(fee.amount), currencyCode: fee.currency },
    })),
    maximumRefundableV2: { amount: money(amount < left ? amount : left), currencyCode: order.currency },
  }))
  return {
    __typename: 'Order',
    id: order.id,
    name: order.name,
    note: order.note,
    createdAt: order.at,
    processedAt: order.at,
    updatedAt: order.updated,
    cancelledAt: order.cancelled,
    test: order.test,
    displayFinancialStatus: order.financial,
    currencyCode: order.currency,
    presentmentCurrencyCode: order.presentment,
    taxesIncluded: order.taxesIncluded,
    paymentGatewayNames: order.payments.map(({ gateway }) => gateway),
    shippingAddress: order.address
      ? { ...order.address, countryCodeV2: order.address.countryCode }
      : order.country && { countryCodeV2: order.country },
    cancellation: order.cancelled && { staffNote: order.cancelNote },
    displayFulfillmentStatus: order.sent,
    tags: order.tags,
    fulfillments: order.parcels.map(({ id, status, number, company }) => ({
      id,
      status,
      trackingInfo: number === null ? [] : [{ number, company }],
    })),
    customer: order.customer && { id: order.customer },
    transactions: ({ first }: { first?: number }) => transactions.slice(0, first),
    transactionsCount: { count: transactions.length, precision: 'EXACT' },
    refunds: order.refunds.map(({ id, note, amount, at }) => ({
      id,
      note,
      createdAt: at,
      totalRefundedSet: bag(amount),
    })),
    disputes: order.disputes.map(({ id, status }) => ({ id, status, initiatedAs: 'CHARGEBACK' })),
    agreements: connection(order.agreements.map(agreement), bulk),
  }
}

/** A SKU as GraphQL resolves it; `places` of the shop by their ids. */
export const shownVariant = (
  { id, product, item, sku, name, price, cost, grams, tracked, stock }: ShopVariant,
  { currency: currencyCode, places }: { currency: string; places: ReadonlyMap<string, string> },
) => ({
  id,
  sku,
  displayName: name,
  price,
  product: { id: product },
  inventoryItem: {
    id: item,
    tracked,
    unitCost: cost === null ? null : { amount: cost, currencyCode },
    measurement: { weight: { unit: 'KILOGRAMS', value: grams / 1_000 } },
    inventoryLevels: connection(
      [...stock].map(([place, quantity]) => ({
        location: { id: place, name: places.get(place) },
        quantities: [{ name: 'available', quantity }],
      })),
    ),
  },
})

/** A chargeback as GraphQL resolves it. */
export const shownDispute = (
  { id, status, at, ended, amount }: ShopOrder['disputes'][number],
  currencyCode: string,
) => ({
  __typename: 'ShopifyPaymentsDispute',
  id,
  status,
  initiatedAt: at,
  finalizedOn: ended,
  amount: { amount: money(amount), currencyCode },
})
