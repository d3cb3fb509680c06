import * as v from 'valibot'
import { get } from './query.ts'
import { Count, Timestamp } from './units.ts'

type Asked = { caller: string; limit: number; come: number; now: Date }
const SAMPLE: Asked = { caller: 'a-hash', limit: 600, come: 10, now: new Date(0) }

/**
 * Takes requests out of a caller's minute for a process: those that have `come` there already, and a tenth of what is then left. `used` is
 * what all processes have taken, `granted` what this one may let in now: 0 when nothing is left.
 */
export const takeRequests = get(
  v.object({ begun_at: Timestamp, used: Count, granted: Count }),
  SAMPLE,
  (sql, { caller, limit, come, now }: Asked) => {
    const over = sql`(w.begun_at <= ${now}::timestamptz - interval '1 minute' or w.begun_at > ${now}::timestamptz + interval '1 minute')`
    const before = sql`(case when ${over} then 0 else w.used end)`
    const granted = (used: typeof before) =>
      sql`greatest(ceil((${limit}::int - ${used} - ${come}::int) / 10.0), 0)::int`
    return sql`
    insert into rate_windows as w (caller, begun_at, used, granted)
    values (${caller}, ${now}, ${come}::int + ${granted(sql`0`)}, ${granted(sql`0`)})
    on conflict (caller) do update set
      begun_at = case when ${over} then excluded.begun_at else w.begun_at end,
      used = ${before} + ${come}::int + ${granted(before)},
      granted = ${granted(before)}
    returning begun_at, used, granted`
  },
)
