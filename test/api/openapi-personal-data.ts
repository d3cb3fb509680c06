/** Calls of the routes about persons for test/api/openapi.test.ts; the person is one who was invited. */
export const personalDataCalls = (user: number): Record<string, [path: string, json?: object][]> => ({
  'GET /users/{id}/personal-data': [[`/users/${user}/personal-data`], ['/users/999999/personal-data']],
  'GET /customers/personal-data': [['/customers/personal-data?store=nl&customer=17850'], ['/customers/personal-data']],
  'POST /customers/erase': [
    ['/customers/erase', { store: 'nl', customer: '99999' }],
    ['/customers/erase', { store: 'nowhere', customer: '1' }],
    ['/customers/erase', { store: 'nl' }],
  ],
  'GET /workspace/export': [['/workspace/export']],
  'POST /users/{id}/erase': [[`/users/${user}/erase`], ['/users/999999/erase']],
})
