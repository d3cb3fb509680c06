import { parse } from 'graphql'
import { expect, test } from 'bun:test'
import { ordersInBulk, READ_ORDER, READ_TRANSACTIONS } from '../../src/ingest/shopify/order-document.ts'
import { ORDER_DOCUMENTS } from '../../src/shopify/orders.ts'
import { wrongWith } from '../support/shopify-schema.ts'

const DOCUMENTS = [...ORDER_DOCUMENTS, READ_ORDER, READ_TRANSACTIONS, ordersInBulk('created_at:>=2026-01-01')]

test('every document that we send fits Shopify’s own schema, without deprecated fields', () => {
  expect(DOCUMENTS.map((document) => wrongWith(parse(document)))).toEqual(DOCUMENTS.map(() => []))
})

test('what does not fit is found: a list taken for a connection, and a deprecated field', () => {
  const wrong = (fields: string) => wrongWith(parse(`query Q { orders(first: 1) { nodes { ${fields} } } }`)).join(' ')
  expect(wrong('refunds { nodes { id } }')).toContain('Cannot query field "nodes"')
  expect(wrong('totalPrice')).toContain('deprecated')
})
