import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { type Sql, transaction } from '../../sql/connect.ts'
import { addDueJobs, insertJob, keepPeriodicJob, listJobs, retryJob } from '../../sql/jobs.ts'
import type { Job, JobRun } from '../../src/jobs/job.ts'
import { createWorker, type Worker } from '../../src/jobs/worker.ts'
import { appPool } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { startProxy } from '../support/proxy.ts'
import { failure } from '../support/telegram-client.ts'
import { until } from '../support/until.ts'

const workers: Worker[] = []
// Before the database's own, so that no worker outlives its database.
afterAll(() => Promise.all(workers.map((worker) => worker.stop())))
const { sql: owner, appUrl } = await testDatabase()
const sql = appPool(appUrl)
await owner`create table effects (job text primary key)`

const logs: { level: string; message: string; [more: string]: unknown }[] = []
beforeEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  await owner`truncate graphile_worker._private_jobs, effects, periodic_jobs`
  logs.length = 0
})

/** A worker, signed in as the service does, that runs the jobs called "sweep" with this work. */
function aWorker(work: Job['run'], more: Partial<Job> = {}, databaseUrl = appUrl) {
  const worker = createWorker({
    sql,
    now: () => new Date(),
    log: (level, message, more) => logs.push({ level, message, ...more }),
    databaseUrl,
    jobs: [{ name: 'sweep', run: work, ...more }],
    patience: { abort: 1_000, giveUp: 1_600, leave: 2_400 },
  })
  workers.push(worker)
  worker.start()
  return worker
}

const NEW = { name: 'sweep', queue: null, key: null, delay: 0, attempts: 10 }
const add = (db: Sql, job: string, more: Partial<Parameters<typeof insertJob>[1]> = {}) =>
  insertJob(db, { ...NEW, payload: JSON.stringify({ job }), ...more })
const nameOf = (payload: unknown) => (payload as { job: string }).job
const all = { state: null, limit: 50, offset: 0, after: null }
const done = () => until('all jobs are done', async () => (await listJobs(sql, all)).length === 0)
const started = (worker: Worker) => until('the worker runs', () => worker.state() === 'runs')

test('a job runs once it was added, and only if its transaction was committed', async () => {
  const ran: string[] = []
  await started(aWorker(async (payload) => void ran.push(nameOf(payload))))
  const broken = transaction(sql, async (tx) => {
    await add(tx, 'never')
    throw new Error('rolled back')
  })
  expect(await failure(broken)).toBe('rolled back')
  await transaction(sql, async (tx) => {
    await add(tx, 'later')
    await Bun.sleep(100)
    expect(ran).toEqual([])
  })
  await done()
  expect(ran).toEqual(['later'])
})

test('two workers share 200 jobs, each of which runs once', async () => {
  const ran: [number, string][] = []
  for (const worker of [0, 1]) aWorker(async (payload) => void ran.push([worker, nameOf(payload)]))
  const names = Array.from({ length: 200 }, (_, at) => `job ${at}`)
  await transaction(sql, async (tx) => {
    for (const name of names) await add(tx, name)
  })
  await done()
  expect(ran.map(([, name]) => name).toSorted()).toEqual(names.toSorted())
  expect(new Set(ran.map(([worker]) => worker)).size).toBe(2)
})

test('a periodic job of a worker that died is gone once the next one has run, and not parked', async () => {
  const due = new Date(Date.now() - 1_000)
  await keepPeriodicJob(sql, { name: 'sweep', every_minutes: 15, now: due })
  await addDueJobs(sql, { now: new Date() })
  await owner`update graphile_worker._private_jobs set locked_by = 'dead', locked_at = now() - interval '1 minute', attempts = 1`
  await owner`update periodic_jobs set next_run_at = ${due}`
  let runs = 0
  aWorker(() => Promise.resolve(void (runs += 1)))
  await until('the next one has run', () => runs > 0)
  await until('no job is left', async () => (await listJobs(sql, { state: null, limit: 9, offset: 0, after: null })).length === 0) // prettier-ignore
  expect(runs).toBe(1)
})

test('jobs of one queue run one after another, others beside them', async () => {
  let [running, most, beside] = [0, 0, 0]
  for (const _ of [0, 1])
    aWorker(async (payload) => {
      if (nameOf(payload) === 'queued') {
        most = Math.max(most, ++running)
        await Bun.sleep(30)
        running--
      } else beside += running
    })
  await transaction(sql, async (tx) => {
    for (let at = 0; at < 8; at++) {
      await add(tx, 'queued', { queue: 'store 1' })
      await add(tx, 'other')
    }
  })
  await done()
  expect(most).toBe(1)
  expect(beside).toBeGreaterThan(0)
})

describe('a job whose process is killed', () => {
  const cases = [
    ['before its work', 'before'],
    ['after its work and before that was noted', 'after'],
  ] as const
  for (const [when, effect] of cases)
    test(`${when} runs again, and takes effect once`, async () => {
      await add(sql, 'killed')
      const script = join(import.meta.dir, '../support/worker-process.ts')
      const child = Bun.spawn([process.execPath, script, appUrl, effect], { stdio: ['ignore', 'pipe', 'inherit'] })
      const reader = child.stdout.getReader()
      await reader.read()
      child.kill('SIGKILL')
      await child.exited
      const [stuck] = await listJobs(sql, all)
      expect(stuck).toMatchObject({ state: 'running', attempts: 1 })
      // What a worker took in the last ten seconds stays its own.
      await owner`update graphile_worker._private_jobs set locked_at = locked_at - interval '10 seconds'`
      let runs = 0
      aWorker(async (payload) => {
        runs++
        await sql`insert into effects (job) values (${nameOf(payload)}) on conflict do nothing`
      })
      await done()
      expect(runs).toBe(1)
      expect(await owner`select job from effects`).toEqual([{ job: 'killed' }] as never)
      expect(logs.map(({ message }) => message)).toContain('jobs: a worker died, its jobs are free again')
    })

  test('or lost the database for a moment is run again by the same process', async () => {
    const proxy = await startProxy(appUrl)
    const [begun, lost] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let runs = 0
    const work = async () => {
      if (++runs > 1) return
      begun.resolve()
      await lost.promise
      throw new Error('the database is gone')
    }
    await started(aWorker(work, {}, proxy.url))
    await add(sql, 'unlucky')
    await begun.promise
    await proxy.make('refuse')
    lost.resolve()
    await Bun.sleep(300)
    await proxy.make('none')
    expect(await listJobs(sql, all)).toMatchObject([{ state: 'running', attempts: 1, error: null }])
    await owner`update graphile_worker._private_jobs set locked_at = locked_at - interval '10 seconds'`
    await done()
    expect(runs).toBe(2)
    await Promise.all(workers.splice(0).map((worker) => worker.stop()))
    await proxy.stop()
  }, 180_000)

  test('and the jobs of a worker that lives are left alone, however long they take', async () => {
    const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let runs = 0
    aWorker(async () => {
      runs++
      begun.resolve()
      await end.promise
    })
    await add(sql, 'long')
    await begun.promise
    await owner`update graphile_worker._private_jobs set locked_at = locked_at - interval '1 hour'`
    await started(aWorker(async () => void runs++))
    await Bun.sleep(1_500) // the second worker has looked for the dead by then
    end.resolve()
    await done()
    expect(runs).toBe(1)
  })
})

describe('a job that fails', () => {
  test('is tried again after a pause, with its error on record', async () => {
    const attempts: number[] = []
    aWorker(async (_, { attempt }) => {
      attempts.push(attempt)
      if (attempt === 1) throw new Error('not yet')
    })
    await add(sql, 'shaky')
    const [waiting] = await until('it failed', async () => {
      const jobs = await listJobs(sql, { ...all, state: 'waiting' })
      return jobs[0]?.error ? jobs : undefined
    })
    expect(waiting).toMatchObject({ error: 'not yet', attempts: 1 })
    await done()
    expect(attempts).toEqual([1, 2])
  })

  test('for good is parked, logged once as such, and runs again when a person says so', async () => {
    const runs: JobRun[] = []
    aWorker(async (_, run) => {
      runs.push(run)
      if (runs.length === 1) throw new Error('the shop said no')
    })
    const { id } = await add(sql, 'hopeless', { attempts: 1 })
    const parked = await until('it is parked', async () => (await listJobs(sql, { ...all, state: 'parked' }))[0])
    expect(parked).toMatchObject({ id, name: 'sweep', attempts: 1, max_attempts: 1, error: 'the shop said no' })
    expect(runs[0]?.last).toBe(true)
    expect(logs.filter(({ level }) => level !== 'info')).toEqual([
      expect.objectContaining({ level: 'warn', message: 'a job failed, it is parked: GET /jobs', job: 'sweep' }),
    ])
    expect(await retryJob(sql, { id })).toEqual({ id })
    expect(await retryJob(sql, { id })).toBeUndefined()
    await done()
    expect(runs).toHaveLength(2)
  })
})

describe('a stop', () => {
  test('ends also when a job does not and the database, which is silent, takes nothing back', async () => {
    const proxy = await startProxy(appUrl)
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const worker = aWorker(
      () => {
        begin()
        return new Promise(() => {})
      },
      {},
      proxy.url,
    )
    await started(worker)
    await add(sql, 'endless')
    await begun
    await proxy.make('hang')
    expect(await Promise.race([worker.stop().then(() => 'ended'), Bun.sleep(20_000).then(() => 'hangs')])).toBe('ended')
    await proxy.stop()
  }, 180_000)

  test('waits for the job that runs, and takes no other', async () => {
    const begun = Promise.withResolvers<void>()
    const ended: string[] = []
    const worker = aWorker(async (payload) => {
      begun.resolve()
      await Bun.sleep(300)
      ended.push(nameOf(payload))
    })
    await add(sql, 'first', { queue: 'one' })
    await add(sql, 'second', { queue: 'one' })
    await begun.promise
    await worker.stop()
    expect(ended).toEqual(['first'])
    expect((await listJobs(sql, all)).map(({ state }) => state)).toEqual(['waiting'])
  })

  test('aborts a job that does not end, which is then tried again', async () => {
    const begun = Promise.withResolvers<void>()
    const worker = aWorker((_, { signal }) => {
      begun.resolve()
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))
    })
    await add(sql, 'endless')
    await begun.promise
    await worker.stop()
    expect(await listJobs(sql, all)).toMatchObject([{ state: 'waiting', attempts: 1, error: 'stopped' }])
  })

  test('gives back a job that does not listen', async () => {
    const begun = Promise.withResolvers<void>()
    const worker = aWorker(async () => {
      begun.resolve()
      await new Promise(() => {})
    })
    await add(sql, 'deaf')
    await begun.promise
    await worker.stop()
    expect(await listJobs(sql, all)).toMatchObject([{ state: 'waiting', attempts: 1, error: 'its process had to end' }])
  })

  test('right after the start ends as well', async () => {
    await aWorker(async () => {}).stop()
  })
})

describe('a periodic job', () => {
  const at = (time: string) => ({ now: new Date(`2026-10-25T${time}Z`) })

  test('comes back by itself', async () => {
    let runs = 0
    await started(aWorker(async () => void runs++, { everyMinutes: 15 }))
    await until('it ran', () => runs === 1)
    await owner`update periodic_jobs set next_run_at = now() - interval '1 second'`
    await until('it ran again', () => runs === 2)
  })

  test('is added once though two processes ask at the same time, and what was missed is not made up for', async () => {
    await keepPeriodicJob(sql, { name: 'sweep', every_minutes: 15, ...at('00:00:00') })
    const ask = (time: string) => Promise.all([addDueJobs(sql, at(time)), addDueJobs(sql, at(time))])
    expect((await ask('00:00:00')).flat()).toHaveLength(1)
    expect((await ask('00:14:59')).flat()).toHaveLength(0)
    expect((await ask('03:20:00')).flat()).toHaveLength(1)
    const [{ next } = {}] = await owner<{ next: Date }[]>`select next_run_at as next from periodic_jobs`
    expect(next).toEqual(new Date('2026-10-25T03:30:00Z'))
    expect(await listJobs(sql, all)).toHaveLength(1) // the one that waited was replaced
  })

  test('with a shorter rhythm than before is due by the new one', async () => {
    await keepPeriodicJob(sql, { name: 'sweep', every_minutes: 600, ...at('00:00:00') })
    await addDueJobs(sql, at('00:00:00'))
    await keepPeriodicJob(sql, { name: 'sweep', every_minutes: 5, ...at('00:01:00') })
    expect(await addDueJobs(sql, at('00:06:00'))).toHaveLength(1)
  })
})
