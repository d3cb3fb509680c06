import useSWR from 'swr'
import { get, withQuery } from './api.ts'

/** A part of the material that answers a search. Times are in seconds. */
export type Found = {
  id: number
  source_id: number
  kind: string
  title: string
  url: string | null
  content: string
  page: number | null
  start_time: number | null
}

/** What the material says about `q`, best first; nothing is asked for an empty text. `notice` says when the search went by words alone. */
export const useFound = (q: string) =>
  useSWR<{ data: Found[]; notice: string | null }>(q === '' ? null : withQuery('/chunks', { q, limit: '10' }), get, {
    keepPreviousData: true,
  })
