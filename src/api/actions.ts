import { Elysia } from 'elysia'
import * as v from 'valibot'
import {
  ActionKind,
  ActionLimits,
  findActionLimits,
  listActionLimits,
  lockActionLimits,
  updateActionLimits,
} from '../../sql/action-limits.ts'
import { Action, ActionStatus, findAction, listActions } from '../../sql/actions.ts'
import type { Sql } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { seeing } from '../../sql/connect.ts'
import { storeScope, type Who } from '../access.ts'
import { type ActionDeps, approve, reject, undo } from '../actions/decide.ts'
import { differently } from '../actions/differently.ts'
import { Answer } from '../agents/answer.ts'
import type { Desk } from '../agents/desk.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { QuestionText } from './agents.ts'
import { afterId, entity, json, listAnswer, listing, mustMatch, Page, Slug } from './answers.ts'
import { mayTakeLong } from './deadline.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { AmountInput, IdParams } from './inputs.ts'

const NotNegative = v.pipe(
  AmountInput,
  v.check((amount) => !amount.startsWith('-'), 'must not be negative'),
)
const Limit = v.optional(v.nullable(NotNegative))
const PercentLimit = v.optional(v.nullable(v.pipe(NotNegative, v.regex(/^\d{1,6}(\.|$)/, 'must be below 1,000,000'))))
const ChangedLimits = v.strictObject({
  enabled: v.optional(v.boolean()),
  max_amount: Limit,
  max_amount_per_day: Limit,
  max_change_percent: PercentLimit,
  second_approver_above_amount: Limit,
  second_approver_above_percent: PercentLimit,
  max_per_day: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000))),
  blocked_product_ids: v.optional(
    v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1))), v.maxLength(1_000)),
  ),
})

/** What the agents propose, and what people make of it. */
export const actionRoutes = (deps: IdentityDeps & ActionDeps & { desk: Desk }) => {
  const { now } = deps
  const textOf = async (sql: Sql, id: number) => {
    const text = (await jsonRows(sql, findAction, { id, now: now() })).slice(1, -1)
    if (text === '') throw new AppError('not_found', `There is no action ${id}.`)
    return text
  }
  // A decision commits before the shop is asked, so it is no single transaction; it is safe to repeat by itself.
  const shown = async (who: Who, id: number) => entity(await seeing(deps.sql, who.stores, (sql) => textOf(sql, id)))

  return new Elysia({ prefix: '/actions', tags: ['actions'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { store, status, kind, order_id, limit, offset, cursor, count, format } }) =>
        db(async (sql) => {
          const { store_ids } = await storeScope(sql, store)
          const asked = {
            store_ids,
            status: status ?? null,
            kind: kind ?? null,
            order_id: order_id ?? null,
            now: now(),
            limit,
            offset,
            after: afterId(cursor),
          }
          return listAnswer(sql, listActions, asked, { db, format, count, name: 'actions' })
        }),
      {
        needs: 'orders:read',
        query: v.object({
          ...listing,
          store: v.optional(Slug),
          status: v.optional(ActionStatus),
          kind: v.optional(ActionKind),
          order_id: v.optional(IdParams.entries.id),
        }),
        response: Page(Action),
        detail: {
          summary:
            'What was proposed to be done to shops and costs, newest first; `status=pending` waits for an answer',
        },
      },
    )
    .get('/:id', ({ db, params: { id } }) => db(async (sql) => entity(await textOf(sql, id))), {
      needs: 'orders:read',
      params: IdParams,
      response: Action,
      detail: {
        summary: 'An action: what it changes, what that does to the profit, who approved it, and what became of it',
      },
    })
    .patch(
      '/:id',
      async ({ who, request, params: { id }, body: { text } }) => {
        await seeing(deps.sql, who.stores, async (sql) => mustMatch(request, await textOf(sql, id)))
        const answer = await differently(deps, who, { id, text, channel: 'api', signal: request.signal })
        const action_now = await seeing(deps.sql, who.stores, (sql) => textOf(sql, id))
        return json(`{"answer":${JSON.stringify(answer)},"action":${action_now}}`)
      },
      {
        needs: 'agents:use',
        params: IdParams,
        body: v.strictObject({ text: QuestionText }),
        response: v.object({ answer: Answer, action: Action }),
        detail: {
          summary: 'Do it differently: say how, and the agent proposes again',
          description:
            'A new proposal takes the place of this one, which is then `replaced`. Without one it goes on waiting.',
        },
      },
    )
    .post(
      '/:id/approve',
      async ({ who, request, server, params: { id } }) => {
        mayTakeLong(request, server)
        await approve(deps, who, id)
        return shown(who, id)
      },
      {
        needs: 'orders:write',
        params: IdParams,
        response: Action,
        detail: {
          summary: 'Approve an action; with the last approval that it needs it is carried out, once',
          description:
            'Pressing twice does nothing more. `pending` in the answer: a second person must approve. `failed` carries the reason in `error`. ' +
            '`executing` with an `error`: the shop did not answer; approve again to go on.',
        },
      },
    )
    .post(
      '/:id/reject',
      async ({ who, params: { id } }) => {
        await reject(deps, who, id)
        return shown(who, id)
      },
      {
        needs: 'orders:write',
        params: IdParams,
        response: Action,
        detail: { summary: 'Reject an action: it is never carried out' },
      },
    )
    .post(
      '/:id/undo',
      async ({ who, request, server, params: { id } }) => {
        mayTakeLong(request, server)
        return shown(who, await undo(deps, who, id))
      },
      {
        needs: 'orders:write',
        params: IdParams,
        response: Action,
        detail: {
          summary: 'Take back what an action did, where that is possible; the answer is the action that does it',
        },
      },
    )
}

/** The limits of actions: the database holds them, whatever an agent was talked into. */
export const actionLimitRoutes = (deps: IdentityDeps) => {
  const textOf = async (sql: Sql, kind: ActionKind) => (await jsonRows(sql, findActionLimits, { kind })).slice(1, -1)
  return new Elysia({ prefix: '/action-limits', tags: ['actions'] })
    .use(identity(deps))
    .get('', ({ db }) => db(async (sql) => json(`{"data":${await jsonRows(sql, listActionLimits, {})}}`)), {
      needs: 'orders:read',
      response: v.object({ data: v.array(ActionLimits) }),
      detail: { summary: 'What may be done to shops and costs, by kind; amounts in the reporting currency' },
    })
    .get('/:kind', ({ db, params: { kind } }) => db(async (sql) => entity(await textOf(sql, kind))), {
      needs: 'orders:read',
      params: v.object({ kind: ActionKind }),
      response: ActionLimits,
      detail: { summary: 'The limits of a kind' },
    })
    .patch(
      '/:kind',
      ({ db, who, request, params: { kind }, body }) =>
        db(async (sql) => {
          if (who.stores !== 'all')
            throw new AppError(
              'forbidden',
              'You are limited to some stores. Ask someone who sees all stores to change the limits.',
            )
          await lockActionLimits(sql, { kind })
          mustMatch(request, await textOf(sql, kind))
          const old_value = await findActionLimits(sql, { kind })
          if (!old_value) throw new AppError('not_found', `There are no limits of the kind "${kind}".`)
          const { updated_at: _, ...limits } = { ...old_value, ...body }
          await updateActionLimits(sql, limits)
          const new_value = await findActionLimits(sql, { kind })
          await audit(sql, who, { action: 'action_limits.changed', subject: kind, old_value, new_value })
          return entity(await textOf(sql, kind))
        }),
      {
        needs: 'admin',
        params: v.object({ kind: ActionKind }),
        body: ChangedLimits,
        response: ActionLimits,
        detail: { summary: 'Change the limits of a kind; null takes a limit away' },
      },
    )
}
