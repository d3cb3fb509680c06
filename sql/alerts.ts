import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, query, type Statement } from './query.ts'
import { Id, Ratio } from './units.ts'
import { Role } from './users.ts'

/** What a chat can be told without asking: two digests, and what goes wrong. */
export const AlertKind = v.picklist([
  'morning',
  'weekly',
  'order_loss',
  'refund',
  'spend_without_sales',
  'negative_cm3',
  'margin_drop',
  'reconciliation',
  'failure',
])
export type AlertKind = v.InferOutput<typeof AlertKind>

/**
 * A subscription of a chat. `threshold` is in the reporting currency, for margin_drop in percentage points; `at` is a time of the clocks of
 * the store, or of the workspace for several. Whose rights count is whoever switched it on.
 */
export const Alert = v.object({
  kind: AlertKind,
  chat_id: v.number(),
  thread_id: v.number(),
  store: v.nullable(v.string()),
  active: v.boolean(),
  threshold: Ratio,
  at: v.nullable(v.string()),
  urgent: v.boolean(),
  muted_until: v.nullable(v.string()),
  next_run_at: v.nullable(v.string()),
  updated_at: v.string(),
})
export type Alert = v.InferOutput<typeof Alert>

const alerts = (sql: Sql): Statement => sql`
    select a.kind, a.chat_id, a.thread_id, s.slug as store, a.active, trim_scale(a.threshold) as threshold, to_char(a.at, 'HH24:MI') as at, a.urgent,
           iso(a.muted_until) as muted_until, iso(a.next_run_at) as next_run_at, iso(a.updated_at) as updated_at
    from alerts a
    left join stores s on s.id = a.store_id`

/** The subscriptions that a person switched on or changed last, wherever they are. */
export const listAlerts = query(
  Alert,
  { user_id: 1 },
  (sql, { user_id }: { user_id: number }) => sql`
    ${alerts(sql)} where a.user_id = ${user_id} order by a.chat_id desc, a.thread_id, a.id`,
)

type Place = { chat_id: number; thread_id: number }

/** The subscriptions of a chat or a topic, whoever switched them on. */
export const alertsOfChat = query(
  Alert,
  { chat_id: 1, thread_id: 0 },
  (sql, { chat_id, thread_id }: Place) =>
    sql`${alerts(sql)} where a.chat_id = ${chat_id} and a.thread_id = ${thread_id} order by a.id`,
)

export const findAlert = find(
  Alert,
  { chat_id: 1, thread_id: 0, kind: 'refund' },
  (sql, { chat_id, thread_id, kind }: Place & { kind: AlertKind }) =>
    sql`${alerts(sql)} where a.chat_id = ${chat_id} and a.thread_id = ${thread_id} and a.kind = ${kind}`,
)

type Saved = Place & {
  user_id: number
  kind: AlertKind
  store_id: number | null
  active: boolean
  threshold: string | null
  at: string | null
  urgent: boolean
  muted_until: Date | null
  now: Date
}
const SAVED: Saved = {
  chat_id: 1,
  thread_id: 0,
  user_id: 1,
  kind: 'morning',
  store_id: null,
  active: true,
  threshold: null,
  at: '08:00',
  urgent: false,
  muted_until: null,
  now: new Date(0),
}

/** The zone whose clocks count for the alert `a`. */
const zoneOf = (sql: Sql, store_id: Statement) =>
  sql`coalesce((select time_zone from stores where id = ${store_id}), (select time_zone from workspace))`
const nextRun = (sql: Sql, kind: Statement, at: Statement, zone: Statement, now: Date) => sql`
    (select next from rhythm_times(
       case when ${kind} = 'weekly' then jsonb_build_object('every', 'week', 'weekdays', jsonb_build_array(1), 'at', to_char(${at}, 'HH24:MI'))
            else jsonb_build_object('every', 'day', 'at', to_char(${at}, 'HH24:MI')) end, ${zone}, ${now}, 1) next)`

/** Sets a subscription. Whoever switches it on is whose rights count from then on; other changes leave that as it is. */
export const saveAlert = command(SAVED, (sql, a: Saved) => {
  const next = sql`
    case when ${a.active} and ${a.at}::time is not null
         then ${nextRun(sql, sql`${a.kind}::text`, sql`${a.at}::time`, zoneOf(sql, sql`${a.store_id}::bigint`), a.now)} end`
  return sql`
    insert into alerts as a (
      user_id, chat_id, thread_id, kind, store_id, active, threshold, at, urgent, muted_until, next_run_at, created_at, updated_at)
    values (${a.user_id}, ${a.chat_id}, ${a.thread_id}, ${a.kind}, ${a.store_id}, ${a.active}, ${a.threshold}::numeric, ${a.at}::time, ${a.urgent},
            ${a.muted_until}, ${next}, ${a.now}, ${a.now})
    on conflict (chat_id, thread_id, kind) do update set
      user_id = case when excluded.active and not a.active then excluded.user_id else a.user_id end, store_id = excluded.store_id,
      active = excluded.active, threshold = excluded.threshold, at = excluded.at, urgent = excluded.urgent, muted_until = excluded.muted_until,
      next_run_at = excluded.next_run_at, updated_at = excluded.updated_at`
})

/** A group that became a supergroup keeps what it subscribed to. */
export const moveAlerts = command(
  { from: -1, to: -100 },
  (sql, { from, to }: { from: number; to: number }) => sql`
    update alerts a set chat_id = ${to}
    where chat_id = ${from}
      and not exists (select 1 from alerts o where o.chat_id = ${to} and o.thread_id = a.thread_id and o.kind = a.kind)`,
)

/** A group that put the bot out is told nothing any more. */
export const removeAlerts = command(
  { chat_id: -100 },
  (sql, { chat_id }: { chat_id: number }) => sql`delete from alerts where chat_id = ${chat_id}`,
)

/** A chat that a person can be told something in: their own, or a group that the bot is in. */
export const findAlertChat = find(
  v.object({ chat_id: v.number() }),
  { user_id: 1, chat_id: null },
  (sql, { user_id, chat_id }: { user_id: number; chat_id: number | null }) => sql`
    select chat_id
    from (
      select telegram_id as chat_id, paired_at from telegram_accounts where user_id = ${user_id}
      union all
      select chat_id, added_at from telegram_chats where chat_id = ${chat_id}
    ) chat
    where ${chat_id}::bigint is null or chat_id = ${chat_id}
    order by paired_at desc
    limit 1`,
)

/** A subscription that is to be worked on, with whose rights count and how they read. `quiet_end` is when their quiet hours end, if it is quiet. */
export const OpenAlert = v.object({
  id: Id,
  kind: AlertKind,
  chat_id: v.number(),
  thread_id: v.number(),
  store_id: v.nullable(Id),
  threshold: Ratio,
  urgent: v.boolean(),
  muted: v.boolean(),
  told_entry_id: v.nullable(Id),
  time_zone: v.string(),
  user_id: Id,
  email: v.string(),
  role: Role,
  store_ids: v.nullable(v.array(Id)),
  language: v.nullable(v.string()),
  theme: v.picklist(['light', 'dark']),
  quiet_end: v.nullable(v.date()),
})
export type OpenAlert = v.InferOutput<typeof OpenAlert>

/** Those of people who left or blocked the bot are passed over. */
const open = (sql: Sql, now: Date): Statement => sql`
    select a.id, a.kind, a.chat_id, a.thread_id, a.store_id, a.threshold, a.urgent, coalesce(a.muted_until > ${now}, false) as muted, a.told_entry_id,
           z.time_zone, u.id as user_id, u.email, u.role, u.store_ids, t.language, coalesce(t.theme, 'light') as theme,
           end_of_quiet(${now}, z.time_zone, u.quiet_from, u.quiet_until) as quiet_end
    from alerts a
    join users u on u.id = a.user_id and u.disabled_at is null
    left join lateral (
      select language, theme, blocked_at from telegram_accounts
      where user_id = u.id
      order by telegram_id = a.chat_id desc, paired_at desc
      limit 1) t on true
    cross join lateral (select ${zoneOf(sql, sql`a.store_id`)} as time_zone) z
    where a.active and (a.chat_id < 0 or t.blocked_at is null)`

/** What to look for now: the subscriptions that are no digests. */
export const listOpenAlerts = query(
  OpenAlert,
  { now: new Date(0) },
  (sql, { now }: { now: Date }) => sql`${open(sql, now)} and a.at is null order by a.id`,
)

export const findOpenAlert = find(
  OpenAlert,
  { id: 1, now: new Date(0) },
  (sql, { id, now }: { id: number; now: Date }) => sql`${open(sql, now)} and a.id = ${id}`,
)

/** Takes a subscription until the end of the transaction, so that two processes do not notice the same thing. */
export const lockAlert = find(
  v.object({ id: Id, told_entry_id: v.nullable(Id) }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`select id, told_entry_id from alerts where id = ${id} and active for update`,
)

/**
 * Queues the digests that are due and sets when they are due next, once however many processes ask. Each is about the day before the one that the
 * clocks of its zone show; days that were missed are not made up for.
 */
export const startDueDigests = query(
  v.object({ id: Id }),
  { now: new Date(0) },
  (sql, { now }: { now: Date }) => sql`
    with due as (
      select a.id, a.kind, a.at, a.store_id
      from alerts a
      where a.active and a.next_run_at <= ${now}
      order by a.next_run_at
      limit 100
      for update skip locked
    ),
    moved as (
      update alerts a
      set next_run_at = ${nextRun(sql, sql`due.kind`, sql`due.at`, zoneOf(sql, sql`due.store_id`), now)}
      from due
      where a.id = due.id
      returning a.id, (${now}::timestamptz at time zone ${zoneOf(sql, sql`a.store_id`)})::date - 1 as day
    )
    select j.id
    from moved
    cross join lateral graphile_worker.add_job(
      'send_digest', json_build_object('alert_id', moved.id, 'day', moved.day), queue_name => 'digests', max_attempts => 6) j`,
)

/** Lets a digest come back later, before its usual time. */
export const postponeDigest = command(
  { id: 1, until: new Date(0) },
  (sql, { id, until }: { id: number; until: Date }) =>
    sql`update alerts set next_run_at = least(next_run_at, ${until}) where id = ${id} and active`,
)

export const noteDigestTold = command(
  { id: 1, entry_id: 1 },
  (sql, { id, entry_id }: { id: number; entry_id: number | null }) =>
    sql`update alerts set told_entry_id = greatest(told_entry_id, ${entry_id}) where id = ${id}`,
)

const QuietHours = v.object({ from: v.string(), until: v.string() })

/** From when until when a person is not disturbed; equal: never quiet. */
export const findQuietHours = find(
  QuietHours,
  { user_id: 1 },
  (sql, { user_id }: { user_id: number }) => sql`
    select to_char(quiet_from, 'HH24:MI') as "from", to_char(quiet_until, 'HH24:MI') as until from users where id = ${user_id}`,
)

export const setQuietHours = command(
  { user_id: 1, from: '22:00', until: '07:00' },
  (sql, { user_id, from, until }: { user_id: number; from: string; until: string }) =>
    sql`update users set quiet_from = ${from}::time, quiet_until = ${until}::time where id = ${user_id}`,
)
