import { chance } from './chance.ts'

/** How the lines that are made up are read: goods at 40 % of their price, postage and gift cards. */
export const MAPPING = {
  format: 'order-lines',
  columns: { order: 'order', sku: 'sku', title: 'title', quantity: 'qty', at: 'at', unit_price: 'price', customer: 'customer', country: 'country' }, // prettier-ignore
  credit_note_prefixes: ['C'],
  accounts: [
    { skus: ['POST'], account: 'shipping_income' },
    { sku_prefix: 'gift_', account: 'gift_cards' },
  ],
  cost_percent_of_list: 40,
}

/**
 * A CSV of so many order lines over two years, the same each time: orders of 1 to 40 lines of 4,000 SKUs, one in twenty a credit note, some
 * free lines, prices of two or three decimals.
 */
export function generatedOrderLines(lines: number): string {
  const below = chance(20_260_203)
  const start = Date.UTC(2024, 0, 1)
  const step = (730 * 86_400_000) / lines
  const rows = ['order,sku,title,qty,at,price,customer,country']
  for (let order = 1; rows.length <= lines; order++) {
    const credit = below(20) === 0
    const at = new Date(start + rows.length * step).toISOString().slice(0, 19).replace('T', ' ')
    const customer = `C-${below(5_000)},${['NL', 'GB', 'DE'][below(3)]}`
    for (let line = below(40); line >= 0 && rows.length <= lines; line--) {
      const sku = ['POST', 'gift_10'][below(80)] ?? `sku-${below(4_000)}`
      const price = below(200) === 0 ? '0' : `${below(30)}.${String(below(1_000)).padStart(3, '0')}`
      const quantity = (1 + below(12)) * (credit ? -1 : 1)
      rows.push(
        `${credit ? 'C' : ''}${order},${sku},"Title of ${sku}, with a comma",${quantity},${at},${price},${customer}`,
      )
    }
  }
  return `${rows.join('\n')}\n`
}
