import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { addJob } from './jobs.ts'
import { command, find, get } from './query.ts'
import { Id } from './units.ts'

/** What a message is: `task` the result of a task, `notice` a word on what did not happen. */
export const DeliveryKind = v.picklist(['task', 'notice'])
export type DeliveryKind = v.InferOutput<typeof DeliveryKind>

export type NewDelivery = {
  kind: DeliveryKind
  /** Whom it is for; null for a group. */
  user_id: number | null
  chat_id: number
  text: string
  /** Says what the message is about: a second one with the same key is not sent. */
  dedupe_key: string
  /** The stores that the figures in it are of, null for all. */
  store_ids: readonly number[] | null
  now: Date
}
const NEW: NewDelivery = {
  kind: 'task',
  user_id: 1,
  chat_id: 1,
  text: 'Good morning.',
  dedupe_key: 'task run 1',
  store_ids: null,
  now: new Date(0),
}

/**
 * Queues a message in the open transaction, for the job `send_delivery`. Messages to one chat are sent in order. Resolves to the id of the
 * delivery that has this key, be it this one or an earlier one.
 */
export async function deliver(sql: Sql, delivery: NewDelivery): Promise<number> {
  const { id, fresh } = await createDelivery(sql, delivery)
  if (fresh) await addJob(sql, 'send_delivery', { delivery_id: id }, { queue: `chat ${delivery.chat_id}` })
  return id
}

export const createDelivery = get(
  v.object({ id: Id, fresh: v.boolean() }),
  NEW,
  (sql, { kind, user_id, chat_id, text, dedupe_key, store_ids, now }: NewDelivery) => sql`
    with created as (
      insert into deliveries (kind, user_id, chat_id, text, dedupe_key, store_ids, created_at)
      values (${kind}, ${user_id}, ${chat_id}, ${text}, ${dedupe_key}, ${store_ids && [...store_ids]}, ${now})
      on conflict (dedupe_key) do nothing
      returning id
    )
    select id, true as fresh from created
    union all
    select id, false from deliveries where dedupe_key = ${dedupe_key}
    limit 1`,
)

const Queued = v.object({
  id: Id,
  user_id: v.nullable(Id),
  chat_id: v.number(),
  text: v.string(),
  message_ids: v.array(v.number()),
})

/** A delivery that is still to be sent, with one more attempt noted. */
export const startDelivery = find(
  Queued,
  { delivery_id: 1 },
  (sql, { delivery_id }: { delivery_id: number }) => sql`
    update deliveries set attempts = attempts + 1
    where id = ${delivery_id} and status = 'queued'
    returning id, user_id, chat_id, text, message_ids`,
)

/** Notes that the next part of the text was sent. */
export const notePartSent = command(
  { delivery_id: 1, message_id: 1 },
  (sql, { delivery_id, message_id }: { delivery_id: number; message_id: number }) =>
    sql`update deliveries set message_ids = message_ids || ${message_id}::bigint, error = null where id = ${delivery_id}`,
)

export const noteDeliverySent = command(
  { delivery_id: 1, now: new Date(0) },
  (sql, { delivery_id, now }: { delivery_id: number; now: Date }) =>
    sql`update deliveries set status = 'sent', sent_at = ${now}, error = null where id = ${delivery_id}`,
)

/** Notes why it was not sent, in plain words; with `failed` for good. */
export const noteDeliveryError = command(
  { delivery_id: 1, error: 'Telegram does not answer.', failed: true },
  (sql, { delivery_id, error, failed }: { delivery_id: number; error: string; failed: boolean }) => sql`
    update deliveries set error = ${error}, status = case when ${failed} then 'failed' else status end where id = ${delivery_id}`,
)

/**
 * The chat that messages for a person go to: `chat_id` if it is still theirs or a group that the bot is in, else the one they paired last.
 */
export const findChat = find(
  v.object({ chat_id: v.number() }),
  { user_id: 1, chat_id: null },
  (sql, { user_id, chat_id }: { user_id: number; chat_id: number | null }) => sql`
    select chat_id
    from (
      select telegram_id as chat_id, paired_at from telegram_accounts where user_id = ${user_id}
      union all
      select chat_id, null from telegram_chats where chat_id = ${chat_id}
    ) chat
    order by chat_id = ${chat_id} desc nulls last, paired_at desc
    limit 1`,
)
