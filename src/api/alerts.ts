import { Elysia } from 'elysia'
import * as v from 'valibot'
import { Alert, AlertKind, findAlert, findAlertChat, listAlerts } from '../../sql/alerts.ts'
import { type Sql, seeing } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import type { Who } from '../access.ts'
import { changeAlert } from '../alerts/change-alert.ts'
import { AppError } from '../errors.ts'
import { entity, json, mustMatch, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { AmountInput } from './inputs.ts'

const ChangedAlert = v.strictObject({
  /** The chat that is told; without one the person's own. */
  chat_id: v.optional(v.pipe(v.number(), v.safeInteger())),
  /** The topic of a forum; 0 outside of topics. */
  thread_id: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 0),
  store: v.optional(v.nullable(Slug)),
  active: v.optional(v.boolean()),
  threshold: v.optional(
    v.pipe(
      AmountInput,
      v.check((amount) => !amount.startsWith('-'), 'must not be negative'),
    ),
  ),
  at: v.optional(v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 08:00'))),
  urgent: v.optional(v.boolean()),
  muted_until: v.optional(
    v.nullable(v.pipe(v.string(), v.isoTimestamp('must be a time such as 2026-04-20T08:00:00Z'))),
  ),
})

/** What people are told in Telegram without asking; each sees and changes their own. */
export const alertRoutes = (deps: IdentityDeps) => {
  const chatOf = async (sql: Sql, { user_id }: Who, chat_id: number | undefined) => {
    const chat = await findAlertChat(sql, { user_id, chat_id: chat_id ?? null })
    if (!chat)
      throw new AppError(
        chat_id === undefined ? 'conflict' : 'not_found',
        chat_id === undefined
          ? 'You have no chat with the bot yet. Write to it in Telegram first.'
          : 'This is neither your own chat nor a group that you took the bot into.',
      )
    return chat.chat_id
  }

  return new Elysia({ prefix: '/alerts', tags: ['alerts'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, who: { user_id } }) => db(async (sql) => json(`{"data":${await jsonRows(sql, listAlerts, { user_id })}}`)),
      {
        needs: 'stats:read',
        response: v.object({ data: v.array(Alert) }),
        detail: {
          summary: 'What you are told in Telegram without asking, in your own chat and in groups',
          description:
            'A kind that is not listed was never switched on. What is told is about the stores that you see at that moment.',
        },
      },
    )
    .patch(
      '/:kind',
      async ({ who, request, params: { kind }, body: { chat_id: asked, thread_id, muted_until, ...change } }) => {
        const { sql, now } = deps
        const own = { thread_id, kind, chat_id: await seeing(sql, who.stores, (tx) => chatOf(tx, who, asked)) }
        const textOf = (tx: Sql) => jsonRows(tx, findAlert, own).then((rows) => rows.slice(1, -1))
        await seeing(sql, who.stores, async (tx) => mustMatch(request, await textOf(tx)))
        const until = typeof muted_until === 'string' ? new Date(muted_until) : muted_until
        await changeAlert({ sql, now }, who, own, { ...change, muted_until: until })
        return entity(await seeing(sql, who.stores, textOf))
      },
      {
        needs: 'stats:read',
        params: v.object({ kind: v.pipe(AlertKind, v.description('A digest, or what is watched.')) }),
        body: ChangedAlert,
        response: Alert,
        detail: {
          summary: 'Switch an alert or a digest on or off, set its limit, its time, or mute it',
          description:
            'Limits are in the reporting currency, for margin_drop in percentage points. What is left out stays as it is, or as usual for a new one. ' +
            'Some kinds need more than `stats:read`: orders `orders:read`, failures `admin`.',
        },
      },
    )
}
