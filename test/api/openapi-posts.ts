import {
  action,
  AD_SPEND,
  another,
  code,
  credentials,
  imported,
  invited,
  lesson,
  owner,
  parked,
  PASSWORD,
  posted,
  product,
  sync,
  table,
  task,
  unwanted,
  WATCH,
} from './openapi-given.ts'

const ORDER_MAPPING = JSON.stringify({
  format: 'order-lines',
  columns: { order: 'nr', sku: 'sku', quantity: 'qty', at: 'at', unit_price: 'price' },
})
const spend = { date: '2026-04-03', store: 'uk', platform: 'meta', amount: 12.5, currency: 'GBP' }
const rent = { name: 'Rent', amount: 1200, currency: 'EUR' }
const newCost = { unit_cost: 2400.5, currency: 'EUR', from: '2026-04-01' }

/** What is posted for test/api/openapi.test.ts, by route, in the order of asking; text is sent as CSV. */
export const POSTS: Record<string, [path: string, json: object | string][]> = {
  'POST /imports/orders': [
    [
      `/imports/orders?store=nl&mapping=${encodeURIComponent(ORDER_MAPPING)}`,
      'nr,sku,qty,at,price\n1,OAK-1,1,2026-04-02 12:00,4000\n',
    ],
    ['/imports/orders?store=nl', 'a,b\n1,2\n'],
  ],
  'POST /imports/unit-costs': [
    ['/imports/unit-costs?store=nl&from=2026-04-01', 'sku,unit cost\nOAK-1,2450.50\nNONE,1\n'],
    ['/imports/unit-costs', {}],
  ],
  'POST /imports/ad-spend': [
    ['/imports/ad-spend?store=nl', AD_SPEND],
    ['/imports/ad-spend?store=none', AD_SPEND],
  ],
  'POST /imports/fixed-costs': [['/imports/fixed-costs?store=nl', 'name,amount,currency\nRent,1200,EUR\n,1,EUR\n']],
  'POST /imports/products': [
    ['/imports/products?store=nl', 'sku,name,price\nOAK-3,Oak bench,1200\n'],
    ['/imports/products?dates=never', 'sku,name\n'],
  ],
  'POST /imports/{id}/apply': [
    [`/imports/${imported[0]}/apply`, {}],
    ['/imports/999999/apply', {}],
  ],
  'POST /imports/{id}/undo': [
    [`/imports/${imported[0]}/undo`, {}],
    [`/imports/${imported[1]}/undo`, {}],
  ],
  'POST /memories': [
    ['/memories', { content: 'Send reports without emojis', category: 'reports', scope: 'team', kind: 'rule' }],
    ['/memories', { content: 'Send reports without emojis', category: 'reports' }],
    ['/memories', { content: 'Our margin is 30 %' }],
  ],
  'POST /actions/{id}/approve': [
    [`/actions/${action}/approve`, {}],
    ['/actions/999999/approve', {}],
  ],
  'POST /actions/{id}/undo': [
    [`/actions/${action}/undo`, {}],
    [`/actions/${action}/undo`, {}],
  ],
  'POST /actions/{id}/reject': [
    [`/actions/${unwanted}/reject`, {}],
    [`/actions/${action}/reject`, {}],
  ],
  'POST /products': [
    ['/products', { name: 'Lamp', cost_price: 12.5, cost_currency: 'EUR' }],
    ['/products', { cost_price: -1 }],
  ],
  'POST /products/{id}/costs/preview': [
    [`/products/${table}/costs/preview`, newCost],
    ['/products/999999/costs/preview', newCost],
  ],
  'POST /products/{id}/costs': [
    [`/products/${table}/costs`, newCost],
    [`/products/${table}/costs`, {}],
  ],
  'POST /products/{id}/variants': [
    [`/products/${table}/variants`, { store: 'uk', sku: 'OAK-1', list_price: 99 }],
    [`/products/${table}/variants`, { store: 'uk', sku: 'OAK-1', rebook_from: '2026-04-01' }],
    [`/products/${table}/variants`, { store: 'none', sku: 'OAK-1' }],
  ],
  'POST /fixed-costs': [
    ['/fixed-costs', rent],
    ['/fixed-costs', { ...rent, amount: 1.001 }],
  ],
  'POST /stores': [
    ['/stores', { slug: 'be', name: 'Belgium', currency: 'EUR', time_zone: 'Europe/Brussels' }],
    ['/stores', { slug: 'be', name: 'Belgium', currency: 'EUR', time_zone: 'Europe/Brussels' }],
    ['/stores', { slug: 'be' }],
  ],
  'POST /financials/ad-spend': [
    ['/financials/ad-spend', spend],
    ['/financials/ad-spend', spend],
    ['/financials/ad-spend', [spend, { ...spend, amount: -1 }, 'x']],
    ['/financials/ad-spend', { ...spend, store: 'none' }],
    ['/financials/ad-spend', { ...spend, amount: 'x' }],
  ],
  'POST /financials/daily': [
    ['/financials/daily', posted],
    ['/financials/daily', posted],
    ['/financials/daily', [posted, {}]],
    ['/financials/daily', {}],
  ],
  'POST /financials/product-performance': [
    ['/financials/product-performance', product],
    ['/financials/product-performance', product],
    ['/financials/product-performance', [product, {}]],
    ['/financials/product-performance', { ...product, product_id: 999_999 }],
  ],
  'POST /reports': [
    ['/reports', { month: '2026-03' }],
    ['/reports', { month: '2026-03' }],
    ['/reports', { month: '2026-04', store: 'nl' }],
    ['/reports', { month: '2026-13' }],
  ],
  'POST /users': [
    ['/users', { email: 'second@example.com', role: 'finance', stores: ['nl'] }],
    ['/users', { email: 'second@example.com', role: 'finance' }],
    ['/users', { email: 'second', role: 'king' }],
  ],
  'POST /users/{id}/password-link': [
    [`/users/${owner.id}/password-link`, {}],
    ['/users/999999/password-link', {}],
  ],
  'POST /api-tokens': [
    ['/api-tokens', { name: 'Sheet', scopes: ['stats:read'], stores: ['nl'], expires_at: '2026-12-31T23:00:00Z' }],
    ['/api-tokens', { name: '', scopes: [] }],
  ],
  'POST /tasks': [
    ['/tasks', { ...WATCH, time_zone: 'Europe/London' }],
    ['/tasks', { ...WATCH, rhythm: { every: 'once', day: '2020-01-01', at: '09:00' } }],
    ['/tasks', { ...WATCH, rhythm: { every: 'moon' } }],
  ],
  'POST /tasks/{id}/run': [
    [`/tasks/${task}/run`, {}],
    ['/tasks/999999/run', {}],
  ],
  'POST /sources': [
    [
      '/sources',
      {
        kind: 'document',
        title: 'Handbook',
        format: 'markdown',
        text: '# Refunds\n\nAn owner approves refunds above 100 euros.',
      },
    ],
    ['/sources', lesson],
    ['/sources', { text: '', url: 'ftp://x' }],
  ],
  'POST /sync/{id}/run': [
    [`/sync/${sync}/run`, {}],
    ['/sync/999999/run', {}],
  ],
  'POST /sync/{id}/import': [
    [`/sync/${sync}/import`, { from: '2026-04-01', to: '2026-04-13' }],
    [`/sync/${sync}/import`, { from: '2026-04-13', to: '2026-04-01' }],
  ],
  'POST /jobs/{id}/retry': [
    [`/jobs/${parked}/retry`, {}],
    ['/jobs/999999/retry', {}],
  ],
  'POST /auth/set-password': [
    ['/auth/set-password', { token: String(invited['set_password']).split('#')[1], password: PASSWORD }],
    ['/auth/set-password', { token: 'x', password: PASSWORD }],
  ],
  'POST /auth/refresh': [['/auth/refresh', {}]],
  'POST /auth/login': [
    ['/auth/login', credentials],
    ['/auth/login', { ...credentials, password: 'wrong' }],
    ['/auth/login', {}],
  ],
  'POST /agents/messages': [
    ['/agents/messages', { text: 'Hi' }],
    ['/agents/messages', { text: 'Hi', conversation_id: 999 }],
  ],
  'POST /mcp': [
    [
      '/mcp',
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'find_products', arguments: { words: 'oak' } } },
    ],
    ['/mcp', {}],
  ],
  'POST /webhooks/telegram': [
    ['/webhooks/telegram', { update_id: 1 }],
    ['/webhooks/telegram', {}],
  ],
  'POST /telegram/pairings/{code}/approve': [
    [`/telegram/pairings/${code}/approve`, {}],
    [`/telegram/pairings/${code}/approve`, {}],
  ],
  'POST /telegram/pairings/{code}/reject': [[`/telegram/pairings/${another}/reject`, {}]],
  'POST /auth/password': [
    ['/auth/password', { current_password: PASSWORD, new_password: 'staple battery horse' }],
    ['/auth/password', { current_password: PASSWORD, new_password: 'staple battery horse' }],
  ],
  'POST /auth/logout': [['/auth/logout', {}]],
}
