import { expect, test } from 'bun:test'
import { neededScopes, wantedScopes } from '../../dashboard/lib/shopify-scopes.ts'
import { NEEDED, WANTED } from '../../src/shopify/connect-shop.ts'

test('the wizard tells the scopes that a connection is checked for, each in the same words', () => {
  expect([neededScopes, wantedScopes]).toEqual([NEEDED, WANTED])
})
