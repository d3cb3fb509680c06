import { parse } from 'graphql'
import { expect, test } from 'bun:test'
import { POLL_BULK, RUN_BULK } from '../../src/ingest/shopify/bulk-operation.ts'
import { READ_DISPUTES } from '../../src/ingest/shopify/disputes.ts'
import { ordersInBulk, READ_ORDER, READ_ORDERS, READ_TRANSACTIONS } from '../../src/ingest/shopify/order-document.ts'
import { CHANGED_ORDERS } from '../../src/ingest/shopify/changed-orders.ts'
import { READ_INVENTORY_ITEM, READ_PRODUCT } from '../../src/ingest/shopify/read-product.ts'
import { SALES_REPORT } from '../../src/ingest/shopify/reconcile/sales-report.ts'
import { READ_VARIANTS } from '../../src/ingest/shopify/sync-products.ts'
import { CREATE_WEBHOOK, DELETE_WEBHOOK, LIST_WEBHOOKS } from '../../src/ingest/shopify/sync-webhooks.ts'
import { APP_SCOPES } from '../../src/shopify/app-scopes.ts'
import { CANCEL_DOCUMENTS } from '../../src/shopify/cancel-order.ts'
import { ABOUT_SHOP, NEEDED, WANTED } from '../../src/shopify/connect-shop.ts'
import { ADDRESS_DOCUMENTS } from '../../src/shopify/order-address.ts'
import { TAG_DOCUMENTS } from '../../src/shopify/order-tags.ts'
import { ORDER_DOCUMENTS } from '../../src/shopify/orders.ts'
import { TRACKING_DOCUMENTS } from '../../src/shopify/tracking.ts'
import { VARIANT_DOCUMENTS } from '../../src/shopify/variants.ts'
import { bulkErrors } from '../support/shopify-bulk.ts'
import { scopesMissing, wrongWith } from '../support/shopify-schema.ts'

const DOCUMENTS = [
  ...ORDER_DOCUMENTS,
  ...CANCEL_DOCUMENTS,
  ...ADDRESS_DOCUMENTS,
  ...TAG_DOCUMENTS,
  ...TRACKING_DOCUMENTS,
  ...VARIANT_DOCUMENTS,
  READ_ORDER,
  READ_ORDERS,
  READ_TRANSACTIONS,
  ABOUT_SHOP,
  READ_VARIANTS,
  READ_PRODUCT,
  READ_INVENTORY_ITEM,
  CHANGED_ORDERS,
  LIST_WEBHOOKS,
  CREATE_WEBHOOK,
  DELETE_WEBHOOK,
  READ_DISPUTES,
  SALES_REPORT,
  APP_SCOPES,
  RUN_BULK,
  POLL_BULK,
  ordersInBulk('created_at:>=2026-01-01'),
]

test('every document that we send fits Shopify’s own schema, without deprecated fields', () => {
  expect(DOCUMENTS.map((document) => wrongWith(parse(document)))).toEqual(DOCUMENTS.map(() => []))
})

test('what does not fit is found: a list taken for a connection, and a deprecated field', () => {
  const wrong = (fields: string) => wrongWith(parse(`query Q { orders(first: 1) { nodes { ${fields} } } }`)).join(' ')
  expect(wrong('refunds { nodes { id } }')).toContain('Cannot query field "nodes"')
  expect(wrong('totalPrice')).toContain('deprecated')
})

test('what we read needs no scope that connecting a shop does not ask for', () => {
  const [needed, all] = [Object.keys(NEEDED), [...Object.keys(NEEDED), ...Object.keys(WANTED)]]
  const reads = [READ_ORDER, READ_TRANSACTIONS, READ_VARIANTS, READ_PRODUCT, READ_INVENTORY_ITEM, CHANGED_ORDERS, LIST_WEBHOOKS, CREATE_WEBHOOK, ABOUT_SHOP, ordersInBulk('')] // prettier-ignore
  expect(reads.flatMap((document) => scopesMissing(parse(document), needed))).toEqual([])
  expect(DOCUMENTS.flatMap((document) => scopesMissing(parse(document), all))).toEqual([])
})

test('a scope that a document needs is found, and one of several is enough', () => {
  expect(scopesMissing(parse(READ_ORDER), []).map(({ what }) => what)).toContain('Order')
  expect(scopesMissing(parse('{ orders(first: 1) { nodes { id } } }'), ['write_orders'])).toEqual([])
})

test('what we export in bulk keeps Shopify’s rules for that: at most five connections, two deep, none within a list', () => {
  expect(bulkErrors(ordersInBulk('')).map(String)).toEqual([])
  const within = '{ orders { edges { node { refunds { id refundLineItems { edges { node { id } } } } } } } }'
  expect(bulkErrors(within).join()).toContain('within a list field')
})
