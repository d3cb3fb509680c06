import { Elysia } from 'elysia'
import * as v from 'valibot'
import { lockStores } from '../../sql/booking.ts'
import type { Sql } from '../../sql/connect.ts'
import {
  DailyFinancials,
  dailyFinancials,
  deleteEmptyDay,
  deleteManualDay,
  findManualDay,
  type PostedDay,
  settledDailyFinancials,
  upsertManualDays,
} from '../../sql/daily-financials.ts'
import { jsonRows } from '../../sql/query.ts'
import { storeScope, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { Day, dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import { saveUnderLock } from '../ledger/book.ts'
import { afterId, entity, json, listAnswer, listing, Page, Slug } from './answers.ts'
import { AmountEither, AmountSpent, isOne, Outcomes, rowOrRows, saved, tallied, upsertRows } from './bulk.ts'
import { changesOf } from './changes.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'
import { rangeOf, StoreRange } from './ranges.ts'

const FIGURES = ['revenue', 'cogs', 'shipping_cost', 'ad_spend', 'transaction_fees'] as const

const DayRow = v.pipe(
  v.object({
    date: Day,
    store: Slug,
    revenue: v.optional(v.nullable(AmountEither), null),
    cogs: v.optional(v.nullable(AmountEither), null),
    shipping_cost: v.optional(v.nullable(AmountSpent), null),
    ad_spend: v.optional(v.nullable(AmountSpent), null),
    transaction_fees: v.optional(v.nullable(AmountEither), null),
  }),
  v.forward(
    v.check((day) => FIGURES.some((figure) => day[figure] !== null), 'give at least one figure'),
    ['revenue'],
  ),
)

async function dayJson(sql: Sql, store_ids: number[], id: number): Promise<string> {
  const range = { start: '2000-01-01', end: '2099-12-31', limit: 1, offset: 0, after: null }
  return (await jsonRows(sql, dailyFinancials, { store_ids, id, ...range })).slice(1, -1)
}

async function postDays(sql: Sql, who: Who, rows: PostedDay[]) {
  const outcomes = await saveUnderLock(sql, rows, () => upsertManualDays(sql, { rows }))
  const changes = changesOf(outcomes)
  if (changes) await audit(sql, who, { action: 'daily_financials.posted', ...changes })
  return outcomes
}

async function deleteDay(sql: Sql, who: Who, id: number) {
  const day = await findManualDay(sql, { id })
  if (day) await lockStores(sql, { store_ids: [day.store_id] })
  const gone = day && (await deleteManualDay(sql, day))
  if (!gone) throw new AppError('not_found', `There is no hand-posted day with the id ${id}.`)
  await deleteEmptyDay(sql, day)
  await audit(sql, who, {
    action: 'daily_financials.deleted',
    subject: `${day.store} ${day.date}`,
    old_value: gone.old_value,
  })
}

export const dailyFinancialRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials/daily', tags: ['financials'] })
    .use(identity(deps))
    .get(
      '',
      async ({ db, scopeOf, query: { start, end, store, limit, offset, cursor, count, format } }) => {
        const { store_ids, time_zone } = await scopeOf(store)
        const { from, to } = rangeOf({ start, end }, dayIn(time_zone, now()))
        const asked = { store_ids, start: from, end: to, limit, offset, after: afterId(cursor) }
        const as = { db, format, count, name: 'daily-financials', sooner: settledDailyFinancials }
        return db((sql) => listAnswer(sql, dailyFinancials, asked, as))
      },
      {
        needs: 'financials:read',
        query: v.object({ ...listing, ...StoreRange }),
        response: Page(DailyFinancials),
        detail: {
          summary: 'Figures per store and day, newest first, each in its store’s currency',
          description:
            '`source` is `manual` where figures were posted for the day by hand, which then hold in every report.',
        },
      },
    )
    .post(
      '',
      ({ db, who, body }) =>
        db(async (sql) => {
          // Before the stores are locked: the next writer of one waits for all that follows.
          const { store_ids } = await storeScope(sql, null)
          const outcomes = await upsertRows(body, DayRow, (rows) => postDays(sql, who, rows))
          if (!isOne(body)) return json(JSON.stringify(tallied(outcomes)))
          const { id, status } = saved(outcomes)
          return entity(await dayJson(sql, store_ids, id), status)
        }),
      {
        needs: 'financials:write',
        body: rowOrRows(DayRow),
        response: { 200: v.union([DailyFinancials, Outcomes]), 201: DailyFinancials },
        detail: {
          operationId: 'postDailyFinancials',
          consumes: ['text/csv'],
          summary: 'Post the figures of a day by hand, in place of the ledger’s',
          description:
            'By date and store, in the store’s currency: one day, an array of up to 5,000, or text/csv with a ' +
            'header of the same names. The figures hold in every report until `DELETE` gives the ledger’s back; a ' +
            'figure that is left out stays the ledger’s. `net_profit` is computed: one that is sent is ignored. ' +
            '`ad_spend` counts only where the day has no rows of ad spend, which `ad_spend_source` tells. Posted ' +
            'revenue stands as gross sales, without discounts, returns, shipping income and tips; orders and units ' +
            'stay the ledger’s.',
        },
      },
    )
    .delete(
      '/:id',
      ({ db, who, params: { id }, set }) =>
        db(async (sql) => {
          await deleteDay(sql, who, id)
          set.status = 204
        }),
      {
        needs: 'financials:write',
        params: IdParams,
        detail: { summary: 'Take back the hand-posted figures of a day: the ledger’s hold again' },
      },
    )
}
