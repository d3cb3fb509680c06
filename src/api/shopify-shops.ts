import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { removeSecret, setSecret } from '../../sql/secrets.ts'
import { connectShopifyShop, disconnectShopifyShop, findShopifyShop, ShopifyShop } from '../../sql/shopify-shops.ts'
import { findStore } from '../../sql/stores.ts'
import { shopSecretName } from '../actions/executors.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import type { Seal } from '../secrets.ts'
import { entity, mustMatch, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'

const Key = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7E]{1,200}$/, 'must be 1 to 200 printable ASCII characters without spaces'),
)
const Connection = v.strictObject({
  domain: v.pipe(
    v.string(),
    v.maxLength(100),
    v.regex(/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/, 'must be a domain such as example.myshopify.com'),
  ),
  client_id: Key,
  client_secret: Key,
})
const SlugParams = v.object({ slug: Slug })

async function mustFindStore(sql: Sql, slug: string) {
  const store = await findStore(sql, { slug })
  if (!store) throw new AppError('not_found', `There is no store "${slug}".`)
  return store
}

/** The Shopify shop behind a store, which the agents' approved actions are carried out in. */
export const shopifyShopRoutes = (deps: IdentityDeps & { seal: Seal }) => {
  const { now, seal } = deps
  const textOf = async (sql: Sql, slug: string) => {
    const { id } = await mustFindStore(sql, slug)
    const text = (await jsonRows(sql, findShopifyShop, { store_id: id })).slice(1, -1)
    if (text === '') throw new AppError('not_found', `The store ${slug} has no Shopify connection.`)
    return text
  }
  const mustBeAsRead = async (sql: Sql, slug: string, request: Request) => {
    if (request.headers.has('if-match')) mustMatch(request, await textOf(sql, slug))
  }
  return new Elysia({ prefix: '/stores/:slug/shopify', tags: ['stores'] })
    .use(identity(deps))
    .get('', ({ db, params: { slug } }) => db(async (sql) => entity(await textOf(sql, slug))), {
      needs: 'admin',
      params: SlugParams,
      response: ShopifyShop,
      detail: { summary: 'The Shopify shop behind a store; its secret is never shown' },
    })
    .put(
      '',
      ({ db, who, request, params: { slug }, body: { domain, client_id, client_secret } }) =>
        db(async (sql) => {
          const { id } = await mustFindStore(sql, slug)
          await mustBeAsRead(sql, slug, request)
          const name = shopSecretName(id)
          const { user_id, email } = who
          await connectShopifyShop(sql, { store_id: id, domain, client_id })
          await setSecret(sql, { name, sealed: seal.seal(name, client_secret), user_id, email, now: now() })
          await audit(sql, who, {
            action: 'shopify.connected',
            subject: `store ${slug}`,
            new_value: { domain, client_id },
          })
          return entity(await textOf(sql, slug))
        }),
      {
        needs: 'admin',
        params: SlugParams,
        body: Connection,
        response: ShopifyShop,
        detail: {
          summary: 'Connect a store to its Shopify shop, with client id and secret of an app in the Dev Dashboard',
          description:
            'The app needs the scopes read_orders and write_orders. Tokens are fetched with the client-credentials grant and last a day.',
        },
      },
    )
    .delete(
      '',
      ({ db, who, request, params: { slug } }) =>
        db(async (sql) => {
          const { id } = await mustFindStore(sql, slug)
          await mustBeAsRead(sql, slug, request)
          if ((await disconnectShopifyShop(sql, { store_id: id })) === 0)
            throw new AppError('not_found', `The store ${slug} has no Shopify connection.`)
          await removeSecret(sql, { name: shopSecretName(id) })
          await audit(sql, who, { action: 'shopify.disconnected', subject: `store ${slug}` })
          return { store: slug, result: 'disconnected' as const }
        }),
      {
        needs: 'admin',
        params: SlugParams,
        response: v.object({ store: v.string(), result: v.literal('disconnected') }),
        detail: { summary: 'Disconnect a store from its Shopify shop' },
      },
    )
}
