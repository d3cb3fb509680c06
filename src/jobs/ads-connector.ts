import * as v from 'valibot'
import { findAccountNamed } from '../../sql/ad-accounts.ts'
import { adSpendToSave } from '../../sql/ad-insights.ts'
import { seeing, type Sql } from '../../sql/connect.ts'
import { noteSync } from '../../sql/sync-state.ts'
import { addDays, daysOf } from '../day.ts'
import type { Meta } from '../ingest/meta/graph.ts'
import { syncAdAccount } from '../ingest/meta/sync-account.ts'
import { ALL_DAYS } from '../ledger/book-insights.ts'
import type { Seal } from '../secrets.ts'
import type { Connector } from './run-sync.ts'

/** Of a range that was asked for, the last day that is in: a run that was cut off goes on behind it. */
const Cursor = v.object({ from: v.optional(v.string()), to: v.optional(v.string()), through: v.optional(v.string()) })

/** Brings in what Meta says of an account; days that wait for an exchange rate are its gaps. */
export const adsConnector =
  (deps: { sql: Sql; now: () => Date; seal: Seal; meta: Meta }): Connector =>
  async ({ sync: { id, account, cursor }, range, signal }) => {
    const { sql, now } = deps
    const found = await seeing(sql, 'all', (tx) => findAccountNamed(tx, { external_id: account }))
    if (!found) return {} // It was disconnected.
    const before = v.parse(Cursor, cursor)
    const isGoingOn = range && before.through && before.from === range.from && before.to === range.to
    const from = isGoingOn && before.through && before.through < range.to ? addDays(before.through, 1) : range?.from
    await syncAdAccount(deps, {
      account_id: found.id,
      from,
      to: range?.to,
      signal,
      onSaved: (tx, { rows, through, to }) => {
        const [first, last] = [range?.from ?? through, range?.to ?? to]
        return noteSync(tx, {
          id,
          cursor: range ? { ...range, through } : {},
          done: daysOf({ from: first, to: through }),
          expected: daysOf({ from: first, to: last }),
          added: rows,
        })
      },
    })
    const waiting = await seeing(sql, 'all', (tx) => adSpendToSave(tx, { account_id: found.id, campaign_id: null, ...ALL_DAYS })) // prettier-ignore
    const days = waiting.map(({ date }) => date)
    const [first, last] = [days.at(0), days.at(-1)]
    const reason = `${days.length} rows of ad spend in ${waiting[0]?.currency} wait for an exchange rate.`
    return { covered_until: now(), gaps: first && last ? [{ from: first, to: last, reason }] : [] }
  }
