import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { addJob } from './jobs.ts'
import { command, find, get, query } from './query.ts'
import { Id } from './units.ts'

/** What a message is: `task` the result of a task, `notice` a word on what did not happen, `digest` and `alert` what a chat subscribed to. */
export const DeliveryKind = v.picklist(['task', 'notice', 'digest', 'alert'])
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
  /** Not before; at once unless given. */
  send_after?: Date | null
  /** The topic of a forum; 0 outside of topics. */
  thread_id?: number
  /** Whether the text and the caption are Telegram's HTML. */
  html?: boolean
  /** A PNG that comes before the text. */
  photo?: Buffer | null
  caption?: string | null
  /** Telegram's rows of buttons, under the last part of the text. */
  keyboard?: unknown
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
 * Queues a message in the open transaction, for the job `send_delivery`. Messages to one chat are sent in order; one with `send_after` waits
 * for `startDueDeliveries`. Resolves to the id of the delivery that has this key, be it this one or an earlier one.
 */
export async function deliver(sql: Sql, delivery: NewDelivery): Promise<number> {
  const { id, fresh } = await createDelivery(sql, delivery)
  if (fresh && !delivery.send_after)
    await addJob(sql, 'send_delivery', { delivery_id: id }, { queue: `chat ${delivery.chat_id}` })
  return id
}

export const createDelivery = get(
  v.object({ id: Id, fresh: v.boolean() }),
  NEW,
  (
    sql,
    {
      kind,
      user_id,
      chat_id,
      text,
      dedupe_key,
      store_ids,
      now,
      send_after = null,
      thread_id = 0,
      html = false,
      photo = null,
      caption = null,
      keyboard = null,
    }: NewDelivery,
  ) => sql`
    with created as (
      insert into deliveries (kind, user_id, chat_id, text, dedupe_key, store_ids, created_at, send_after, thread_id, html, photo, caption, keyboard)
      values (${kind}, ${user_id}, ${chat_id}, ${text}, ${dedupe_key}, ${store_ids && [...store_ids]}, ${now}, ${send_after}, ${thread_id}, ${html},
              ${photo}, ${caption}, ${keyboard === null ? null : JSON.stringify(keyboard)}::text::jsonb)
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
  thread_id: v.number(),
  html: v.boolean(),
  photo: v.nullable(v.string()),
  caption: v.nullable(v.string()),
  keyboard: v.nullable(v.unknown()),
  refused: v.nullable(v.string()),
})

/**
 * A delivery that is still to be sent, with one more attempt noted. `photo` is in base64. `refused` says why its person may not have it any
 * more: rights are those of the moment in which it is sent.
 */
export const startDelivery = find(
  Queued,
  { delivery_id: 1 },
  (sql, { delivery_id }: { delivery_id: number }) => sql`
    update deliveries d set attempts = attempts + 1
    where id = ${delivery_id} and status = 'queued'
    returning id, user_id, chat_id, text, message_ids, thread_id, html, encode(photo, 'base64') as photo, caption, keyboard, (
      select case when u.disabled_at is not null then 'The account was disabled.'
                  when d.kind in ('digest', 'alert') and u.store_ids is not null and (d.store_ids <@ u.store_ids) is not true
                    then 'They do not see these stores any more.'
                  when exists (select 1 from telegram_accounts a where a.telegram_id = d.chat_id and a.blocked_at is not null)
                    then 'This person has blocked the bot.' end
      from users u where u.id = d.user_id) as refused`,
)

/** Queues the messages that waited until now, once however many processes ask. */
export const startDueDeliveries = query(
  v.object({ id: Id }),
  { now: new Date(0) },
  (sql, { now }: { now: Date }) => sql`
    with due as (
      select id from deliveries where status = 'queued' and send_after <= ${now} order by id limit 500 for update skip locked
    ),
    moved as (update deliveries d set send_after = null from due where d.id = due.id returning d.id, d.chat_id)
    select j.id
    from moved
    cross join lateral graphile_worker.add_job(
      'send_delivery', json_build_object('delivery_id', moved.id), queue_name => 'chat ' || moved.chat_id, max_attempts => 10) j`,
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
    sql`update deliveries set status = 'sent', sent_at = ${now}, error = null, photo = null where id = ${delivery_id}`,
)

/** Gives up what is still queued for a chat, with the reason. */
export const dropDeliveries = command(
  { chat_id: 1, error: 'This Telegram was unlinked.' },
  (sql, { chat_id, error }: { chat_id: number; error: string }) => sql`
    update deliveries set status = 'failed', error = ${error}, photo = null where chat_id = ${chat_id} and status = 'queued'`,
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
