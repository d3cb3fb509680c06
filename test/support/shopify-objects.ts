/** What a shop holds. Amounts are minor units of two decimals, in the currency of the shop. */
export type Item = { id: string; sku: string | null; name: string; giftCard: boolean }
export type Sale = {
  id: string
  action: 'ORDER' | 'UPDATE' | 'RETURN'
  type: 'PRODUCT' | 'SHIPPING' | 'TIP' | 'GIFT_CARD' | 'DUTY' | 'FEE' | 'ADDITIONAL_FEE' | 'ADJUSTMENT'
  quantity: number | null
  /** After discounts, with tax; taken back is negative. Likewise tax, and the discount before tax. */
  total: bigint
  tax: bigint
  discount: bigint
  item?: Item
}
export type RestockType = 'CANCEL' | 'LEGACY_RESTOCK' | 'NO_RESTOCK' | 'RETURN'
export type Agreement = {
  id: string
  kind: 'OrderAgreement' | 'OrderEditAgreement' | 'RefundAgreement' | 'ReturnAgreement'
  at: string
  refund?: { id: string; at: string; lines: { id: string; item: Item; quantity: number; restock: RestockType }[] }
  sales: Sale[]
}
export type Payment = {
  id: string
  gateway: string
  kind: string
  status: string
  amount: bigint
  at: string
  test: boolean
  fees: { id: string; amount: bigint; currency: string }[]
}
export type ShopOrder = {
  id: string
  name: string
  note: string | null
  currency: string
  presentment: string
  at: string
  updated: string
  cancelled: string | null
  test: boolean
  financial: string
  taxesIncluded: boolean
  country: string | null
  customer: string | null
  payments: Payment[]
  /** Money given back, as the customer sees it. */
  refunds: { id: string; note: string | null; amount: bigint; at: string }[]
  tags: string[]
  address: ShopAddress | null
  /** How much of it was sent, and the parcels. */
  sent: 'UNFULFILLED' | 'PARTIALLY_FULFILLED' | 'FULFILLED'
  parcels: { id: string; status: string; number: string | null; company: string | null; mails: number }[]
  /** What the team noted when it was called off. */
  cancelNote: string | null
  agreements: Agreement[]
  /** Chargebacks. */
  disputes: { id: string; status: string; at: string; ended: string | null; amount: bigint }[]
}

/** As Shopify takes it: null where nothing is said. */
export type ShopAddress = Record<
  | 'firstName'
  | 'lastName'
  | 'company'
  | 'address1'
  | 'address2'
  | 'zip'
  | 'city'
  | 'provinceCode'
  | 'countryCode'
  | 'phone',
  string | null
>

/** A SKU that the shop sells; `cost` of one, null where nobody has set it. */
export type ShopVariant = {
  id: string
  product: string
  /** Its inventory item. */
  item: string
  sku: string | null
  name: string
  price: string
  cost: string | null
  grams: number
  /** Whether the shop counts it, and how many can be sold from each place. */
  tracked: boolean
  stock: Map<string, number>
}

let made = 450_000_000
export const newId = (type: string) => `gid://shopify/${type}/${++made}`

export const cents = (amount: string) => BigInt(Math.round(Number(amount) * 100))
export const money = (amount: bigint) => {
  const digits = String(amount < 0n ? -amount : amount).padStart(3, '0')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** A line of an order: `price` of one and `discount` on all of it, as they stand in the shop: with tax where prices include it. */
export type NewLine = {
  sku?: string | null
  name?: string
  quantity?: number
  price: string
  discount?: string
  giftCard?: boolean
}
export type NewOrder = {
  at: string
  lines: NewLine[]
  shipping?: string
  tip?: string
  duty?: string
  /** Percent. */
  tax?: number
  taxesIncluded?: boolean
  gateway?: string
  fee?: string | null
  test?: boolean
  country?: string
  customer?: string
  financial?: string
}
/** What an amount as it stands in the shop is, with its tax, in parts that add up. */
function taxed(
  given: bigint,
  discount: bigint,
  { tax = 0, taxesIncluded = false }: Pick<NewOrder, 'tax' | 'taxesIncluded'>,
) {
  const of = (amount: bigint) => {
    const part = taxesIncluded ? (Number(amount) * tax) / (100 + tax) : (Number(amount) * tax) / 100
    return BigInt(Math.round(part))
  }
  const charged = given - discount
  const included = taxesIncluded ? of(charged) : 0n
  return {
    total: taxesIncluded ? charged : charged + of(charged),
    tax: taxesIncluded ? included : of(charged),
    discount: taxesIncluded ? discount - of(discount) : discount,
  }
}

export const saleOf = (
  type: Sale['type'],
  amount: string,
  about: Pick<NewOrder, 'tax' | 'taxesIncluded'>,
  more: Partial<Sale> = {},
): Sale => ({
  id: newId(`${type === 'PRODUCT' ? 'Product' : 'Other'}Sale`),
  action: 'ORDER',
  type,
  quantity: null,
  ...taxed(cents(amount), 0n, about),
  ...more,
})

/** Sales of goods, one for each line. */
export const goodsOf = (
  lines: readonly NewLine[],
  about: Pick<NewOrder, 'tax' | 'taxesIncluded'>,
  action: Sale['action'] = 'ORDER',
): Sale[] =>
  lines.map(({ sku = null, name, quantity = 1, price, discount = '0', giftCard = false }) => {
    const item: Item = { id: newId('LineItem'), sku, name: name ?? sku ?? 'Thing', giftCard }
    const amounts = taxed(cents(price) * BigInt(quantity), cents(discount), giftCard ? {} : about)
    return { id: newId('ProductSale'), action, type: giftCard ? 'GIFT_CARD' : 'PRODUCT', quantity, item, ...amounts }
  })

/** An order as it is placed, with what was paid for it. */
export function placed(name: string, order: NewOrder, currency = 'EUR'): ShopOrder {
  const sales = [
    ...goodsOf(order.lines, order),
    ...(order.shipping ? [saleOf('SHIPPING', order.shipping, order)] : []),
    ...(order.tip ? [saleOf('TIP', order.tip, {})] : []),
    ...(order.duty ? [saleOf('DUTY', order.duty, {})] : []),
  ]
  const amount = sales.reduce((sum, { total }) => sum + total, 0n)
  const fees = order.fee ? [{ id: newId('TransactionFee'), amount: cents(order.fee), currency }] : []
  const paid = {
    gateway: order.gateway ?? 'shopify_payments',
    kind: 'SALE',
    status: 'SUCCESS',
    test: order.test ?? false,
  }
  return {
    id: newId('Order'),
    name,
    note: null,
    currency,
    presentment: currency,
    at: order.at,
    updated: order.at,
    cancelled: null,
    test: order.test ?? false,
    financial: order.financial ?? 'PAID',
    taxesIncluded: order.taxesIncluded ?? false,
    country: order.country ?? null,
    customer: order.customer ?? null,
    payments: [{ id: newId('OrderTransaction'), amount, at: order.at, fees, ...paid }],
    refunds: [],
    tags: [],
    address: null,
    sent: 'UNFULFILLED',
    parcels: [],
    cancelNote: null,
    agreements: [{ id: newId('SalesAgreement'), kind: 'OrderAgreement', at: order.at, sales }],
    disputes: [],
  }
}

/** What can still be given back of an order. */
export const leftToRefund = ({ payments, refunds }: ShopOrder) =>
  payments.reduce((sum, { amount }) => sum + amount, 0n) - refunds.reduce((sum, { amount }) => sum + amount, 0n)

/** What is left of an item: pieces, and what they were sold for. */
export function leftOf(order: ShopOrder, item: Item) {
  const sales = order.agreements.flatMap((agreement) => agreement.sales.filter((sale) => sale.item?.id === item.id))
  const sum = (of: (sale: Sale) => bigint) => sales.reduce((total, sale) => total + of(sale), 0n)
  const quantity = sales.reduce((total, sale) => total + (sale.quantity ?? 0), 0)
  return { quantity, total: sum((s) => s.total), tax: sum((s) => s.tax), discount: sum((s) => s.discount) }
}

/** The sale that takes pieces of an item back: their share of what is left, the last ones the rest. */
export function takenBack(order: ShopOrder, item: Item, quantity: number, action: 'RETURN' | 'UPDATE'): Sale {
  const left = leftOf(order, item)
  const part = (amount: bigint) => -((amount * BigInt(quantity)) / BigInt(left.quantity))
  const type = item.giftCard ? 'GIFT_CARD' : 'PRODUCT'
  const amounts = { total: part(left.total), tax: part(left.tax), discount: part(left.discount) }
  return { id: newId('ProductSale'), action, type, quantity: -quantity, item, ...amounts }
}
