import { Elysia } from 'elysia'
import * as v from 'valibot'
import { jsonRows } from '../../sql/query.ts'
import { listStores, Store } from '../../sql/stores.ts'
import { json } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'

export const storeRoutes = (deps: IdentityDeps) =>
  new Elysia({ prefix: '/stores', tags: ['stores'] })
    .use(identity(deps))
    .get('', ({ db }) => db(async (sql) => json(`{"data":${await jsonRows(sql, listStores, {})},"next":null}`)), {
      needs: 'stats:read',
      response: v.object({ data: v.array(Store), next: v.null() }),
      detail: { summary: 'Stores by name' },
    })
