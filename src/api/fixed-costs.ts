import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import {
  createFixedCost,
  deleteFixedCost,
  findFixedCost,
  FixedCost,
  Interval,
  listFixedCosts,
  lockFixedCost,
  updateFixedCost,
} from '../../sql/fixed-costs.ts'
import { jsonRows } from '../../sql/query.ts'
import { findStore, getWorkspace } from '../../sql/stores.ts'
import { BusinessDay, Id } from '../../sql/units.ts'
import { storeScope, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { Day, dayIn, PERIODS } from '../day.ts'
import { AppError } from '../errors.ts'
import {
  amountIn,
  Category,
  changeFixedCost,
  FixedAmount,
  FixedCostRow,
  mustNotEndBefore,
  saveFixedCosts,
} from '../ledger/save-fixed-costs.ts'
import { afterId, entity, json, listAnswer, listing, mustMatch, Page, Slug } from './answers.ts'
import { asOutcomes, isOne, Outcomes, rowOrRows, tallied, upsertRows } from './bulk.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { CurrencyInput, IdParams, NameInput } from './inputs.ts'

const NewFixedCost = v.strictObject({
  name: NameInput,
  amount: FixedAmount,
  currency: CurrencyInput,
  interval: v.optional(Interval, 'month'),
  category: v.optional(Category, ''),
  store: v.optional(v.nullable(Slug)),
  starts_on: v.optional(Day),
  ends_on: v.optional(v.nullable(Day)),
})
const ChangedFixedCost = v.strictObject({
  name: v.optional(NameInput),
  category: v.optional(Category),
  amount: v.optional(FixedAmount),
  currency: v.optional(CurrencyInput),
  interval: v.optional(Interval),
  /** The first day of a changed amount, currency or interval. */
  from: v.optional(Day),
  ends_on: v.optional(v.nullable(Day)),
})

const Ended = v.object({ id: Id, result: v.picklist(['deleted', 'ended']), ends_on: v.nullable(BusinessDay) })

/**
 * The scopes of products cover fixed costs as well, and marketers read products: what the team pays for rent and people is not theirs.
 * @throws AppError `forbidden`
 */
function mustHandleFixedCosts({ role }: Who): void {
  if (role === 'marketer')
    throw new AppError('forbidden', 'Your role marketer does not include fixed costs. Ask an owner of the workspace.')
}

/** @throws AppError `forbidden` when the cost is shared by stores that the asker does not see */
function mustSeeItsStores({ stores }: Who, store: string | null | undefined): void {
  if (stores !== 'all' && !store)
    throw new AppError(
      'forbidden',
      'A cost without a store is shared by all stores, and you are limited to some. Ask someone who sees all of them.',
    )
}

/** Recurring costs such as rent. A cost without a store is shared by all; those days of it that are past keep what they cost. */
export const fixedCostRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  const todayOf = async (sql: Sql) => dayIn((await getWorkspace(sql, {})).time_zone, now())

  const textOf = async (sql: Sql, id: number) => {
    const text = (await jsonRows(sql, findFixedCost, { id })).slice(1, -1)
    if (text === '') throw new AppError('not_found', `There is no fixed cost ${id}.`)
    return text
  }
  /** The cost as it was read by who wants to change it, taken until the end of the transaction. */
  const toChange = async (sql: Sql, who: Who, id: number, request: Request) => {
    await lockFixedCost(sql, { id })
    mustMatch(request, await textOf(sql, id))
    const cost = await findFixedCost(sql, { id })
    if (!cost) throw new AppError('not_found', `There is no fixed cost ${id}.`)
    mustSeeItsStores(who, cost.store)
    return cost
  }

  const manyFixedCosts = async (sql: Sql, who: Who, sent: unknown) => {
    const saving = { today: await todayOf(sql), mayShare: who.stores === 'all' }
    const outcomes = await upsertRows(sent, FixedCostRow, async (rows) =>
      asOutcomes((await saveFixedCosts(sql, { ...saving, rows })).outcomes),
    )
    const { data, ...counts } = tallied(outcomes)
    if (counts.created + counts.updated > 0)
      await audit(sql, who, { action: 'fixed_cost.posted', subject: 'fixed costs', new_value: counts })
    return json(JSON.stringify({ data, ...counts }))
  }

  return new Elysia({ prefix: '/fixed-costs', tags: ['fixed costs'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, who, query: { currency, store, at, limit, offset, cursor, count, format } }) =>
        db(async (sql) => {
          mustHandleFixedCosts(who)
          return listAnswer(
            sql,
            listFixedCosts,
            {
              currency: currency ?? null,
              store_id: store ? ((await storeScope(sql, store)).store_ids[0] ?? null) : null,
              at: at ?? null,
              today: await todayOf(sql),
              limit,
              offset,
              after: afterId(cursor),
            },
            { db, format, count, name: 'fixed-costs' },
          )
        }),
      {
        needs: 'products:read',
        query: v.object({
          ...listing,
          currency: v.optional(CurrencyInput),
          store: v.optional(Slug),
          at: v.optional(Day),
        }),
        response: Page(FixedCost),
        detail: {
          summary: 'Recurring costs, newest first: those of the day `at`, else those that go on after today',
        },
      },
    )
    .get(
      '/:id',
      ({ db, who, params: { id } }) =>
        db(async (sql) => {
          mustHandleFixedCosts(who)
          return entity(await textOf(sql, id))
        }),
      {
        needs: 'products:read',
        params: IdParams,
        response: FixedCost,
        detail: { summary: 'A recurring cost, also one that has ended' },
      },
    )
    .post(
      '',
      ({ db, who, body: sent }) =>
        db(async (sql) => {
          mustHandleFixedCosts(who)
          if (!isOne(sent)) return manyFixedCosts(sql, who, sent)
          const { store: slug, amount, ends_on = null, ...body } = sent as v.InferOutput<typeof NewFixedCost>
          mustSeeItsStores(who, slug)
          const store = slug ? await findStore(sql, { slug }) : null
          if (store === undefined) throw new AppError('invalid', `There is no store "${slug}".`)
          const starts_on = body.starts_on ?? PERIODS.this_month(await todayOf(sql)).from
          mustNotEndBefore(starts_on, ends_on)
          const exact = await amountIn(sql, amount, body.currency)
          const cost = { ...body, amount: exact, store_id: store?.id ?? null, starts_on, ends_on }
          const { id } = await createFixedCost(sql, cost)
          const new_value = await findFixedCost(sql, { id })
          await audit(sql, who, { action: 'fixed_cost.created', subject: `fixed cost ${id}`, new_value })
          return entity(await textOf(sql, id), 201)
        }),
      {
        needs: 'products:write',
        body: rowOrRows(NewFixedCost),
        response: { 200: Outcomes, 201: FixedCost },
        detail: {
          summary:
            'Add a recurring cost: monthly, from the 1st of this month and for all stores unless it says otherwise',
          description:
            'One cost is always added. An array of up to 5,000, or text/csv with a header of the same names, creates or ' +
            'changes: a row means the cost with its `id`, else the one of its name and store that runs on `starts_on`, ' +
            'where other terms hold from that day, or without it from today. A new one lasts until the next of its ' +
            'name. Each row is answered with what became of it; a rejected one does not keep the others out.',
          consumes: ['text/csv'],
        },
      },
    )
    .patch(
      '/:id',
      ({ db, who, request, params: { id }, body }) =>
        db(async (sql) => {
          mustHandleFixedCosts(who)
          const old_value = await toChange(sql, who, id, request)
          await changeFixedCost(sql, old_value, body, await todayOf(sql))
          const new_value = await findFixedCost(sql, { id })
          await audit(sql, who, { action: 'fixed_cost.changed', subject: `fixed cost ${id}`, old_value, new_value })
          return entity(await textOf(sql, id))
        }),
      {
        needs: 'products:write',
        params: IdParams,
        body: ChangedFixedCost,
        response: FixedCost,
        detail: {
          summary:
            'Change a recurring cost; a new amount, currency or interval holds `from` a day (today), the days before keep theirs',
        },
      },
    )
    .delete(
      '/:id',
      ({ db, who, request, params: { id } }) =>
        db(async (sql) => {
          mustHandleFixedCosts(who)
          const old_value = await toChange(sql, who, id, request)
          const today = await todayOf(sql)
          const subject = `fixed cost ${id}`
          if (old_value.starts_on > today) {
            await deleteFixedCost(sql, { id })
            await audit(sql, who, { action: 'fixed_cost.deleted', subject, old_value })
            return { id, result: 'deleted' as const, ends_on: null }
          }
          const { ends_on } = old_value
          if (ends_on !== null && ends_on <= today) return { id, result: 'ended' as const, ends_on }
          const new_value = { ...old_value, ends_on: today }
          await updateFixedCost(sql, new_value)
          await audit(sql, who, { action: 'fixed_cost.ended', subject, old_value, new_value })
          return { id, result: 'ended' as const, ends_on: today }
        }),
      {
        needs: 'products:write',
        params: IdParams,
        response: Ended,
        detail: { summary: 'End a recurring cost today, or delete it when it has not begun' },
      },
    )
}
