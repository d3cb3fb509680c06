import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, query, type Statement } from './query.ts'
import { Id } from './units.ts'

/** What a webhook tells a change of. */
export const EventKind = v.picklist(['order', 'product', 'inventory_item', 'app'])
export type EventKind = v.InferOutput<typeof EventKind>

/** How often an object is read again before its event is given up. */
const ATTEMPTS = 6

type New = {
  store_id: number
  topic: string
  event_id: string
  kind: EventKind
  number: string
  triggered_at: Date
  now: Date
}
const NEW: New = {
  store_id: 1,
  topic: 'orders/create',
  event_id: 'a',
  kind: 'order',
  number: '1',
  triggered_at: new Date(0),
  now: new Date(0),
}

/** The job that reads what the events of a store are about, one run at a time. */
const readJob = (sql: Sql, store_id: Statement): Statement => sql`
    graphile_worker.add_job(
      'read_shopify_events', json_build_object('store_id', ${store_id}), max_attempts => 25, job_key => 'shopify events ' || ${store_id},
      queue_name => 'shopify events ' || ${store_id})`

/**
 * Keeps an event with the job that reads what it is about; nothing when it is there already. A job that waits serves for all: adding it
 * again would make those who tell of one store take turns (300 events a second, so 1,400). The transaction must be `telling`.
 */
export const keepShopifyEvent = find(
  v.object({ id: Id }),
  NEW,
  (sql, { store_id, topic, event_id, kind, number, triggered_at, now }: New) => sql`
    with kept as (
      insert into shopify_events (store_id, topic, event_id, kind, number, triggered_at, received_at)
      values (${store_id}, ${topic}, ${event_id}, ${kind}, ${number}, ${triggered_at}, ${now})
      on conflict (store_id, topic, event_id, number) do nothing
      returning id, store_id
    ),
    added as (
      select j.id
      from kept
      cross join lateral ${readJob(sql, sql`kept.store_id`)} j
      where not exists (
        select 1 from graphile_worker.jobs w
        where w.key = 'shopify events ' || kept.store_id and w.locked_at is null and w.attempts < w.max_attempts and w.run_at <= now())
    )
    select kept.id from kept left join added on true`,
)

type Told = { store_id: number }

/** Marks the transaction as one that keeps events of a store: those who read them wait for its end before they say that there are none. */
export const telling = command(
  { store_id: 1 },
  (sql, { store_id }: Told) =>
    sql`select pg_advisory_xact_lock_shared(hashtextextended('shopify events ' || ${store_id}::text, 0))`,
)

/** Waits until all that are `telling` of a store have told; who comes later adds a job of its own. */
export const awaitTelling = command(
  { store_id: 1 },
  (sql, { store_id }: Told) =>
    sql`select pg_advisory_xact_lock(hashtextextended('shopify events ' || ${store_id}::text, 0))`,
)

/** Lets the events of a store that wait be read now, whatever kept them waiting; nothing when none does. */
export const readShopifyEventsNow = find(
  v.object({ id: Id }),
  { store_id: 1 },
  (sql, { store_id }: { store_id: number }) => sql`
    with freed as (
      update shopify_events set error = null, retry_at = null, attempts = 0 where store_id = ${store_id} and handled_at is null returning store_id
    )
    select j.id
    from (select distinct store_id from freed) waiting
    cross join lateral ${readJob(sql, sql`waiting.store_id`)} j`,
)

/** An object that events wait for; `deleted` when one of them says that it was. */
export const WaitingEvent = v.object({ kind: EventKind, number: v.string(), deleted: v.boolean(), ids: v.array(Id) })
export type WaitingEvent = v.InferOutput<typeof WaitingEvent>

type Waiting = { store_id: number; limit: number; now: Date }

/**
 * The objects that events wait for, each once however many there are of it, the longest waiting first. Those that were given up come along
 * when the same object is told of again.
 */
export const listWaitingEvents = query(
  WaitingEvent,
  { store_id: 1, limit: 50, now: new Date(0) },
  (sql, { store_id, limit, now }: Waiting) => sql`
    select kind, number, coalesce(bool_or(topic like '%/delete'), false) as deleted, array_agg(id order by id) as ids
    from shopify_events
    where store_id = ${store_id} and handled_at is null
    group by kind, number
    having bool_or(error is null or retry_at <= ${now})
    order by min(id)
    limit ${limit}`,
)

type Handled = { ids: number[]; now: Date }

export const noteEventsHandled = command(
  { ids: [1], now: new Date(0) },
  (sql, { ids, now }: Handled) => sql`
    update shopify_events set handled_at = ${now}, error = null, retry_at = null where id = any(${ids}::bigint[])`,
)

type Read = { store_id: number; numbers: string[]; now: Date }

/** Orders that came in otherwise are not lost any more, whatever was given up of them. */
export const noteLostOrdersRead = command(
  { store_id: 1, numbers: ['1'], now: new Date(0) },
  (sql, { store_id, numbers, now }: Read) => sql`
    update shopify_events set handled_at = ${now}, error = null
    where store_id = ${store_id} and kind = 'order' and number = any(${numbers}::text[]) and handled_at is null and error is not null
      and retry_at is null`,
)

type Failed = { ids: number[]; error: string; now: Date }

/** Notes why an object could not be read or booked; it is tried again after 30 s, 2 min, 8 min …, and given up in the end. */
export const noteEventsFailed = command(
  { ids: [1], error: 'no', now: new Date(0) },
  (sql, { ids, error, now }: Failed) => sql`
    update shopify_events
    set attempts = attempts + 1, error = ${error},
        retry_at = case when attempts + 1 < ${ATTEMPTS} then ${now}::timestamptz + interval '30 seconds' * 4 ^ attempts end
    where id = any(${ids}::bigint[])`,
)

/** When the next event of a store is tried again; nothing when none is. */
export const nextEventRetry = find(
  v.object({ seconds: v.number() }),
  { store_id: 1, now: new Date(0) },
  (sql, { store_id, now }: { store_id: number; now: Date }) => sql`
    select greatest(ceil(extract(epoch from retry_at - ${now}::timestamptz)), 0)::int as seconds
    from shopify_events
    where store_id = ${store_id} and handled_at is null and retry_at is not null
    order by retry_at
    limit 1`,
)

/** Objects whose events were given up, with the reason. */
export const listLostEvents = query(
  v.object({ kind: EventKind, number: v.string(), error: v.string() }),
  { store_id: 1 },
  (sql, { store_id }: { store_id: number }) => sql`
    select distinct on (kind, number) kind, number, coalesce(error, '') as error
    from shopify_events
    where store_id = ${store_id} and handled_at is null and error is not null and retry_at is null
    order by kind, number, id desc`,
)

/** Forgets what the shop of a store told: it is another one now, or none. */
export const removeShopifyEvents = command(
  { store_id: 1 },
  (sql, { store_id }: { store_id: number }) => sql`delete from shopify_events where store_id = ${store_id}`,
)

/** Events that were handled two weeks ago: until then they tell what came when, and a repeat is known. */
export const sweepShopifyEvents = command(
  { now: new Date(0) },
  (sql, { now }: { now: Date }) => sql`
    delete from shopify_events where handled_at is not null and received_at <= ${now}::timestamptz - interval '14 days'`,
)
