import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import {
  deleteGoal,
  findGoal,
  findGoalPacing,
  Goal,
  GoalPacing,
  GoalPlan,
  listGoals,
  planGoal,
} from '../../sql/goals.ts'
import { jsonRows } from '../../sql/query.ts'
import { storeScope } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { changeGoal, mustSeeItsStores, pacingAsked, subjectOf } from '../goals.ts'
import { afterId, entity, json, listAnswer, listing, mustMatch, Page, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { AmountInput, IdParams, MonthInput } from './inputs.ts'

const Profit = v.pipe(
  AmountInput,
  v.check((amount) => !amount.startsWith('-'), 'must not be negative'),
)
const SetGoal = v.strictObject({
  month: MonthInput,
  /** Without one it is of all stores together. */
  store: v.optional(v.nullable(Slug), null),
  amount: Profit,
})

/** The net profit that months are to bring, and where the running month is beside it. */
export const goalRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  const textOf = async (sql: Sql, id: number) => (await jsonRows(sql, findGoal, { id })).slice(1, -1)
  const unknown = (id: number) => new AppError('not_found', `There is no goal ${id}.`)

  return new Elysia({ prefix: '/goals', tags: ['goals'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { month = null, store, limit, offset, cursor, count, format } }) =>
        db(async (sql) => {
          const store_id = store ? (await storeScope(sql, store)).store_ids[0]! : null
          const args = { month, store_id, limit, offset, after: afterId(cursor) }
          return listAnswer(sql, listGoals, args, { db, format, count, name: 'goals' })
        }),
      {
        needs: 'stats:read',
        query: v.object({ ...listing, month: v.optional(MonthInput), store: v.optional(Slug) }),
        response: Page(Goal),
        detail: { summary: 'The net profit that months are to bring, of stores or of all together, newest first' },
      },
    )
    .get(
      '/pacing',
      ({ db, query: { store = null } }) =>
        db(async (sql) => {
          const { asked } = await pacingAsked(sql, store, now())
          const text = (await jsonRows(sql, findGoalPacing, asked)).slice(1, -1)
          if (text === '') throw new AppError('not_found', 'No goal is set for this month. Set one with PUT /goals.')
          return entity(text)
        }),
      {
        needs: 'stats:read',
        query: v.object({ store: v.optional(Slug) }),
        response: GoalPacing,
        detail: {
          summary:
            'Where the running month is beside its goal: so far, needed per day, forecast, and the revenue and spend it takes',
          description:
            '`so_far` are the closed days, `needed_per_day` what each remaining day with today is to bring. `revenue_needed` and `ad_spend_needed` are of the ' +
            'whole month, at the CM2 and the MER of the eight weeks before today; null where more revenue brings no profit.',
        },
      },
    )
    .get(
      '/plan',
      ({ db, query: { store = null, amount } }) =>
        db(async (sql) => {
          const { asked } = await pacingAsked(sql, store, now())
          const { store_id: _, ...month } = asked
          return json((await jsonRows(sql, planGoal, { ...month, amount })).slice(1, -1))
        }),
      {
        needs: 'stats:read',
        query: v.object({ store: v.optional(Slug), amount: Profit }),
        response: GoalPlan,
        detail: {
          summary: 'The revenue and ad spend that the running month takes to bring a net profit of `amount`',
          description:
            'At the CM2 and the MER of the eight weeks before today, over the fixed costs of the whole month: revenue = (amount + fixed costs) / ' +
            '(CM2 / revenue - 1 / MER). Null where more revenue brings no profit.',
        },
      },
    )
    .get(
      '/:id',
      ({ db, params: { id } }) =>
        db(async (sql) => {
          const text = await textOf(sql, id)
          if (text === '') throw unknown(id)
          return entity(text)
        }),
      { needs: 'stats:read', params: IdParams, response: Goal, detail: { summary: 'The goal of a month' } },
    )
    .put(
      '',
      ({ db, who, request, body }) =>
        db(async (sql) => {
          const { id } = await changeGoal(sql, who, { ...body, now: now() }, async (before) =>
            mustMatch(request, before ? await textOf(sql, before.id) : ''),
          )
          return entity(await textOf(sql, id))
        }),
      {
        needs: 'financials:write',
        body: SetGoal,
        response: Goal,
        detail: { summary: 'Set the goal of a month, in the currency of its store or the reporting currency' },
      },
    )
    .delete(
      '/:id',
      ({ db, who, request, set, params: { id } }) =>
        db(async (sql) => {
          const goal = await findGoal(sql, { id })
          if (!goal) throw unknown(id)
          mustSeeItsStores(who, goal.store)
          mustMatch(request, await textOf(sql, id))
          await deleteGoal(sql, { id })
          await audit(sql, who, { action: 'goal.deleted', subject: subjectOf(goal), old_value: goal })
          set.status = 204
        }),
      {
        needs: 'financials:write',
        params: IdParams,
        detail: { summary: 'Take a goal back' },
      },
    )
}
