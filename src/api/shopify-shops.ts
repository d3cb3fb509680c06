import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { removeSecret } from '../../sql/secrets.ts'
import { disconnectShopifyShop, findShopifyShop, ShopifyShop } from '../../sql/shopify-shops.ts'
import { removeShopifyEvents } from '../../sql/shopify-events.ts'
import { findStore } from '../../sql/stores.ts'
import { type Leaving, leaving } from '../ingest/shopify/leave-shop.ts'
import { removeSyncs } from '../../sql/sync-state.ts'
import { shopSecretName, webhookSecretName } from '../shopify/open-shop.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import type { Seal } from '../secrets.ts'
import type { Shopify, ShopifyShopKey } from '../shopify/admin.ts'
import { checkShop, connectShop, NEEDED, ShopDomain, WANTED } from '../shopify/connect-shop.ts'
import { entity, mustMatch, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'

const Key = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7E]{1,200}$/, 'must be 1 to 200 printable ASCII characters without spaces'),
)
const Connection = v.strictObject({
  domain: ShopDomain,
  client_id: v.optional(Key),
  client_secret: v.optional(Key),
  access_token: v.optional(Key),
  webhook_secret: v.optional(Key),
})

/** @throws AppError `invalid` unless it is an app with its secret or a token, and not both */
function keyOf({
  domain,
  client_id,
  client_secret,
  access_token,
  webhook_secret,
}: v.InferOutput<typeof Connection>): ShopifyShopKey {
  if (webhook_secret !== undefined && access_token === undefined)
    throw new AppError(
      'invalid',
      'An app signs its webhooks with its client_secret: webhook_secret goes with an access_token.',
    )
  if (access_token !== undefined && client_id === undefined && client_secret === undefined)
    return { domain, access_token }
  if (access_token === undefined && client_id !== undefined && client_secret !== undefined)
    return { domain, client_id, client_secret }
  throw new AppError('invalid', 'Give client_id and client_secret of an app, or the access_token of a permanent one.')
}
const SlugParams = v.object({ slug: Slug })

async function mustFindStore(sql: Sql, slug: string) {
  const store = await findStore(sql, { slug })
  if (!store) throw new AppError('not_found', `There is no store "${slug}".`)
  return store
}

/** The Shopify shop behind a store, which the agents' approved actions are carried out in. */
export const shopifyShopRoutes = (deps: IdentityDeps & Leaving & { seal: Seal; shopify: Shopify }) => {
  const { now, seal, shopify } = deps
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
      async ({ db, read, who, request, params: { slug }, body }) => {
        const key = keyOf(body)
        const { store, leave } = await read(async (sql) => {
          const found = await mustFindStore(sql, slug)
          await mustBeAsRead(sql, slug, request)
          return { store: found, leave: await leaving(sql, deps, found, key.domain) }
        })
        // The shop is asked outside of any transaction, and so is the one that was there before.
        const checked = await checkShop(shopify, store, key)
        const note = await leave()
        if (note !== null) checked.notes.push(note)
        return db(async (sql) => {
          await mustBeAsRead(sql, slug, request)
          await connectShop(sql, seal, {
            store,
            checked,
            webhook_secret: body.webhook_secret,
            who,
            now: now(),
          })
          return entity(await textOf(sql, slug))
        })
      },
      {
        needs: 'admin',
        params: SlugParams,
        body: Connection,
        response: ShopifyShop,
        detail: {
          summary:
            'Connect a store to its Shopify shop, by an app of the Dev Dashboard or a permanent token; history comes in at once',
          description:
            'Give `client_id` and `client_secret` of an app, whose tokens are fetched with the client-credentials grant and last a day, or the `access_token` (`shpat_…`) of an older app, with its API secret as `webhook_secret` so that its webhooks can be told from forged ones. The shop is asked before: what the app lacks is refused or stands in `notes`, in words. Needed are ' +
            Object.keys(NEEDED).join(', ') +
            '; wanted ' +
            Object.keys(WANTED).join(', ') +
            '.',
        },
      },
    )
    .delete(
      '',
      async ({ db, read, who, request, params: { slug } }) => {
        const leave = await read(async (sql) => {
          const store = await mustFindStore(sql, slug)
          await mustBeAsRead(sql, slug, request)
          return leaving(sql, deps, store)
        })
        const note = await leave()
        return db(async (sql) => {
          const { id } = await mustFindStore(sql, slug)
          await mustBeAsRead(sql, slug, request)
          if ((await disconnectShopifyShop(sql, { store_id: id })) === 0)
            throw new AppError('not_found', `The store ${slug} has no Shopify connection.`)
          for (const name of [shopSecretName(id), webhookSecretName(id)]) await removeSecret(sql, { name })
          await removeSyncs(sql, { connector: 'shopify', store_id: id })
          await removeShopifyEvents(sql, { store_id: id })
          await audit(sql, who, { action: 'shopify.disconnected', subject: `store ${slug}`, new_value: { note } })
          return { store: slug, result: 'disconnected' as const, note }
        })
      },
      {
        needs: 'admin',
        params: SlugParams,
        response: v.object({ store: v.string(), result: v.literal('disconnected'), note: v.nullable(v.string()) }),
        detail: {
          summary: 'Disconnect a store from its Shopify shop, which is asked to send no more webhooks',
          description: '`note` says in words when the shop could not be told, and what to do then.',
        },
      },
    )
}
