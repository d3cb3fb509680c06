import { Elysia } from 'elysia'
import * as v from 'valibot'
import { AdSpend, listAdSpend, Platform } from '../../sql/ad-spend.ts'
import type { Sql } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { storeScope } from '../access.ts'
import { audit } from '../audit.ts'
import { Day, dayIn } from '../day.ts'
import { saveAdSpend } from '../ledger/book.ts'
import { afterId, entity, json, listAnswer, listing, Page, Slug } from './answers.ts'
import { AmountSpent, isOne, Outcomes, rowOrRows, saved, tallied, upsertRows } from './bulk.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { CurrencyInput } from './inputs.ts'
import { rangeOf, StoreRange } from './ranges.ts'

/** The name of an account or campaign; one line. */
const Label = v.optional(
  v.pipe(v.string(), v.maxLength(300, 'has at most 300 characters'), v.regex(/^\P{Cc}*$/u, 'must be one line of text')),
  '',
)

/** A row as it is sent; nothing but date, store, platform and amount has to be there. */
export const AdSpendRow = v.object({
  date: Day,
  store: Slug,
  platform: Platform,
  account: Label,
  campaign: Label,
  product_id: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1))), null),
  amount: AmountSpent,
  claimed: v.optional(v.nullable(AmountSpent), null),
  currency: v.optional(v.nullable(CurrencyInput), null),
})

const ANY = { platform: null, id: null, limit: 1, offset: 0, after: null }

/** One row by its id, as JSON text that Postgres wrote. */
async function adSpendJson(sql: Sql, { store_ids, id, now }: { store_ids: number[]; id: number; now: Date }) {
  const rows = await jsonRows(sql, listAdSpend, { ...ANY, store_ids, start: '2000-01-01', end: '2099-12-31', id, now })
  return rows.slice(1, -1)
}

export const adSpendRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials/ad-spend', tags: ['financials'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { start, end, store, platform, limit, offset, cursor, count, format } }) =>
        db(async (sql) => {
          const { store_ids, time_zone } = await storeScope(sql, store)
          const { from, to } = rangeOf({ start, end }, dayIn(time_zone, now()))
          const asked = { store_ids, start: from, end: to, platform: platform ?? null, id: null }
          return listAnswer(
            sql,
            listAdSpend,
            { ...asked, limit, offset, after: afterId(cursor), now: now() },
            { db, format, count, name: 'ad-spend' },
          )
        }),
      {
        needs: 'financials:read',
        query: v.object({ ...listing, ...StoreRange, platform: v.optional(Platform) }),
        response: Page(AdSpend),
        detail: { summary: 'Ad spend by day, platform, account, campaign and product, newest first' },
      },
    )
    .post(
      '',
      ({ db, who, body }) =>
        db(async (sql) => {
          // Before the stores are locked: the next writer of one waits for all that follows.
          const { store_ids } = await storeScope(sql, null)
          const outcomes = await upsertRows(body, AdSpendRow, (rows) =>
            saveAdSpend(sql, { rows, reason: 'posted again' }),
          )
          const { data, ...counts } = tallied(outcomes)
          const noted =
            counts.created + counts.updated > 0 &&
            audit(sql, who, { action: 'ad_spend.posted', subject: 'ad_spend', new_value: counts })
          if (!isOne(body)) {
            await noted
            return json(JSON.stringify({ data, ...counts }))
          }
          const { id, status } = saved(outcomes)
          const [, text] = await Promise.all([noted, adSpendJson(sql, { store_ids, id, now: now() })])
          return entity(text, status)
        }),
      {
        needs: 'financials:write',
        body: rowOrRows(AdSpendRow),
        response: { 200: v.union([AdSpend, Outcomes]), 201: AdSpend },
        detail: {
          operationId: 'postAdSpend',
          consumes: ['text/csv'],
          summary: 'Create or replace ad spend, by date, store, platform, account, campaign and product',
          description:
            'One row, an array of up to 5,000 rows, or text/csv with a header of the same names. Several rows are ' +
            'answered with what became of each: a rejected one says why and does not keep the others out. The daily ' +
            'figures follow at once. Without a currency it is the store’s; a `claimed` that is left out stays as it ' +
            'was.',
        },
      },
    )
}
