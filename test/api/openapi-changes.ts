import {
  apiToken,
  CHANGED_ORDER,
  day,
  differently,
  invited,
  jp,
  memory,
  performance,
  table,
  task,
  unwanted,
} from './openapi-given.ts'

/** What is changed and taken away for test/api/openapi.test.ts, by route, in the order of asking. */
export const CHANGES: Record<string, [path: string, json?: object][]> = {
  'PATCH /products/{id}': [
    [`/products/${table}`, { name: 'Oak table', cost_price: 2450 }],
    ['/products/999999', {}],
  ],
  'DELETE /products/{id}/variants/{variant_id}': [
    [`/products/${table}/variants/1`],
    [`/products/${table}/variants/999999`],
  ],
  'DELETE /chunks/{id}': [['/chunks/1'], ['/chunks/999999']],
  'DELETE /sources/{id}': [['/sources/1'], ['/sources/999999']],
  'DELETE /products/{id}': [[`/products/${table}`], ['/products/999999']],
  'PATCH /fixed-costs/{id}': [
    ['/fixed-costs/1', { ends_on: '2026-12-31' }],
    ['/fixed-costs/1', { amount: 'x' }],
  ],
  'DELETE /fixed-costs/{id}': [['/fixed-costs/1'], ['/fixed-costs/999999']],
  'PATCH /users/{id}': [
    [`/users/${(invited['user'] as { id: number }).id}`, { role: 'finance', stores: ['nl'] }],
    ['/users/999999', { role: 'viewer' }],
  ],
  'DELETE /users/{id}': [[`/users/${(invited['user'] as { id: number }).id}`], ['/users/999999']],
  'DELETE /conversations/{id}': [['/conversations/1'], ['/conversations/999999']],
  'PATCH /tasks/{id}': [
    [`/tasks/${task}`, { status: 'paused' }],
    [`/tasks/${task}`, { rhythm: { every: 'day', at: '25:00' } }],
    ['/tasks/999999', { title: 'x' }],
  ],
  'DELETE /telegram/accounts/{id}': [['/telegram/accounts/4712'], ['/telegram/accounts/1']],
  'DELETE /tasks/{id}': [[`/tasks/${task}`], ['/tasks/999999']],
  'DELETE /api-tokens/{id}': [[`/api-tokens/${String(apiToken['id'])}`], ['/api-tokens/999999']],
  'PATCH /settings': [
    ['/settings', { name: 'Oak & co', secrets: { anthropic_api_key: 'sk-ant-1234567890' } }],
    ['/settings', { reporting_currency: 'CHF' }],
    ['/settings', { secrets: { anthropic_api_key: 5 } }],
  ],
  'PATCH /memories/{id}': [
    [`/memories/${memory}`, { status: 'active', category: 'language' }],
    [`/memories/${memory}`, { content: 'We earned 500 euros' }],
    ['/memories/999999', {}],
  ],
  'DELETE /memories/{id}': [[`/memories/${memory}`], ['/memories/999999']],
  'PATCH /actions/{id}': [
    [`/actions/${differently}`, { text: 'Only half of it' }],
    [`/actions/${unwanted}`, { text: 'Only half of it' }],
    [`/actions/${differently}`, {}],
  ],
  'PATCH /action-limits/{kind}': [
    ['/action-limits/refund', { max_amount: 250, blocked_product_ids: [table] }],
    ['/action-limits/refund', { max_per_day: -1 }],
    ['/action-limits/luck', {}],
  ],
  'PATCH /alerts/{kind}': [
    ['/alerts/morning', { active: true, at: '07:30', store: 'nl' }],
    ['/alerts/refund', { active: true, threshold: 250, muted_until: '2026-04-20T10:00:00Z' }],
    ['/alerts/morning', { threshold: 5 }],
    ['/alerts/morning', { chat_id: -5 }],
    ['/alerts/luck', {}],
  ],
  'PUT /stores/{slug}/shopify': [
    ['/stores/jp/shopify', { domain: 'jp.myshopify.com', client_id: jp.client_id, client_secret: jp.client_secret }],
    ['/stores/jp/shopify', { domain: 'example.com', client_id: 'client-id', client_secret: 'client-secret' }],
  ],
  'POST /webhooks/shopify': [
    ['/webhooks/shopify', CHANGED_ORDER],
    ['/webhooks/shopify', { id: 2 }],
  ],
  'DELETE /stores/{slug}/shopify': [['/stores/jp/shopify'], ['/stores/uk/shopify']],
  'PATCH /stores/{slug}': [
    ['/stores/uk', { name: 'Great Britain', default_cost_percent: 40.5 }],
    ['/stores/uk', { time_zone: 'Europe/Paris' }],
    ['/stores/none', {}],
    ['/stores/uk', { name: '' }],
  ],
  'DELETE /financials/daily/{id}': [[`/financials/daily/${String(day)}`], ['/financials/daily/999999']],
  'DELETE /financials/product-performance/{id}': [
    [`/financials/product-performance/${String(performance['id'])}`],
    ['/financials/product-performance/x'],
  ],
}
