import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import {
  createFixedCost,
  deleteFixedCost,
  findAmount,
  findFixedCost,
  FixedCost,
  Interval,
  listFixedCosts,
  lockFixedCost,
  splitFixedCost,
  updateFixedCost,
} from '../../sql/fixed-costs.ts'
import { jsonRows } from '../../sql/query.ts'
import { findStore, getWorkspace } from '../../sql/stores.ts'
import { BusinessDay, Id } from '../../sql/units.ts'
import { storeScope, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { Day, dayIn, PERIODS } from '../day.ts'
import { AppError } from '../errors.ts'
import { afterId, entity, listAnswer, listing, mustMatch, Page, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { AmountInput, CurrencyInput, IdParams, NameInput } from './inputs.ts'

const FixedAmount = v.pipe(
  AmountInput,
  v.check((amount) => !amount.startsWith('-'), 'must not be negative'),
  v.regex(/^-?\d{1,11}(\.|$)/, 'has at most 11 digits before the point'),
)
const Category = v.union([v.literal(''), NameInput], 'must be one line of text of at most 200 characters')

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
type ChangedFixedCost = v.InferOutput<typeof ChangedFixedCost>

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

/** The amount with the decimals of its currency. @throws AppError `invalid` */
async function amountIn(sql: Sql, amount: string, currency: string): Promise<string> {
  const found = await findAmount(sql, { amount, currency })
  if (!found)
    throw new AppError('invalid', `The currency ${currency} is not one that we know. Use an ISO 4217 code such as EUR.`)
  if (found.amount === null)
    throw new AppError(
      'invalid',
      `The amount ${amount} has more decimals than the ${found.minor_digits} of ${currency}.`,
    )
  return found.amount
}

function mustNotEndBefore(starts_on: string, ends_on: string | null): void {
  if (ends_on !== null && ends_on < starts_on)
    throw new AppError('invalid', `The end ${ends_on} (ends_on) is before the cost starts on ${starts_on}.`)
}

/**
 * The first day of changed terms: the named one, else today, but not before the cost itself starts.
 * @throws AppError `invalid` for a day outside of the cost, `conflict` when no day is named and the cost has ended
 */
function firstDay({ starts_on, ends_on }: FixedCost, from: string | undefined, today: string): string {
  const first = from ?? (today > starts_on ? today : starts_on)
  if (first < starts_on)
    throw new AppError('invalid', `The day ${first} (from) is before the cost starts on ${starts_on}.`)
  if (ends_on !== null && first > ends_on)
    throw from === undefined
      ? new AppError(
          'conflict',
          `The cost ended on ${ends_on}. Name the day "from" which the change holds, or add a new cost.`,
        )
      : new AppError('invalid', `The day ${first} (from) is after the cost ended on ${ends_on}.`)
  return first
}

/** Changes a cost. Days before changed terms stay as they were, in a row of their own; the cost keeps its id. */
async function change(sql: Sql, old: FixedCost, { from, ...asked }: ChangedFixedCost, today: string): Promise<void> {
  const { id, name, category, currency, interval, ends_on } = { ...old, ...asked }
  const amount = await amountIn(sql, asked.amount ?? old.amount, currency)
  let { starts_on } = old
  if (amount !== old.amount || currency !== old.currency || interval !== old.interval) {
    const first = firstDay(old, from, today)
    if (first > starts_on) await splitFixedCost(sql, { id, from: first })
    starts_on = first
  }
  mustNotEndBefore(starts_on, ends_on)
  await updateFixedCost(sql, { id, name, category, amount, currency, interval, ends_on })
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

  return new Elysia({ prefix: '/fixed-costs', tags: ['fixed costs'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, who, query: { currency, store, at, limit, offset, cursor, format } }) =>
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
            { db, format, name: 'fixed-costs' },
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
      ({ db, who, body: { store: slug, amount, ends_on = null, ...body } }) =>
        db(async (sql) => {
          mustHandleFixedCosts(who)
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
        body: NewFixedCost,
        response: { 201: FixedCost },
        detail: {
          summary:
            'Add a recurring cost: monthly, from the 1st of this month and for all stores unless it says otherwise',
        },
      },
    )
    .patch(
      '/:id',
      ({ db, who, request, params: { id }, body }) =>
        db(async (sql) => {
          mustHandleFixedCosts(who)
          const old_value = await toChange(sql, who, id, request)
          await change(sql, old_value, body, await todayOf(sql))
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
