import * as v from 'valibot'
import { type JobName, type JobPayload, JOBS } from '../../sql/jobs.ts'

export type JobRun = {
  /** Aborts when the process must end soon: stop then, and the job is tried again elsewhere. */
  signal: AbortSignal
  /** 1 for the first. */
  attempt: number
  /** Whether a failure now parks the job. */
  last: boolean
}

/** Something that is done beside requests. `everyMinutes` makes it come back by itself, with an empty payload. */
export type Job = {
  name: JobName
  everyMinutes?: number
  run: (payload: unknown, run: JobRun) => Promise<void>
}

/**
 * Describes a job. It runs at least once for each that was added: a process may die after the work and before that is noted, so the work
 * of a job takes its effect in one transaction that also notes it, or does the same when done again.
 */
export function job<Name extends JobName>(
  name: Name,
  run: (payload: JobPayload<Name>, run: JobRun) => Promise<void>,
  { everyMinutes }: { everyMinutes?: number } = {},
): Job {
  return {
    name,
    ...(everyMinutes !== undefined && { everyMinutes }),
    run: (payload, about) => run(v.parse(JOBS[name], payload) as JobPayload<Name>, about),
  }
}
