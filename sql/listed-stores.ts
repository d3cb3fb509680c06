import type { Sql } from './connect.ts'
import type { Statement } from './query.ts'

/**
 * Whether a row of a list that is sorted by day is of these stores. Of several stores the condition fits no index and counts as nearly always
 * true, on purpose, so that the page is read in the order of days: a plan that is kept does not know how many stores there are, takes them
 * for few, and sorted all days of 200 stores (2 s for a page of ad spend on a busy machine).
 */
export const ofStores = (sql: Sql, column: Statement, store_ids: number[]): Statement =>
  store_ids.length === 1
    ? sql`${column} = ${store_ids[0]!}`
    : sql`array_position(${store_ids}::bigint[], ${column}) is not null`
