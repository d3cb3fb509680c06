import { Elysia } from 'elysia'
import * as v from 'valibot'
import { jsonRows } from '../../sql/query.ts'
import { StoreFreshness, storeFreshness } from '../../sql/store-freshness.ts'
import { storeScope } from '../access.ts'
import { json, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'

/** How fresh the facts of each store are. */
export const storeFreshnessRoutes = (deps: IdentityDeps) =>
  new Elysia({ prefix: '/freshness', tags: ['sync'] }).use(identity(deps)).get(
    '',
    ({ db, query: { store } }) =>
      db(async (sql) => {
        const { store_ids } = await storeScope(sql, store)
        return json(`{"data":${await jsonRows(sql, storeFreshness, { store_ids })},"next":null}`)
      }),
    {
      needs: 'stats:read',
      query: v.object({ store: v.optional(Slug) }),
      response: v.object({ data: v.array(StoreFreshness), next: v.null() }),
      detail: {
        operationId: 'listFreshness',
        summary:
          'How fresh the facts of each store are: the last order, the last ad day of each platform, the last import',
      },
    },
  )
