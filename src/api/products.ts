import { Elysia } from 'elysia'
import * as v from 'valibot'
import { listProducts, Product, ProductStatus } from '../../sql/products.ts'
import { getWorkspace } from '../../sql/stores.ts'
import { dayIn } from '../day.ts'
import { afterId, listAnswer, listing, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'

export const productRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/products', tags: ['products'] }).use(identity(deps)).get(
    '',
    ({ db, query: { status, limit, offset, cursor } }) =>
      db(async (sql) => {
        const { time_zone } = await getWorkspace(sql, {})
        return listAnswer(sql, listProducts, {
          status: status ?? null,
          today: dayIn(time_zone, now()),
          limit,
          offset,
          after: afterId(cursor),
        })
      }),
    {
      needs: 'products:read',
      query: v.object({ ...listing, status: v.optional(ProductStatus) }),
      response: Page(Product),
      detail: { summary: 'Products, newest first, with the unit cost valid today' },
    },
  )
}
