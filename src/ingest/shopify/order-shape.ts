import * as v from 'valibot'

const Amount = v.pipe(v.string(), v.regex(/^-?\d{1,13}(\.\d{1,6})?$/))
const Money = v.object({ amount: Amount, currencyCode: v.string() })
const Bag = v.object({ shopMoney: Money })
const Time = v.pipe(v.string(), v.isoTimestamp())
const Gid = v.pipe(v.string(), v.regex(/^gid:\/\/shopify\/\w+\/\d+/))
const Item = v.object({ id: Gid, sku: v.nullable(v.string()), name: v.string() })

/** One entry of a sales agreement, signed: what is taken back is negative. Amounts include tax, but for the discount. */
export const ShopifySale = v.object({
  id: Gid,
  actionType: v.picklist(['ORDER', 'UPDATE', 'RETURN', 'UNKNOWN']),
  lineType: v.string(),
  quantity: v.nullable(v.pipe(v.number(), v.integer())),
  totalAmount: Bag,
  totalTaxAmount: Bag,
  totalDiscountAmountBeforeTaxes: Bag,
  lineItem: v.optional(v.nullable(Item)),
})
export type ShopifySale = v.InferOutput<typeof ShopifySale>

export const ShopifyRefundLine = v.object({
  quantity: v.pipe(v.number(), v.integer()),
  restockType: v.picklist(['CANCEL', 'LEGACY_RESTOCK', 'NO_RESTOCK', 'RETURN']),
  lineItem: v.object({ id: Gid }),
})
const Refund = v.object({ id: Gid, processedAt: v.nullable(Time) })

/** An agreement without its sales, as it stands in a line of a bulk file. */
export const ShopifyAgreement = v.object({
  __typename: v.string(),
  id: Gid,
  happenedAt: Time,
  reason: v.string(),
  refund: v.optional(v.nullable(Refund)),
})

export const ShopifyTransaction = v.object({
  id: Gid,
  kind: v.string(),
  status: v.string(),
  gateway: v.nullable(v.string()),
  test: v.boolean(),
  processedAt: v.nullable(Time),
  fees: v.array(v.object({ id: v.string(), type: v.string(), amount: Money })),
})

/** An order without its agreements. */
export const ShopifyOrderHead = v.object({
  id: Gid,
  name: v.string(),
  processedAt: Time,
  updatedAt: Time,
  cancelledAt: v.nullable(Time),
  test: v.boolean(),
  displayFinancialStatus: v.nullable(v.string()),
  currencyCode: v.string(),
  taxesIncluded: v.boolean(),
  paymentGatewayNames: v.array(v.string()),
  shippingAddress: v.nullable(v.object({ countryCodeV2: v.nullable(v.string()) })),
  customer: v.nullable(v.object({ id: Gid })),
  transactionsCount: v.nullable(v.object({ count: v.number() })),
  transactions: v.array(ShopifyTransaction),
  disputes: v.array(v.object({ id: v.string(), initiatedAs: v.string(), status: v.string() })),
})

/** An order of a shop with everything that was agreed about it. */
export const ShopifyOrder = v.object({
  ...ShopifyOrderHead.entries,
  agreements: v.array(
    v.object({
      ...ShopifyAgreement.entries,
      sales: v.array(ShopifySale),
      refund_lines: v.array(ShopifyRefundLine),
    }),
  ),
})
export type ShopifyOrder = v.InferOutput<typeof ShopifyOrder>

/** The number of an id such as `gid://shopify/Order/450789469`. */
export const numberOf = (gid: string): string => /\/(\d+)(?:\?.*)?$/.exec(gid)?.[1] ?? gid
