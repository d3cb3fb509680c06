/** Calls of the routes about ads and exchange rates for test/api/openapi.test.ts: ids count up from 1 in the order of asking. */
export const adCalls: Record<string, [path: string, json?: object][]> = {
  'PUT /fx-rates/{currency}/{date}': [
    ['/fx-rates/USD/2026-04-10', { units_per_euro: 1.0843 }],
    ['/fx-rates/EUR/2026-04-10', { units_per_euro: 1 }],
  ],
  'GET /fx-rates': [['/fx-rates?currency=USD&limit=2'], ['/fx-rates?source=bank']],
  'GET /fx-rates/{currency}/{date}': [['/fx-rates/USD/2026-04-10'], ['/fx-rates/USD/2026-04-11']],
  'DELETE /fx-rates/{currency}/{date}': [['/fx-rates/USD/2026-04-10'], ['/fx-rates/USD/2026-04-10']],
}
