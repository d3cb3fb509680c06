import {
  goodsOf,
  type Item,
  leftOf,
  money,
  newId,
  type NewLine,
  type RestockType,
  saleOf,
  type ShopOrder,
  takenBack,
} from './shopify-objects.ts'

type Refunded = {
  at: string
  lines?: { item: Item; quantity: number; restock?: RestockType }[]
  shipping?: string
  /** Money on top of the goods, or less. */
  adjustment?: string
  /** Percent on the shipping. */
  tax?: number
}

export const itemsOf = (order: ShopOrder): Item[] => {
  const items = order.agreements.flatMap(({ sales }) => sales.flatMap(({ item }) => item ?? []))
  return [...new Map(items.map((item) => [item.id, item])).values()]
}

/** Gives goods and money back. */
export function refund(order: ShopOrder, { at, lines = [], shipping, adjustment, tax = 0 }: Refunded): void {
  const taken = lines.map(({ item, quantity }) => takenBack(order, item, quantity, 'RETURN'))
  const negative = (amount: string) => (amount.startsWith('-') ? amount.slice(1) : `-${amount}`)
  const sales = [
    ...taken,
    ...(shipping
      ? [saleOf('SHIPPING', negative(shipping), { tax, taxesIncluded: order.taxesIncluded }, { action: 'RETURN' })]
      : []),
    ...(adjustment ? [saleOf('ADJUSTMENT', negative(adjustment), {}, { action: 'RETURN' })] : []),
  ]
  const id = newId('Refund')
  const refunded = lines.map(({ item, quantity, restock = 'RETURN' }) => ({
    id: newId('RefundLineItem'),
    item,
    quantity,
    restock,
  }))
  order.agreements.push({
    id: newId('SalesAgreement'),
    kind: 'RefundAgreement',
    at,
    refund: { id, at, lines: refunded },
    sales,
  })
  order.refunds.push({ id, note: null, at, amount: -sales.reduce((sum, { total }) => sum + total, 0n) })
  order.updated = at
}

/** Adds and takes out goods before they are sent. */
export function edit(
  order: ShopOrder,
  given: { at: string; add?: NewLine[]; remove?: { item: Item; quantity: number }[]; tax?: number },
): void {
  const { at, add = [], remove = [], tax } = given
  const taken = remove.map(({ item, quantity }) => takenBack(order, item, quantity, 'UPDATE'))
  const about = { taxesIncluded: order.taxesIncluded, ...(tax !== undefined && { tax }) }
  const sales = [...taken, ...goodsOf(add, about, 'UPDATE')]
  order.agreements.push({ id: newId('SalesAgreement'), kind: 'OrderEditAgreement', at, sales })
  order.updated = at
}

/** Calls the order off: everything that is left goes back on the shelf, and its shipping is given back. */
export function cancel(order: ShopOrder, { at }: { at: string }): void {
  const lines = itemsOf(order).flatMap((item) => {
    const { quantity } = leftOf(order, item)
    return quantity > 0 ? [{ item, quantity, restock: 'CANCEL' as const }] : []
  })
  const shipping = order.agreements.flatMap(({ sales }) => sales).filter(({ type }) => type === 'SHIPPING')
  refund(order, { at, lines })
  const { sales } = order.agreements.at(-1)!
  const sum = (of: 'total' | 'tax') => shipping.reduce((total, sale) => total + sale[of], 0n)
  order.refunds.at(-1)!.amount += sum('total')
  if (sum('total') !== 0n)
    sales.push({ ...saleOf('SHIPPING', money(-sum('total')), {}, { action: 'RETURN' }), tax: -sum('tax') })
  order.cancelled = at
}
