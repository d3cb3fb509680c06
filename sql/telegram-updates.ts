import * as v from 'valibot'
import { command, find, query } from './query.ts'
import { Id } from './units.ts'

/** Heard by the process that handles updates as soon as some were stored. */
export const TELEGRAM_UPDATES = 'telegram_updates'

type Received = { updates: { update_id: number; lane: string; body: unknown }[]; now: Date }

/** Stores updates that are not there yet and tells so; those handled more than two days ago are forgotten, Telegram keeps them for one. */
export const storeTelegramUpdates = command(
  { updates: [{ update_id: 1, lane: '1', body: {} }], now: new Date(0) },
  (sql, { updates, now }: Received) => sql`
    with forgotten as (delete from telegram_updates where handled_at < ${now}::timestamptz - interval '2 days'),
    stored as (
      insert into telegram_updates (update_id, lane, body, received_at, next_try_at)
      select update_id, lane, body, ${now}, ${now}
      from jsonb_to_recordset(${sql.json(updates as never)}::jsonb) as given (update_id bigint, lane text, body jsonb)
      on conflict do nothing
      returning update_id
    )
    select pg_notify(${TELEGRAM_UPDATES}, '') from stored limit 1`,
)

export const WaitingUpdate = v.object({ update_id: Id, lane: v.string(), body: v.unknown(), attempts: v.number() })
export type WaitingUpdate = v.InferOutput<typeof WaitingUpdate>

type Asked = { busy: string[]; limit: number; now: Date }

/** The first unhandled update of each lane that is not busy, oldest first, when its time has come; each counts as tried. */
export const takeTelegramUpdates = query(
  WaitingUpdate,
  { busy: ['1'], limit: 10, now: new Date(0) },
  (sql, { busy, limit, now }: Asked) => sql`
    with first as (
      select distinct on (lane) update_id, next_try_at
      from telegram_updates
      where handled_at is null and lane <> all(${busy}::text[])
      order by lane, update_id
    ),
    due as (select update_id from first where next_try_at <= ${now} order by update_id limit ${limit})
    update telegram_updates u set attempts = u.attempts + 1
    from due
    where u.update_id = due.update_id
    returning u.update_id, u.lane, coalesce(u.body, 'null'::jsonb) as body, u.attempts`,
)

/** Done with an update; with `failure` it was given up. */
export const finishTelegramUpdate = command(
  { update_id: 1, failure: null, now: new Date(0) },
  (sql, { update_id, failure, now }: { update_id: number; failure: string | null; now: Date }) => sql`
    update telegram_updates set handled_at = ${now}, body = null, failure = ${failure} where update_id = ${update_id}`,
)

/** Tries an update again at `at`, and what follows in its lane after it. */
export const postponeTelegramUpdate = command(
  { update_id: 1, at: new Date(0) },
  (sql, { update_id, at }: { update_id: number; at: Date }) =>
    sql`update telegram_updates set next_try_at = ${at} where update_id = ${update_id}`,
)

type Step = { update_id: number; step: number }

/** What the bot sent as this step of handling an update, when it got that far before. */
export const findTelegramSend = find(
  v.object({ result: v.unknown() }),
  { update_id: 1, step: 1 },
  (sql, { update_id, step }: Step) =>
    sql`select result from telegram_sends where update_id = ${update_id} and step = ${step}`,
)

export const noteTelegramSend = command(
  { update_id: 1, step: 1, result: {} },
  (sql, { update_id, step, result }: Step & { result: unknown }) => sql`
    insert into telegram_sends (update_id, step, result) values (${update_id}, ${step}, ${sql.json(result as never)}) on conflict do nothing`,
)
