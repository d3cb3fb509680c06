import useSWR from 'swr'
import { get, withQuery } from './api.ts'
import type { Platform } from './platforms.ts'

/** How fresh the facts of a store are, in its own days. */
export type Freshness = {
  store: string
  last_order: string | null
  platforms: { platform: Platform; last_day: string }[]
  last_import: { kind: string; file_name: string; applied_at: string } | null
}

/** Of one store, or of all (null). */
export const useFreshness = (store: string | null) =>
  useSWR<{ data: Freshness[] }>(withQuery('/freshness', { store }), get, { refreshInterval: 60_000 })

/** The newest day that any platform told. */
export const lastAdDay = ({ platforms }: Freshness): string | undefined =>
  platforms
    .map(({ last_day }) => last_day)
    .toSorted()
    .at(-1)
