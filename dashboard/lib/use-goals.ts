import useSWR, { useSWRConfig } from 'swr'
import { change, get, getTagged, remove, withQuery } from './api.ts'

/** The net profit that a month (`YYYY-MM`) is to bring, of a store or (null) of all together. */
export type Goal = {
  id: number
  month: string
  store: string | null
  amount: number
  currency: string
  set_by: string | null
  updated_at: string
}

/** Where the running month is beside its goal; `low` and `high` are what 8 of 10 months end between. */
export type Pacing = {
  store: string | null
  month: string
  currency: string
  goal: number
  so_far: number
  needed_per_day: number
  forecast: number
  low: number
  high: number
  closed_days: number
  remaining_days: number
  cm2_percent: number | null
  mer: number | null
  revenue_needed: number | null
  ad_spend_needed: number | null
}

/** What the running month takes to bring a net profit of `amount`. */
export type Plan = {
  month: string
  currency: string
  amount: number
  days: number
  fixed_costs: number
  cm2_percent: number | null
  mer: number | null
  revenue_needed: number | null
  ad_spend_needed: number | null
  revenue_per_day: number | null
  ad_spend_per_day: number | null
}

/** The goal of a month, when there is one. A goal of all stores is not one of any of them. */
const goalOf = async (store: string | null, month: string): Promise<Goal | undefined> => {
  const { data } = await get<{ data: Goal[] }>(withQuery('/goals', { store, month, limit: '500' }))
  return data.find((goal) => goal.store === store)
}

/** Null where no goal is set for the running month. Waits while it is not known which month runs. */
export const usePacing = (store: string | null, month: string | undefined) =>
  useSWR<Pacing | null>(month === undefined ? null : withQuery('/goals/pacing', { store }), async (path: string) =>
    (await goalOf(store, month ?? '')) ? get<Pacing>(path) : null,
  )

/** Nothing is asked for an empty amount. */
export const usePlan = (store: string | null, amount: string) =>
  useSWR<Plan>(amount === '' ? null : withQuery('/goals/plan', { store, amount }), get, { keepPreviousData: true })

/** Changes of goals. All throw `ApiError`: 412 when the goal was changed since it was read. */
export const useGoalChanges = () => {
  const { mutate } = useSWRConfig()
  const done = async <T>(work: Promise<T>): Promise<T> => {
    const value = await work
    await mutate((key) => typeof key === 'string' && key.startsWith('/goals'))
    return value
  }
  return {
    read: async (store: string | null, month: string) => {
      const goal = await goalOf(store, month)
      return goal && (await getTagged<Goal>(`/goals/${goal.id}`))
    },
    set: (store: string | null, month: string, amount: string, etag?: string) =>
      done(change<Goal>('PUT', '/goals', { store, month, amount }, etag)),
    drop: (id: number) => done(remove(`/goals/${id}`)),
  }
}
