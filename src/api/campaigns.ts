import { Elysia } from 'elysia'
import * as v from 'valibot'
import { AdCampaign, findAdCampaign, listAdCampaigns, lockAdCampaign, mapAdCampaign } from '../../sql/ad-campaigns.ts'
import { lockAdAccount } from '../../sql/ad-accounts.ts'
import type { Sql } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { findStore } from '../../sql/stores.ts'
import { storeScope } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { bookInsights } from '../ledger/book-insights.ts'
import { mustBeBooked } from './ad-accounts.ts'
import { afterId, entity, listAnswer, listing, mustMatch, Page, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdInput, IdParams, IdText } from './inputs.ts'
import { mustSeeProduct } from './products.ts'
import { StoreRange } from './ranges.ts'

/** A slug, or null for where its account counts. */
const Mapping = v.strictObject({
  store: v.optional(v.nullable(Slug)),
  product_id: v.optional(v.nullable(IdInput)),
})

/** Campaigns of connected ad accounts, and where their spend counts. */
export const campaignRoutes = (deps: IdentityDeps) => {
  const textOf = async (sql: Sql, id: number) => {
    const text = (await jsonRows(sql, findAdCampaign, { id })).slice(1, -1)
    if (text === '') throw new AppError('not_found', `There is no campaign ${id}.`)
    return text
  }
  return new Elysia({ prefix: '/campaigns', tags: ['ads'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { store, account_id, mapped, start, end, limit, offset, cursor, count, format } }) =>
        db(async (sql) =>
          listAnswer(
            sql,
            listAdCampaigns,
            {
              store_id: store ? ((await storeScope(sql, store)).store_ids[0] ?? null) : null,
              account_id: account_id ?? null,
              mapped: mapped === undefined ? null : mapped === 'true',
              start: start ?? null,
              end: end ?? null,
              limit,
              offset,
              after: afterId(cursor),
            },
            { db, format, count, name: 'campaigns' },
          ),
        ),
      {
        needs: 'financials:read',
        query: v.object({
          ...listing,
          ...StoreRange,
          account_id: v.optional(IdText),
          mapped: v.optional(v.picklist(['true', 'false'], 'must be true or false')),
        }),
        response: Page(AdCampaign),
        detail: {
          summary: 'Campaigns of connected ad accounts with what they spent, newest first; without a range of all days',
          description: '`mapped=false` are those that nobody has said a store or product for.',
        },
      },
    )
    .get('/:id', ({ db, params: { id } }) => db(async (sql) => entity(await textOf(sql, id))), {
      needs: 'financials:read',
      params: IdParams,
      response: AdCampaign,
      detail: { summary: 'A campaign with what it spent on all days' },
    })
    .patch(
      '/:id',
      ({ db, who, request, params: { id }, body }) =>
        db(async (sql) => {
          const before = await findAdCampaign(sql, { id })
          if (!before) throw new AppError('not_found', `There is no campaign ${id}.`)
          await lockAdAccount(sql, { id: before.account_id })
          const campaign = await lockAdCampaign(sql, { id })
          if (!campaign) throw new AppError('not_found', `There is no campaign ${id}.`)
          if (request.headers.has('if-match')) mustMatch(request, await textOf(sql, id))
          const { store: slug = before.mapped ? before.store : undefined, product_id = before.product_id } = body
          const store = slug ? await findStore(sql, { slug }) : { id: campaign.account_store_id }
          if (!store) throw new AppError('invalid', `There is no store "${slug}".`)
          if (product_id !== null && product_id !== before.product_id) await mustSeeProduct(sql, product_id)
          const isMapped = slug !== undefined && slug !== null ? true : product_id !== null
          await mapAdCampaign(sql, { id, store_id: store.id, product_id, mapped_at: isMapped ? deps.now() : null })
          const after = await findAdCampaign(sql, { id })
          if (!after) throw new AppError('forbidden', 'The account counts for a store that you do not see.')
          const booked = await bookInsights(sql, {
            account_id: campaign.account_id,
            campaign_id: id,
            reason: `campaign ${before.name}: ${placeOf(after)} instead of ${placeOf(before)}`,
          })
          mustBeBooked(booked)
          await audit(sql, who, {
            action: 'campaign.mapped',
            subject: `campaign ${id}`,
            old_value: { store: before.store, product_id: before.product_id, mapped: before.mapped },
            new_value: { store: after.store, product_id, mapped: after.mapped, rows_restated: booked.rows },
          })
          return entity(await textOf(sql, id))
        }),
      {
        needs: 'financials:write',
        params: IdParams,
        body: Mapping,
        response: AdCampaign,
        detail: {
          summary: 'Say for which store and product a campaign’s spend counts; all its days are restated at once',
          description:
            '`store: null` lets it follow its account again. The spend leaves the old store and product and comes to the ' +
            'new one, to the cent, as restatements with the reason.',
        },
      },
    )
}

const placeOf = ({ store, product }: { store: string; product: string | null }) =>
  product === null ? store : `${store}, ${product}`
