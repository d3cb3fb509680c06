import { readdir } from 'node:fs/promises'
import { backlogs } from '../../sql/backlogs.ts'
import { type Pool, seeing } from '../../sql/connect.ts'
import { listJobs, retryJob } from '../../sql/jobs.ts'
import { listSecretsOfOtherKeys } from '../../sql/secrets.ts'
import { listSyncs, runSyncNow, type Sync } from '../../sql/sync-state.ts'
import { isBackup, madeAt } from '../backup/keep.ts'
import type { Config } from '../config.ts'
import { createSeal, resealSecrets } from '../secrets.ts'
import type { Finding, Look } from './finding.ts'

type Found = Omit<Finding, 'part'>
type Deps = { config: Config; sql: Pool; now: () => Date }
const ok = (said: string): Found => ({ state: 'ok', said })

/** Hours after which a daily backup is late. */
const LATE = 26
/** Seconds that something may wait in a queue. */
const WAIT = 600

/** What comes in and what waits: sources with their gaps, jobs, secrets that do not open, and how old the last backup is. */
export function dataLooks({ config, sql, now }: Deps): Look[] {
  return [
    { part: 'sources', look: () => sources(sql, now()) },
    { part: 'jobs', look: () => jobs(sql, now()) },
    { part: 'secrets', look: () => secrets(config, sql) },
    { part: 'backups', look: () => backups(config, now()) },
  ]
}

async function sources(sql: Pool, now: Date): Promise<Found[]> {
  const asked = { id: null, store_ids: null, limit: 500, offset: 0, after: null, now }
  const all = await seeing(sql, 'all', (tx) => listSyncs(tx, asked))
  const found = all.flatMap((sync) => [...stateOf(sql, sync), ...gapsOf(sync)])
  return found.length > 0 ? found : [ok(`All ${all.length} sources are up to date, without gaps.`)]
}

const named = ({ store, connector, resource, account }: Sync) =>
  [store, connector, resource, account].filter(Boolean).join(' ')

function stateOf(sql: Pool, sync: Sync): Found[] {
  const fix = async () => {
    await seeing(sql, 'all', (tx) => runSyncNow(tx, { id: sync.id, from: null, to: null }))
    return `${named(sync)} runs again.`
  }
  const advice = `POST /sync/${sync.id}/run`
  if (sync.error !== null) return [{ state: 'problem', said: `${named(sync)}: ${sync.error}`, advice, fix }]
  const { lag_seconds: lag, every_minutes: every } = sync
  if (lag === null || every === null || lag <= every * 60 * 3 + WAIT || sync.status === 'running') return []
  const said = `${named(sync)}: the last news are ${Math.round(lag / 60)} minutes old, and they come every ${every}.`
  return [{ state: 'problem', said, advice: 'Is a process with the role "worker" running?', fix }]
}

const gapsOf = (sync: Sync): Found[] =>
  sync.gaps.map(({ from, to, reason }) => ({
    state: 'warning',
    said: `${named(sync)}, ${from === to ? from : `${from} to ${to}`}: ${reason}`,
    advice: `POST /sync/${sync.id}/import once the reason is gone`,
  }))

async function jobs(sql: Pool, now: Date): Promise<Found[]> {
  const waiting = await seeing(sql, 'all', (tx) => backlogs(tx, { now }))
  const parked = await listJobs(sql, { state: 'parked', limit: 500, offset: 0, after: null })
  const slow = waiting.filter(({ oldest_seconds }) => oldest_seconds > WAIT)
  const found: Found[] = slow.map(({ queue, waiting: rows, oldest_seconds }) => ({
    state: 'problem',
    said: `${rows} wait in "${queue}", the oldest for ${Math.round(oldest_seconds / 60)} minutes.`,
    advice: 'Is a process with the role "worker" running?',
  }))
  for (const { id, name, error } of parked)
    found.push({
      state: 'warning',
      said: `The job ${id} (${name}) failed for good: ${error ?? 'it is not known why'}`,
      advice: `POST /jobs/${id}/retry`,
      fix: async () => {
        await retryJob(sql, { id })
        return `The job ${id} (${name}) has all its attempts again.`
      },
    })
  return found.length > 0 ? found : [ok('Nothing waits for long, and no job is parked.')]
}

async function secrets(config: Config, sql: Pool): Promise<Found[]> {
  const seal = createSeal({ key: config.ENCRYPTION_KEY, previous: config.ENCRYPTION_KEY_PREVIOUS })
  const foreign = await listSecretsOfOtherKeys(sql, { key_id: seal.key_id })
  if (foreign.length === 0) return [ok('Every secret opens with ENCRYPTION_KEY.')]
  return [
    {
      state: 'problem',
      said: `${foreign.length} secrets were sealed with another ENCRYPTION_KEY: ${foreign.map(({ name }) => name).join(', ')}.`,
      advice: 'Give that key as ENCRYPTION_KEY_PREVIOUS, or set them again.',
      ...(config.ENCRYPTION_KEY_PREVIOUS && {
        fix: async () => {
          const { resealed, lost } = await resealSecrets(sql, seal)
          return `${resealed.length} secrets were sealed with the new key, ${lost.length} do not open.`
        },
      }),
    },
  ]
}

async function backups({ BACKUP_DIR: folder }: Config, now: Date): Promise<Found> {
  if (folder === undefined)
    return { state: 'warning', said: 'This service makes no backups (BACKUP_DIR is not set).', advice: 'See README, "Backups".' } // prettier-ignore
  const names = await readdir(folder).catch(() => undefined)
  if (!names) return { state: 'problem', said: `There is no folder ${folder} (BACKUP_DIR).`, advice: 'Make it.' }
  const newest = names.filter(isBackup).toSorted().at(-1)
  if (newest === undefined) return { state: 'problem', said: `${folder} holds no backup.`, advice: 'bun run backup' }
  const hours = (now.getTime() - madeAt(newest).getTime()) / 3_600_000
  return hours <= LATE
    ? ok(`The last of ${names.filter(isBackup).length} backups is ${Math.round(hours)} hours old.`)
    : { state: 'problem', said: `The last backup is ${Math.round(hours)} hours old.`, advice: 'bun run backup; is a process with the role "worker" running?' } // prettier-ignore
}
