import * as v from 'valibot'
import { command, find } from './query.ts'
import { Count } from './units.ts'

type Key = { user_id: number; key: string }
type Claim = Key & { request: string; body_hash: Uint8Array; now: Date }
const KEY: Key = { user_id: 1, key: 'a-key' }
const CLAIM: Claim = { ...KEY, request: 'POST /products', body_hash: new Uint8Array(32), now: new Date(0) }

/**
 * Takes a key for this request; 0 when it is taken. Waits for a transaction that has taken it and is not over. A key that is older than
 * 24 hours is taken anew, and one that has no answer after ten minutes: who took it has died.
 */
export const claimIdempotencyKey = command(
  CLAIM,
  (sql, { user_id, key, request, body_hash, now }: Claim) => sql`
    insert into idempotency_keys as k (user_id, key, request, body_hash, created_at)
    values (${user_id}, ${key}, ${request}, ${body_hash}, ${now})
    on conflict (user_id, key) do update set
      request = excluded.request, body_hash = excluded.body_hash, created_at = excluded.created_at, status = null, answer = null,
      content_type = null
    where k.created_at <= excluded.created_at - case when k.status is null then interval '10 minutes' else interval '24 hours' end`,
)

const Given = v.object({
  same: v.boolean(),
  status: v.nullable(Count),
  answer: v.nullable(v.string()),
  content_type: v.nullable(v.string()),
})

/** The answer that was given under a key; `same` tells whether it was to this very request. */
export const findIdempotentAnswer = find(
  Given,
  { ...KEY, request: 'POST /products', body_hash: new Uint8Array(32) },
  (sql, { user_id, key, request, body_hash }: Omit<Claim, 'now'>) => sql`
    select request = ${request} and body_hash = ${body_hash} as same, status, answer, content_type
    from idempotency_keys
    where user_id = ${user_id} and key = ${key}`,
)

type Answer = Key & { status: number; answer: string; content_type: string | null }

export const keepIdempotentAnswer = command(
  { ...KEY, status: 201, answer: '{}', content_type: 'application/json' },
  (sql, { user_id, key, status, answer, content_type }: Answer) => sql`
    update idempotency_keys set status = ${status}, answer = ${answer}, content_type = ${content_type}
    where user_id = ${user_id} and key = ${key}`,
)

/** Gives a key back that has no answer: its work failed. */
export const releaseIdempotencyKey = command(
  KEY,
  (sql, { user_id, key }: Key) =>
    sql`delete from idempotency_keys where user_id = ${user_id} and key = ${key} and status is null`,
)
