import useSWR from 'swr'
import { change, get, getTagged, post, remove, withQuery } from './api.ts'
import type { ProfitEffect } from './profit-effect.ts'
import { useTellOfCosts } from './use-unit-costs.ts'

type Dated = { id: number; store: string; from: string | null; to: string | null; currency: string }
/** What a payment by a gateway (null: any other) costs. */
export type FeeRule = Dated & { gateway: string | null; percent: number; fixed: number }
/** What sending an order to a country (null: any other) costs, from so many pieces and grams on. */
export type ShippingRule = Dated & {
  country: string | null
  min_units: number
  min_grams: number
  per_order: number
  per_unit: number
}
export type Rules = { '/fee-rules': FeeRule; '/shipping-rules': ShippingRule }
export type RulePath = keyof Rules
/** Terms and days as they were typed. */
export type RuleTerms = Record<string, string | number | null>

/** The rules of a store, or of all, newest first. */
export const useCostRules = <Path extends RulePath>(path: Path, store: string | null) =>
  useSWR<{ data: Rules[Path][] }>(withQuery(path, { store, limit: '500' }), get)

/** Changes of rules; previews keep nothing. All throw `ApiError`. */
export const useCostRuleChanges = <Path extends RulePath>(path: Path) => {
  const told = useTellOfCosts()
  const done = async <T>(work: Promise<T>): Promise<T> => {
    const value = await work
    await told()
    return value
  }
  return {
    read: (id: number) => getTagged<Rules[Path]>(`${path}/${id}`),
    preview: (terms: RuleTerms, id?: number) =>
      post<ProfitEffect>(id === undefined ? `${path}/preview` : `${path}/${id}/preview`, terms),
    add: (terms: RuleTerms) => done(post<Rules[Path]>(path, terms)),
    change: (id: number, terms: RuleTerms, etag: string) => done(change('PATCH', `${path}/${id}`, terms, etag)),
    drop: (id: number) => done(remove(`${path}/${id}`)),
  }
}
