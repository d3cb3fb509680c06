import useSWR from 'swr'
import { change, get, getTagged, post, remove, withQuery } from './api.ts'
import { useTellOfCosts } from './use-unit-costs.ts'

export const intervals = ['day', 'week', 'month', 'quarter', 'year'] as const

/** A recurring cost per interval, from `starts_on` to `ends_on`, both included. Without a store it is shared by all. */
export type FixedCost = {
  id: number
  name: string
  amount: number
  currency: string
  interval: (typeof intervals)[number]
  category: string
  store: string | null
  starts_on: string
  ends_on: string | null
}

/** Fixed costs that go on after today, newest first; with a store its own and the shared ones. */
export const useFixedCosts = (store: string | null) =>
  useSWR<{ data: FixedCost[] }>(withQuery('/fixed-costs', { store, limit: '500' }), get)

/** Changes of fixed costs. All throw `ApiError`. */
export const useFixedCostChanges = () => {
  const told = useTellOfCosts()
  const done = async <T>(work: Promise<T>): Promise<T> => {
    const value = await work
    await told()
    return value
  }
  return {
    read: (id: number) => getTagged<FixedCost>(`/fixed-costs/${id}`),
    add: (cost: object) => done(post('/fixed-costs', cost)),
    change: (id: number, cost: object, etag: string) => done(change('PATCH', `/fixed-costs/${id}`, cost, etag)),
    /** Ends it today, or takes it away when it has not begun. */
    end: (id: number) => done(remove(`/fixed-costs/${id}`)),
  }
}
