import { seeing, type Sql } from '../../sql/connect.ts'
import { failSync, finishSync, type Gap, runSyncNow, startSync, type SyncWork } from '../../sql/sync-state.ts'
import type * as v from 'valibot'
import { AppError, expectedError } from '../errors.ts'
import { job } from './job.ts'

export type SyncRun = {
  sync: SyncWork
  /** Only what is of these days, both included, once more; without it what is new. */
  range?: { from: string; to: string } | undefined
  signal: AbortSignal
}
/** What a run reached: what happened at the source before `covered_until` is in, but for the gaps; what is left out stays. */
export type SyncDone = {
  covered_until?: Date
  gaps?: v.InferOutput<typeof Gap>[]
  /** What people should know although nothing failed, in words. */
  note?: string
  /** Seconds after which it goes on: the source has to do its part first. It is not done until then. */
  again_in?: number
}

/**
 * Brings a resource in. It saves rows, and how far it is (`noteSync`), in transactions of its own; a run that was cut off is taken up again
 * with the cursor of the last of them. What it throws is told to people when it is an AppError.
 */
export type Connector = (run: SyncRun) => Promise<SyncDone>

/** Seconds. */
const HOUR = 3_600
const UNKNOWN = 'Something went wrong on our side; it was logged.'

/**
 * Runs a connector once and notes what became of it. A failure is tried again with growing pauses; one that lasts parks its job, which
 * people are told of, and comes back with its rhythm, at most every hour. A source that wants a pause gets it.
 * @param connectors by connector and resource, such as `shopify/orders`
 */
export const runSyncJob = ({
  sql,
  now,
  connectors,
}: {
  sql: Sql
  now: () => Date
  connectors: Readonly<Record<string, Connector>>
}) =>
  job('run_sync', async ({ sync_id: id, from, to }, { signal, last }) => {
    const sync = await seeing(sql, 'all', (tx) => startSync(tx, { id, now: now() }))
    if (!sync) return // The store was disconnected.
    try {
      const connector = connectors[`${sync.connector}/${sync.resource}`]
      if (!connector) throw new AppError('conflict', `Nothing here brings in ${sync.connector}/${sync.resource}.`)
      const range = from !== undefined && to !== undefined ? { from, to } : undefined
      const { covered_until, gaps, note, again_in } = await connector({ sync, range, signal })
      if (again_in !== undefined) {
        await seeing(sql, 'all', (tx) => runSyncNow(tx, { id, from: from ?? null, to: to ?? null, delay: again_in }))
        return
      }
      await seeing(sql, 'all', (tx) =>
        finishSync(tx, {
          id,
          covered_until: covered_until ?? null,
          gaps: gaps ?? null,
          note: note ?? null,
          now: now(),
        }),
      )
    } catch (error) {
      // A run that was cut off goes on elsewhere.
      const reason = signal.aborted ? 'It was interrupted and goes on in a moment.' : expectedError(error)?.message
      const pause = error instanceof AppError && error.code === 'too_many' && !from ? error.retryAfter : undefined
      const later = pause ?? (last && sync.every_minutes !== null ? Math.max(sync.every_minutes * 60, HOUR) : undefined)
      const next_run_at = later === undefined ? null : new Date(now().getTime() + later * 1_000)
      await seeing(sql, 'all', (tx) => failSync(tx, { id, error: reason ?? UNKNOWN, next_run_at }))
      if (pause === undefined) throw error
    }
  })
