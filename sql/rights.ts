import * as v from 'valibot'
import { get } from './query.ts'

/** Whether row-level security holds for the login of this pool: not for an owner of the tables, nor for a superuser. */
export const storeLimitsHold = get(
  v.object({ hold: v.boolean() }),
  {},
  (sql) => sql`select row_security_active('stores') and row_security_active('ledger_entries') as hold`,
)
