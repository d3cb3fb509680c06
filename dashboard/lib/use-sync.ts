import useSWR, { useSWRConfig } from 'swr'
import { get, post, withQuery } from './api.ts'

/** How far a connector is with one resource of a store or account. */
export type Sync = {
  id: number
  connector: string
  store: string | null
  account: string
  resource: string
  status: 'waiting' | 'running' | 'done' | 'failed'
  rows: number
  done: number
  expected: number | null
  seconds_left: number | null
  lag_seconds: number | null
  gaps: { from: string; to: string; reason: string }[]
  error: string | null
  /** What to know although nothing failed. */
  note: string | null
  every_minutes: number | null
  last_success_at: string | null
  next_run_at: string | null
}

/** What connectors are called. */
export const connectors: Record<string, string> = {
  shopify: 'Shopify',
  meta: 'Meta ads',
  ecb: 'Exchange rates of the ECB',
}

/** Where a connection is: one that somebody sent off beside its times waits until it runs. */
export type SyncStanding = Sync['status'] | 'queued'
export const standingOf = ({ status, every_minutes, next_run_at }: Sync): SyncStanding =>
  status === 'done' && every_minutes !== null && next_run_at === null ? 'queued' : status

const LIST = '/sync?limit=200'
const UNDER_WAY = new Set<SyncStanding>(['running', 'queued'])
const listOf = (store: string | null) => withQuery('/sync', { limit: '200', store })

/** What flows in by itself, into one store or at all (null), asked again often while something is under way. */
export const useSync = (store: string | null) =>
  useSWR<{ data: Sync[] }>(listOf(store), get, {
    refreshInterval: (syncs) => (syncs?.data.some((sync) => UNDER_WAY.has(standingOf(sync))) ? 3_000 : 30_000),
  })

/** Runs a connection beside its times. Both throw `ApiError`. */
export const useSyncRuns = () => {
  const { mutate } = useSWRConfig()
  const again = () => mutate((key) => typeof key === 'string' && key.startsWith(LIST))
  return {
    run: async (id: number) => {
      await post(`/sync/${id}/run`)
      await again()
    },
    /** Brings the days in again, both included. */
    again: async (id: number, from: string, to: string) => {
      await post(`/sync/${id}/import`, { from, to })
      await again()
    },
  }
}
