import { SpanKind } from '@opentelemetry/api'
import { Logger, type Runner, run, type TaskList, type WorkerEvents, type WorkerPool } from 'graphile-worker'
import { EventEmitter } from 'node:events'
import { connect, seeing, type Sql } from '../../sql/connect.ts'
import { addDueJobs, dropFollowedJobs, freeJobsOfTheDead, holdWorker, keepPeriodicJob } from '../../sql/jobs.ts'
import { errorForLog, type Log } from '../log.ts'
import { observed } from '../telemetry/observe.ts'
import type { Job } from './job.ts'

/** Milliseconds from the stop until running jobs are told to end, until those that did not are given back unfinished, and until it ends anyway. */
const PATIENCE = { abort: 5_000, giveUp: 8_000, leave: 11_000 }
/** Milliseconds between two looks at what is due. */
const TICK = 1_000
/** Milliseconds after which the end of a job is noted. */
const NOTED = 25
/** Ticks between two looks for workers that died. */
const SEARCH = 3

export type Worker = ReturnType<typeof createWorker>
export type WorkerState = 'starting' | 'runs' | 'failed'

/**
 * Runs the jobs that were added to the database, and adds those that are due. Any number of processes may have one: the database gives each
 * job to one of them, and frees it when that one dies.
 */
export function createWorker({
  sql,
  now,
  log,
  databaseUrl,
  jobs,
  due = [],
  concurrency = 4,
  patience = PATIENCE,
}: {
  sql: Sql
  now: () => Date
  log: Log
  databaseUrl: string
  jobs: readonly Job[]
  /** Asked every second: each adds the jobs of what is due by then, once however many processes ask. */
  due?: readonly ((sql: Sql, at: { now: Date }) => Promise<unknown>)[]
  concurrency?: number
  patience?: typeof PATIENCE
}) {
  const lease = connect(databaseUrl, { max: 1, name: 'dealdome worker lease', held: true })
  const stopping = new AbortController()
  let state: WorkerState = 'starting'
  let runner: Runner | undefined
  let pool: WorkerPool | undefined
  let running: Promise<void> = Promise.resolve()
  let ticking: Promise<void> = Promise.resolve()

  const taskList: TaskList = Object.fromEntries(
    jobs.map(({ name, run: work }) => [
      name,
      (payload, { job: { id, attempts, max_attempts }, abortSignal: signal }) => {
        const observing = {
          name: `job ${name}`,
          labels: { 'job.name': name },
          more: { 'job.id': id, 'job.attempt': attempts },
          measure: 'dealdome.job.duration',
          kind: SpanKind.CONSUMER,
        } as const
        return observed(observing, () => work(payload, { signal, attempt: attempts, last: attempts >= max_attempts }))
      },
    ]),
  )
  const events: WorkerEvents = new EventEmitter()
  events.on('pool:create', ({ workerPool }) => {
    pool = workerPool
  })
  events.on('job:error', ({ job: { id: job_id, task_identifier: name, attempts, max_attempts }, error }) => {
    const again = attempts < max_attempts ? 'it will be tried again' : 'it is parked: GET /jobs'
    log('warn', `a job failed, ${again}`, { job_id, job: name, attempts, ...errorForLog(error) })
  })
  // The library looks for the next job of a queue before the end of the last one is noted, and then only 2 seconds later.
  events.on('job:complete', ({ worker: { workerPool }, job: { job_queue_id } }) => {
    if (job_queue_id !== null)
      setTimeout(() => !stopping.signal.aborted && workerPool._active && workerPool.nudge(1), NOTED)
  })
  // Failures of jobs are told above; of the rest of what it says, only what is worth a warning.
  const logger = new Logger(() => (level, message, meta) => {
    if ((level === 'error' || level === 'warning') && !meta?.['failure']) log('warn', `jobs: ${message}`)
  })

  /** Runs until stopped, and starts again after a failure: no database, or no tables yet. */
  const work = async () => {
    for (const { name, everyMinutes } of jobs)
      if (everyMinutes) await keepPeriodicJob(sql, { name, every_minutes: everyMinutes, now: now() })
    runner = await run({
      connectionString: databaseUrl,
      maxPoolSize: concurrency + 1,
      concurrency,
      // Otherwise a stop does not wait until the end of the last jobs is noted, and they run again.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      taskList,
      parsedCronItems: [],
      noHandleSignals: true,
      gracefulShutdownAbortTimeout: patience.abort,
      events,
      logger,
    })
    if (stopping.signal.aborted) return runner.stop()
    state = 'runs'
    log('info', 'jobs: running', { jobs: jobs.map(({ name }) => name) })
    await runner.promise
  }
  const keepWorking = async () => {
    while (!stopping.signal.aborted) {
      try {
        await work()
      } catch (error) {
        if (!stopping.signal.aborted) log('warn', 'jobs: stopped by a failure, starting again', errorForLog(error))
      }
      if (stopping.signal.aborted) return
      state = 'failed'
      await pause(2_000)
    }
  }

  let ticks = 0
  const tick = async () => {
    if (pool) await holdWorker(lease, { worker: pool.id })
    if (state !== 'runs') return
    for (const add of [addDueJobs, ...due]) await seeing(sql, 'all', (tx) => add(tx, { now: now() }))
    if (ticks++ % SEARCH !== 0) return
    for (const { worker, jobs: freed } of await freeJobsOfTheDead(sql, {}))
      log('warn', 'jobs: a worker died, its jobs are free again', { worker, jobs: freed })
    await dropFollowedJobs(sql, {})
  }
  const keepTicking = async () => {
    while (!stopping.signal.aborted) {
      await tick().catch((error: unknown) => {
        log('warn', 'jobs: could not look for what is due, trying again', errorForLog(error))
      })
      await pause(TICK)
    }
  }

  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      if (stopping.signal.aborted) return resolve()
      const end = () => {
        clearTimeout(waited)
        stopping.signal.removeEventListener('abort', end)
        resolve()
      }
      const waited = setTimeout(end, milliseconds)
      stopping.signal.addEventListener('abort', end)
    })

  return {
    start: () => {
      running = keepWorking()
      ticking = keepTicking()
    },
    state: () => state,
    /** Takes no more jobs and waits for those that run; they are told to end after 5 seconds and given back after 8. */
    stop: async () => {
      stopping.abort()
      const { promise: givenUp, resolve } = Promise.withResolvers<void>()
      const giveUp = setTimeout(() => {
        const given = Promise.resolve(pool?.forcefulShutdown('its process had to end'))
        void given
          .catch((error) => log('warn', 'jobs: could not give back what runs', errorForLog(error)))
          .finally(resolve)
      }, patience.giveUp)
      // A database that is silent takes nothing back either: others find that this worker is dead.
      const leave = setTimeout(resolve, patience.leave)
      const ended = async () => {
        await runner?.stop().catch(() => undefined) // it has ended already
        await Promise.allSettled([running, ticking])
      }
      // Where the database is gone, the library never says that it has ended.
      await Promise.race([ended(), givenUp])
      clearTimeout(giveUp)
      clearTimeout(leave)
      await lease.end({ timeout: 1 })
    },
  }
}
