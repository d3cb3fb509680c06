import * as v from 'valibot'
import { findProducts } from '../../../sql/products.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'

const MOST = 20

export const findProductsTool = tool({
  name: 'find_products',
  description:
    'Finds products by words of their name or by SKU. Answers id, name, SKUs and the stores that sell them, best match first.',
  input: v.object({
    words: v.pipe(v.string(), v.minLength(2), v.maxLength(100)),
    store: v.optional(v.pipe(v.string(), v.description('Slug of the store; leave out for all stores'))),
  }),
  run: async ({ db, who }: AgentDeps, { words, store }) => {
    mustBeAllowed(who, 'products:read')
    const found = await db(async (sql) => {
      const { store_ids } = await storeScope(sql, store)
      return findProducts(sql, { words, store_ids, limit: MOST + 1 })
    })
    return {
      products: found.slice(0, MOST),
      ...(found.length > MOST && { hint: `There are more than ${MOST}. Use more words or a SKU.` }),
    }
  },
})
