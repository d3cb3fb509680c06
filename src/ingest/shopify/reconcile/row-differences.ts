import type { BookedRows } from '../../../../sql/booked-orders.ts'
import type { Cause } from '../../../../sql/reconciliation.ts'
import type { SaidOrder } from '../../../../sql/shopify-orders.ts'
import { dayIn } from '../../../day.ts'
import { amountText, minorDigits } from '../../../money.ts'
import { numberOf, type ShopifyOrder } from '../order-shape.ts'

/** Something of an order that our books have otherwise than the shop, and the days that it moves. */
export type Found = { cause: Cause; words: string; days: string[] }

type Compared = { shop: ShopifyOrder; said: SaidOrder; booked: BookedRows; time_zone: string; currency: string }
type Dayed = Compared & { dayOf: (at: string | null) => string; money: (minor: number) => string }

/** Minor units that are a matter of rounding, for each piece that was sold. */
const ROUNDING = 1

/**
 * What the rows of an order say otherwise than the shop, what explains most first; nothing when they say the same, so that the entries are
 * not what the rows say.
 */
export function rowDifferences(given: Compared): Found[] {
  const { said, time_zone, currency } = given
  const of: Dayed = {
    ...given,
    dayOf: (at) => dayIn(time_zone, new Date(at ?? said.placed_at)),
    money: (minor) => `${amountText((minor / 10 ** minorDigits(currency)).toFixed(minorDigits(currency)), currency)} ${currency}`, // prettier-ignore
  }
  return [status, otherCurrency, placedOn, refunds, amounts, lines, charges].flatMap((look) => look(of))
}

/** All days on which something of the order happened, on either side. */
const allDays = ({ said, booked, dayOf }: Dayed): string[] => [
  ...[null, ...said.lines.map(({ at }) => at), ...said.refunds.map(({ at }) => at), ...said.amounts.map(({ at }) => at)].map(dayOf),
  ...[booked, ...booked.lines, ...booked.refunds, ...booked.amounts].map(({ day }) => day),
] // prettier-ignore

function status(of: Dayed): Found[] {
  const { said, booked } = of
  if (said.status === booked.status) return []
  const days = allDays(of)
  if (said.status === 'test') return [{ cause: 'test_counted', words: 'It is a test order, and our books count it.', days }] // prettier-ignore
  if (said.status === 'voided') return [{ cause: 'void_counted', words: 'Its payment was voided, and our books count it.', days }] // prettier-ignore
  const as = booked.status === 'test' ? 'a test' : 'voided'
  return [{ cause: 'wrongly_left_out', words: `Our books leave it out as ${as}, and in Shopify it counts.`, days }]
}

/** Amounts that all are the same multiple of the shop's: booked in the currency that the customer paid in. */
function otherCurrency(of: Dayed): Found[] {
  const { said, booked } = of
  const pairs = said.lines
    .map(({ key, amount_minor }) => [amount_minor, booked.lines.find((line) => line.key === key)?.amount])
    .concat([[said.taxes_minor, booked.taxes], [said.shipping_income_minor, booked.shipping]])
    .filter((pair): pair is [number, number] => pair[0] !== 0 && pair[1] !== undefined) // prettier-ignore
  const [first] = pairs.toSorted(([a], [b]) => b - a)
  if (!first || pairs.length < 2) return []
  const rate = first[1] / first[0]
  const isAll = Math.abs(rate - 1) > 0.01 && pairs.every(([theirs, ours]) => Math.abs(ours - theirs * rate) <= 1 + Math.abs(rate)) // prettier-ignore
  if (!isAll) return []
  const words = `Every amount in our books is ${rate.toFixed(4)} times Shopify’s: it was booked in another currency than the shop’s.`
  return [{ cause: 'other_currency', words, days: allDays(of) }]
}

function placedOn({ booked, dayOf }: Dayed): Found[] {
  const day = dayOf(null)
  if (booked.day === day) return []
  const words = `It was placed on ${day} by the clocks of the store, and our books have it on ${booked.day}.`
  return [{ cause: 'wrong_day', words, days: [day, booked.day] }]
}

type Refund = BookedRows['refunds'][number]
const totals = ({ shipping, taxes, lines: of }: Refund) => {
  const goods = of.reduce((sum, { amount }) => sum + amount, 0)
  const pieces = of.reduce((sum, { quantity }) => sum + quantity, 0)
  return { goods, pieces, shipping, taxes, all: goods + shipping + taxes }
}
const isAlike = (a: Refund, b: Refund) => JSON.stringify(totals(a)) === JSON.stringify(totals(b))
/** The number of a refund, whose goods stand apart when they did not go back on the shelf. */
const bare = (key: string) => key.split('/')[0]!

function refunds({ shop, said, booked, dayOf, money }: Dayed): Found[] {
  const theirs: Refund[] = said.refunds.map(({ key, at, shipping_refund_minor, taxes_minor, lines: of }) => ({
    key,
    day: dayOf(at),
    shipping: shipping_refund_minor,
    taxes: taxes_minor,
    lines: of.map(({ line, quantity, amount_minor }) => ({ line, quantity, amount: amount_minor })),
  }))
  const cancelled = new Set(
    shop.agreements.flatMap(({ refund, refund_lines }) =>
      shop.cancelledAt && refund && refund_lines.some(({ restockType }) => restockType === 'CANCEL')
        ? [numberOf(refund.id)]
        : [],
    ),
  )
  const missing = theirs.filter(({ key }) => !booked.refunds.some((one) => one.key === key))
  const extra = booked.refunds.filter(({ key }) => !theirs.some((one) => one.key === key))
  return [
    ...missing.map((refund): Found => {
      const { day } = refund
      const amount = money(totals(refund).all)
      return cancelled.has(bare(refund.key))
        ? { cause: 'cancellation_missing', words: `It was cancelled on ${day} (${amount}), and our books do not know.`, days: [day] } // prettier-ignore
        : { cause: 'refund_missing', words: `A refund of ${day} (${amount}) is not in our books.`, days: [day] }
    }),
    ...extra.map((refund): Found => {
      const { day } = refund
      const amount = money(totals(refund).all)
      return booked.refunds.some((one) => one !== refund && isAlike(one, refund))
        ? { cause: 'refund_twice', words: `Our books have a refund twice, on ${day} once more (${amount}).`, days: [day] } // prettier-ignore
        : { cause: 'refund_unknown', words: `Our books have a refund on ${day} (${amount}) that Shopify does not have.`, days: [day] } // prettier-ignore
    }),
    ...theirs.flatMap((refund): Found[] => {
      const ours = booked.refunds.find(({ key }) => key === refund.key)
      if (!ours) return []
      const days = [refund.day, ours.day]
      if (ours.day !== refund.day)
        return [{ cause: 'wrong_day', words: `A refund of ${refund.day} stands on ${ours.day} in our books.`, days }]
      if (isAlike(ours, refund)) return []
      const [a, b] = [totals(refund).all, totals(ours).all].map(money)
      return [{ cause: 'refund_differs', words: `The refund of ${refund.day} is ${a} in Shopify and ${b} in our books.`, days }] // prettier-ignore
    }),
  ]
}

const ACCOUNTS: Record<string, { cause: Cause; name: string }> = {
  shipping_income: { cause: 'shipping', name: 'shipping' },
  taxes: { cause: 'tax', name: 'tax' },
  returns: { cause: 'refund_differs', name: 'returns' },
  discounts: { cause: 'discount', name: 'discount' },
  gross_sales: { cause: 'price', name: 'sales' },
}

/** What happened on a day of its own and is neither a line nor a refund of goods: an edit, or money that was given back without goods. */
function amounts({ shop, said, booked, dayOf, money }: Dayed): Found[] {
  const ofRefunds = new Set(shop.agreements.flatMap(({ refund }) => (refund ? [numberOf(refund.id)] : [])))
  const theirs = said.amounts.filter(({ account }) => account in ACCOUNTS)
  const found: Found[] = []
  for (const { key, account, at, amount_minor } of theirs) {
    const day = dayOf(at)
    const ours = booked.amounts.find((one) => one.key === key && one.account === account)
    const { cause, name } = ACCOUNTS[account]!
    if (!ours)
      found.push(
        ofRefunds.has(key)
          ? { cause: 'refund_missing', words: `A refund of ${day} (${money(amount_minor)} ${name}) is not in our books.`, days: [day] }
          : { cause: 'edit_missing', words: `An edit of ${day} (${money(amount_minor)} ${name}) is not in our books.`, days: [day] },
      ) // prettier-ignore
    else if (ours.day !== day)
      found.push({ cause: 'wrong_day', words: `What happened on ${day} stands on ${ours.day} in our books.`, days: [day, ours.day] }) // prettier-ignore
    else if (ours.amount !== amount_minor)
      found.push({ cause, words: `On ${day} ${name} of ${money(amount_minor)} in Shopify are ${money(ours.amount)} in our books.`, days: [day] }) // prettier-ignore
  }
  for (const ours of booked.amounts) {
    const { key, account, day, amount } = ours
    if (!(account in ACCOUNTS) || theirs.some((one) => one.key === key && one.account === account)) continue
    const words = `Our books have ${money(amount)} of ${ACCOUNTS[account]!.name} on ${day} that Shopify does not have.`
    const isTwice = theirs.some((one) => one.account === account && one.amount_minor === amount)
    const cause = account !== 'returns' ? 'edit_unknown' : isTwice ? 'refund_twice' : 'refund_unknown'
    found.push({ cause, words, days: [day] })
  }
  return found
}

function lines({ said, booked, dayOf, money }: Dayed): Found[] {
  const found: Found[] = []
  for (const { key, sku, quantity, amount_minor, discount_minor, at } of said.lines) {
    const day = dayOf(at)
    const ours = booked.lines.find((line) => line.key === key)
    const piece = `${quantity} × ${sku} (${money(amount_minor - discount_minor)})`
    if (!ours)
      found.push(
        at === null
          ? { cause: 'line_missing', words: `${piece} is not in our books.`, days: [day] }
          : { cause: 'edit_missing', words: `An edit of ${day} added ${piece}, which is not in our books.`, days: [day] }, // prettier-ignore
      )
    else if (ours.day !== day)
      found.push({ cause: 'wrong_day', words: `${piece} of ${day} stands on ${ours.day} in our books.`, days: [day, ours.day] }) // prettier-ignore
    else if (ours.quantity !== quantity)
      found.push({ cause: 'quantity', words: `${sku}: ${quantity} in Shopify, ${ours.quantity} in our books.`, days: [day] }) // prettier-ignore
    else if (ours.amount !== amount_minor)
      found.push(differs('price', `${quantity} × ${sku}`, { theirs: amount_minor, ours: ours.amount, pieces: quantity, day, money })) // prettier-ignore
    else if (ours.discount !== discount_minor)
      found.push(differs('discount', `Discount on ${sku}`, { theirs: discount_minor, ours: ours.discount, pieces: quantity, day, money })) // prettier-ignore
  }
  for (const { key, sku, quantity, amount, discount, day } of booked.lines) {
    if (said.lines.some((line) => line.key === key)) continue
    const words = `Our books have ${quantity} × ${sku} (${money(amount - discount)}) on ${day} that Shopify does not have.`
    found.push({ cause: key.includes('/') ? 'edit_unknown' : 'line_unknown', words, days: [day] })
  }
  return found
}

type Two = { theirs: number; ours: number; pieces: number; day: string; money: (minor: number) => string }

function differs(cause: Cause, name: string, { theirs, ours, pieces, day, money }: Two): Found {
  const isRounding = Math.abs(theirs - ours) <= ROUNDING * Math.max(pieces, 1)
  return {
    cause: isRounding ? 'rounding' : cause,
    words: `${name}: ${money(theirs)} in Shopify, ${money(ours)} in our books.`,
    days: [day],
  }
}

/** Shipping and tax of the moment the order was placed. */
function charges({ said, booked, dayOf, money }: Dayed): Found[] {
  const day = dayOf(null)
  const of = { day, money }
  const pieces = said.lines.length
  return [
    ...(said.shipping_income_minor === booked.shipping ? [] : [differs('shipping', 'Shipping', { ...of, theirs: said.shipping_income_minor, ours: booked.shipping, pieces: 1 })]),
    ...(said.taxes_minor === booked.taxes ? [] : [differs('tax', 'Tax', { ...of, theirs: said.taxes_minor, ours: booked.taxes, pieces })]),
  ] // prettier-ignore
}
