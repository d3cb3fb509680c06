/**
 * What we read of an order, the same in bulk and one by one. Sales agreements are Shopify's own ledger of an order: what was agreed when it
 * was placed, edited, returned and refunded, each sale with its amount, discount and tax.
 */
const MONEY = `{ shopMoney { amount currencyCode } }`

const TRANSACTION = `{ id kind status gateway test processedAt fees { id type amount { amount currencyCode } } }`
/** @param transactions how many at most; what an order has more is read by itself */
const order = (transactions: string) => `
  __typename id name processedAt updatedAt cancelledAt test displayFinancialStatus currencyCode taxesIncluded
  paymentGatewayNames shippingAddress { countryCodeV2 } customer { id }
  transactionsCount { count }
  transactions(first: ${transactions}) ${TRANSACTION}
  disputes { id initiatedAs status }`
const AGREEMENT = `__typename id happenedAt reason`
const ITEM = `id sku name`
const SALE = `
  __typename id actionType lineType quantity
  totalAmount ${MONEY} totalTaxAmount ${MONEY} totalDiscountAmountBeforeTaxes ${MONEY}
  ... on ProductSale { lineItem { ${ITEM} } }
  ... on GiftCardSale { lineItem { ${ITEM} } }`
const REFUND = `id processedAt`
const REFUND_LINE = `__typename id quantity restockType lineItem { id }`

/** The first of the agreements of an order, and of the sales and refunded lines of each. */
const agreements = (at: { after: string; sales_after: string; lines_after: string }) => `
  agreements(first: $agreements${at.after}) {
    pageInfo { hasNextPage endCursor }
    edges {
      cursor
      node {
        ${AGREEMENT}
        sales(first: $sales${at.sales_after}) { pageInfo { hasNextPage endCursor } nodes { ${SALE} } }
        ... on RefundAgreement {
          refund {
            ${REFUND}
            refundLineItems(first: $sales${at.lines_after}) { pageInfo { hasNextPage endCursor } nodes { ${REFUND_LINE} } }
          }
        }
      }
    }
  }`

/** Reads an order by its id, with so many of its agreements and of the sales of each. */
export const READ_ORDER = `
  query ReadOrder($id: ID!, $agreements: Int!, $after: String, $sales: Int!, $sales_after: String, $lines_after: String) {
    order(id: $id) {
      ${order('20')}
      ${agreements({ after: ', after: $after', sales_after: ', after: $sales_after', lines_after: ', after: $lines_after' })}
    }
  }`

/** Reads several orders by their ids, as far as they are short. */
export const READ_ORDERS = `
  query ReadOrders($ids: [ID!]!, $agreements: Int!, $sales: Int!) {
    nodes(ids: $ids) {
      ... on Order {
        ${order('3')}
        ${agreements({ after: '', sales_after: '', lines_after: '' })}
      }
    }
  }`

/** Reads the payments of an order that has many. */
export const READ_TRANSACTIONS = `
  query ReadTransactions($id: ID!) { order(id: $id) { transactions(first: 250) ${TRANSACTION} } }`

/**
 * Reads all orders that a search finds into a file: at most five connections, two deep, none within a list.
 * @param search in Shopify's words, such as `created_at:>=2026-01-01`; empty for all
 */
export const ordersInBulk = (search: string): string => `
  {
    orders(query: ${JSON.stringify(search)}) {
      edges {
        node {
          ${order('250')}
          agreements {
            edges {
              node {
                ${AGREEMENT}
                sales { edges { node { ${SALE} } } }
                ... on RefundAgreement { refund { ${REFUND} refundLineItems { edges { node { ${REFUND_LINE} } } } } }
              }
            }
          }
        }
      }
    }
  }`
