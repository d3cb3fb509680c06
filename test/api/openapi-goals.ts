/** Calls of the routes about goals for test/api/openapi.test.ts: ids count up from 1 in the order of asking. */
export const goalCalls: Record<string, [path: string, json?: object][]> = {
  'PUT /goals': [
    ['/goals', { month: '2026-04', store: 'nl', amount: 10_000 }],
    ['/goals', { month: '2026-04', store: 'nl', amount: -1 }],
  ],
  'GET /goals': [['/goals?month=2026-04&store=nl'], ['/goals?month=2026-13']],
  'GET /goals/{id}': [['/goals/1'], ['/goals/999999']],
  'GET /goals/pacing': [['/goals/pacing?store=nl'], ['/goals/pacing?store=uk'], ['/goals/pacing?store=N']],
  'GET /goals/plan': [['/goals/plan?store=nl&amount=10000'], ['/goals/plan'], ['/goals/plan?amount=-1']],
  'DELETE /goals/{id}': [['/goals/1'], ['/goals/999999']],
}
