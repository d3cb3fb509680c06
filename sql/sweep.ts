import { command } from './query.ts'

const NOW = { now: new Date(0) }

/** Answers to writes with an Idempotency-Key are kept for 24 hours. */
export const sweepIdempotencyKeys = command(
  NOW,
  (sql, { now }: typeof NOW) =>
    sql`delete from idempotency_keys where created_at <= ${now}::timestamptz - interval '24 hours'`,
)

/** Sessions that ended or expired a week ago: until then they tell what happened. */
export const sweepSessions = command(
  NOW,
  (sql, { now }: typeof NOW) =>
    sql`delete from sessions where least(ended_at, expires_at) <= ${now}::timestamptz - interval '7 days'`,
)

/** Links to choose a password that expired a day ago, used or not. */
export const sweepPasswordLinks = command(
  NOW,
  (sql, { now }: typeof NOW) =>
    sql`delete from password_links where expires_at <= ${now}::timestamptz - interval '1 day'`,
)

/** Failed logins count for 15 minutes. */
export const sweepLoginFailures = command(
  NOW,
  (sql, { now }: typeof NOW) =>
    sql`delete from login_failures where failed_at <= ${now}::timestamptz - interval '15 minutes'`,
)

/** Pairings that nobody settled, a day after they expired. */
export const sweepTelegramPairings = command(
  NOW,
  (sql, { now }: typeof NOW) =>
    sql`delete from telegram_pairings where expires_at <= ${now}::timestamptz - interval '1 day'`,
)

/** Minutes in which requests were counted, once they are over. */
export const sweepRateWindows = command(
  NOW,
  (sql, { now }: typeof NOW) =>
    sql`delete from rate_windows where begun_at <= ${now}::timestamptz - interval '2 minutes'`,
)

/** Proposals that nobody answered in time: their status says so from then on. */
export const sweepActions = command(
  NOW,
  (sql, { now }: typeof NOW) =>
    sql`update actions set status = 'expired' where status = 'pending' and expires_at <= ${now}`,
)

/** Runs of tasks whose process died at the last try. */
export const sweepTaskRuns = command(
  NOW,
  (sql, { now }: typeof NOW) => sql`
    update task_runs set status = 'failed', error = 'It was interrupted.', finished_at = ${now}
    where status in ('queued', 'running') and created_at <= ${now}::timestamptz - interval '1 day'`,
)
