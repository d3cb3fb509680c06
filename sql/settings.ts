import * as v from 'valibot'
import { command, find, get } from './query.ts'
import { Workspace } from './stores.ts'
import { BusinessDay, Currency } from './units.ts'

/** What holds for the whole team. Of a secret everybody learns whether, when and by whom it was set, and nobody what it is. */
export const Settings = v.object({
  ...Workspace.entries,
  second_factor_required: v.boolean(),
  secrets: v.array(
    v.object({
      name: v.string(),
      is_set: v.boolean(),
      set_at: v.nullable(v.string()),
      set_by: v.nullable(v.string()),
    }),
  ),
})

type Asked = { secrets: readonly string[] }

/** The settings, with the named secrets in that order. */
export const getSettings = get(
  Settings,
  { secrets: ['anthropic_api_key'] },
  (sql, { secrets }: Asked) => sql`
    select name, reporting_currency, time_zone, second_factor_required,
           (select json_agg(json_build_object(
                     'name', named.name, 'is_set', s.name is not null, 'set_at', iso(s.set_at), 'set_by', s.set_by_email) order by place)
            from unnest(${[...secrets]}::text[]) with ordinality named (name, place)
            left join secrets s on s.name = named.name) as secrets
    from workspace`,
)

/** Takes the settings until the end of the transaction. */
export const lockSettings = command({}, (sql) => sql`select 1 from workspace for update`)

export const updateSettings = command(
  { name: 'DealDome', reporting_currency: 'EUR', time_zone: 'Europe/Amsterdam' },
  (sql, { name, reporting_currency, time_zone }: v.InferOutput<typeof Workspace>) => sql`
    update workspace set name = ${name}, reporting_currency = ${reporting_currency}, time_zone = ${time_zone}`,
)

/** The first day with figures that have no way into a currency, and the currency that they are in. Undefined: totals can be told in it. */
export const findUnconvertibleDay = find(
  v.object({ day: BusinessDay, currency: Currency }),
  { currency: 'EUR' },
  (sql, { currency }: { currency: string }) => sql`
    select booked.day, booked.currency
    from (
      select distinct d.day, s.currency
      from daily_financials d
      join stores s on s.id = d.store_id
      where s.currency <> ${currency}) booked
    where units_per_euro(${currency}, booked.day) is null or units_per_euro(booked.currency, booked.day) is null
    order by booked.day, booked.currency
    limit 1`,
)
