/** Calls of the routes about costs for test/api/openapi.test.ts: ids count up from 1 in the order of asking. */
export const costCalls: Record<string, [path: string, json?: object][]> = {
  'POST /fee-rules': [
    ['/fee-rules', { store: 'nl', gateway: 'klarna', percent: 2.9, fixed: 0.3, from: '2026-01-01' }],
    ['/fee-rules', { store: 'nl', percent: 101 }],
  ],
  'GET /fee-rules': [['/fee-rules?store=nl&at=2026-04-13'], ['/fee-rules?limit=0']],
  'GET /fee-rules/{id}': [['/fee-rules/1'], ['/fee-rules/999999']],
  'POST /fee-rules/preview': [
    ['/fee-rules/preview', { store: 'nl', percent: 1.5 }],
    ['/fee-rules/preview', { store: 'none', percent: 1.5 }],
  ],
  'POST /fee-rules/{id}/preview': [
    ['/fee-rules/1/preview', { percent: 3.1 }],
    ['/fee-rules/1/preview', { delete: false }],
    ['/fee-rules/999999/preview', {}],
  ],
  'PATCH /fee-rules/{id}': [
    ['/fee-rules/1', { to: '2026-12-31' }],
    ['/fee-rules/1', { fixed: 0.001 }],
  ],
  'DELETE /fee-rules/{id}': [['/fee-rules/1'], ['/fee-rules/999999']],
  'POST /shipping-rules': [
    ['/shipping-rules', { store: 'nl', country: 'DE', min_grams: 2000, per_order: 8.95, per_unit: 0.2 }],
    ['/shipping-rules', { store: 'nl', min_units: -1 }],
  ],
  'GET /shipping-rules': [['/shipping-rules?store=nl'], ['/shipping-rules?at=2026-02-30']],
  'GET /shipping-rules/{id}': [['/shipping-rules/1'], ['/shipping-rules/x']],
  'POST /shipping-rules/preview': [
    ['/shipping-rules/preview', { store: 'nl', per_order: 4.95 }],
    ['/shipping-rules/preview', {}],
  ],
  'POST /shipping-rules/{id}/preview': [
    ['/shipping-rules/1/preview', { delete: true }],
    ['/shipping-rules/1/preview', { per_order: -1 }],
  ],
  'PATCH /shipping-rules/{id}': [
    ['/shipping-rules/1', { per_order: 9.95, reason: 'New contract' }],
    ['/shipping-rules/1', { from: '2026-02-01', to: '2026-01-01' }],
  ],
  'DELETE /shipping-rules/{id}': [['/shipping-rules/1'], ['/shipping-rules/999999']],
  'POST /products/{id}/cost-tiers': [
    [
      '/products/1/cost-tiers',
      { country: 'DE', min_quantity: 3, unit_cost: 2300, currency: 'EUR', from: '2026-04-01' },
    ],
    ['/products/1/cost-tiers', { unit_cost: 2300, currency: 'EUR' }],
  ],
  'GET /products/{id}/cost-tiers': [['/products/1/cost-tiers'], ['/products/999999/cost-tiers']],
  'POST /products/{id}/cost-tiers/preview': [
    ['/products/1/cost-tiers/preview', { min_quantity: 2, unit_cost: 2200, currency: 'EUR' }],
    ['/products/999999/cost-tiers/preview', { min_quantity: 2, unit_cost: 2200, currency: 'EUR' }],
  ],
  'DELETE /products/{id}/cost-tiers/{tier_id}': [['/products/1/cost-tiers/1'], ['/products/1/cost-tiers/999999']],
  'GET /financials/missing-costs': [
    ['/financials/missing-costs?start=2026-04-01&end=2026-04-13'],
    ['/financials/missing-costs?store=uk&limit=1&start=2026-04-01&end=2026-04-13'],
    ['/financials/missing-costs?start=2026-04-01'],
  ],
  'POST /financials/what-if': [
    ['/financials/what-if', { start: '2026-04-01', end: '2026-04-13', price_percent: 5, cogs_percent: 8 }],
    ['/financials/what-if', { store: 'uk', start: '2026-04-13', end: '2026-04-13', ad_spend_percent: -50 }],
    ['/financials/what-if', { price_percent: -101 }],
  ],
  'POST /stores/{slug}/preview': [
    ['/stores/nl/preview', { default_cost_percent: 35 }],
    ['/stores/none/preview', {}],
  ],
  'POST /orders/{id}/costs/preview': [
    ['/orders/1/costs/preview', { shipping_cost: 6.95 }],
    ['/orders/999999/costs/preview', {}],
  ],
  'PATCH /orders/{id}/costs': [
    ['/orders/1/costs', { shipping_cost: 6.95, lines: [{ line_no: 1, unit_cost: 2450.5 }], reason: 'Invoice 4711' }],
    ['/orders/1/costs', { lines: [{ line_no: 9, unit_cost: 1 }] }],
    ['/orders/999999/costs', {}],
  ],
}
