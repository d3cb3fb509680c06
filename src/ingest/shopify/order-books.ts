import type { SaidOrder } from '../../../sql/shopify-orders.ts'

type Sold = { quantity: number; amount: number; discount: number }
type Item = { key: string; sku: string; title: string }
type Returned = { quantity: number; amount: number; parts: { quantity: number; restocked: boolean }[] }
type Page = {
  /** What names the agreement: the number of its refund, or its own. */
  key: string
  at: string
  /** Whether it is of the moment the order was placed. */
  placed: boolean
}
type Account = SaidOrder['amounts'][number]['account']

export type Books = ReturnType<typeof openBooks>

/**
 * The books of one order, written page by page: one for each agreement, in the order of time. Amounts are minor units ex tax. What belongs
 * to the moment the order was placed stands with the order, what was taken back in a refund of its day, all else as an amount of its day.
 */
export function openBooks() {
  const order = { shipping_income_minor: 0, tips_minor: 0, taxes_minor: 0 }
  const lines: SaidOrder['lines'] = []
  const refunds: SaidOrder['refunds'] = []
  const amounts: SaidOrder['amounts'] = []
  /** Pieces that were not returned yet, by item: the last line sold first. */
  const left = new Map<string, { line: string; quantity: number }[]>()

  function page({ key, at, placed }: Page) {
    const add = (account: Account, amount_minor: number) => {
      if (amount_minor === 0) return
      const known = amounts.find((one) => one.key === key && one.account === account)
      if (known) known.amount_minor += amount_minor
      else amounts.push({ key, at, account, amount_minor, moved: false })
    }
    const refund = (restocked?: boolean) => {
      const name = restocked === false ? `${key}/not restocked` : key
      const known = refunds.find((one) => one.key === name)
      if (known) return known
      const made = { key: name, at, shipping_refund_minor: 0, taxes_minor: 0, lines: [] }
      refunds.push(made)
      return made
    }
    const isRefund = () => refunds.some((one) => one.key === key || one.key === `${key}/not restocked`)

    return {
      sold({ key: item, sku, title }: Item, { quantity, amount, discount }: Sold) {
        const line = placed ? item : `${item}/${key}`
        const known = lines.find((one) => one.key === line)
        if (known) {
          known.quantity += quantity
          known.amount_minor += amount
          known.discount_minor += discount
        } else
          lines.push({
            key: line,
            sku,
            title,
            quantity,
            amount_minor: amount,
            discount_minor: discount,
            at: placed ? null : at,
          })
        const stock = left.get(item) ?? []
        left.set(item, [{ line, quantity }, ...stock])
      },
      returned(item: string, { quantity, amount, parts }: Returned) {
        let [done, given] = [0, 0]
        const stock = left.get(item) ?? []
        // Pieces of which nothing is said are not on the shelf.
        for (const part of [...parts, { quantity: Infinity, restocked: false }])
          for (let wanted = Math.min(part.quantity, quantity - done); wanted > 0;) {
            const from = stock.find((one) => one.quantity > 0)
            if (!from) break
            const taken = Math.min(wanted, from.quantity)
            done += taken
            // The first n pieces as one amount, so that the parts add up.
            const upTo = Math.round((amount * done) / quantity)
            const into = refund(part.restocked).lines
            const known = into.find((one) => one.line === from.line)
            if (known) {
              known.quantity += taken
              known.amount_minor += upTo - given
            } else
              into.push({ line: from.line, quantity: taken, amount_minor: upTo - given, restocked: part.restocked })
            given = upTo
            from.quantity -= taken
            wanted -= taken
          }
        add('returns', amount - given)
      },
      shipping(net: number) {
        if (placed) order.shipping_income_minor += net
        else if (net < 0) refund().shipping_refund_minor -= net
        else add('shipping_income', net)
      },
      tips(net: number) {
        if (placed) order.tips_minor += net
        else add('tips', net)
      },
      taxes(tax: number) {
        if (placed) order.taxes_minor += tax
        else if (tax < 0 || isRefund()) {
          if (tax !== 0) refund().taxes_minor -= tax
        } else add('taxes', tax)
      },
      amount: add,
    }
  }

  return {
    page,
    /** A part of the order's fee that was taken at another time than the order was placed. */
    moved(key: string, at: string, amount_minor: number) {
      if (amount_minor !== 0) amounts.push({ key, at, account: 'transaction_fees', amount_minor, moved: true })
    },
    close: () => ({ ...order, lines, refunds, amounts: amounts.filter(({ amount_minor }) => amount_minor !== 0) }),
  }
}
