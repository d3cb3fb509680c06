import * as v from 'valibot'
import { command, query } from './query.ts'
import { Currency } from './units.ts'

export type FxRate = { currency: string; day: string; units_per_euro: string }
type New = { source: 'ecb' | 'manual'; rates: FxRate[] }
const NEW: New = { source: 'ecb', rates: [{ currency: 'GBP', day: '2026-04-13', units_per_euro: '0.86' }] }

/** Those of the codes that are currencies to us. */
export const knownCurrencies = query(
  v.object({ code: Currency }),
  { codes: ['GBP'] },
  (sql, { codes }: { codes: string[] }) =>
    sql`select code from currencies where code = any(${codes}::text[]) order by code`,
)

/** Adds rates; a day that has one keeps it. */
export const addFxRates = command(
  NEW,
  (sql, { source, rates }: New) => sql`
    insert into fx_rates (currency, day, units_per_euro, source)
    select currency, day, units_per_euro, ${source}
    from unnest(${rates.map((r) => r.currency)}::text[], ${rates.map((r) => r.day)}::date[], ${rates.map((r) => r.units_per_euro)}::numeric[])
      as given (currency, day, units_per_euro)
    on conflict (currency, day) do nothing`,
)
