import type { Sql } from '../../sql/connect.ts'
import { listJobs } from '../../sql/jobs.ts'
import type { Job } from '../../src/jobs/job.ts'
import { createWorker, type Worker } from '../../src/jobs/worker.ts'
import { until } from './until.ts'
import { usesDatabase } from './users-of-database.ts'

type Line = { level: string; message: string; [more: string]: unknown }
type Deps = { sql: Sql; databaseUrl: string; now?: () => Date }

/** Starts a job worker, which is stopped before its database goes. `done` waits until no job is left but those that are parked; `logs` is what it said. */
export function startWorker(
  { sql, databaseUrl, now = () => new Date() }: Deps,
  jobs: readonly Job[],
  due?: Parameters<typeof createWorker>[0]['due'],
) {
  const logs: Line[] = []
  const worker: Worker = createWorker({
    sql,
    now,
    log: (level, message, more) => logs.push({ level, message, ...more }),
    databaseUrl,
    jobs,
    ...(due && { due }),
  })
  usesDatabase(databaseUrl, worker.stop)
  worker.start()
  const left = async () => {
    const jobs = await listJobs(sql, { state: null, limit: 500, offset: 0, after: null })
    return jobs.filter(({ state }) => state !== 'parked')
  }
  return {
    logs,
    stop: worker.stop,
    done: () =>
      until('all jobs are done', async () => (await left()).length === 0).catch(async (error: Error) => {
        throw new Error(`${error.message}: ${JSON.stringify(await left())}`)
      }),
  }
}
