import * as v from 'valibot'
import { monthForecast } from '../../../sql/forecast.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { dayIn } from '../../day.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { StoreInput } from './asked-range.ts'

export const forecastMonth = tool({
  name: 'forecast_month',
  description:
    'A forecast, not a fact: where this month will end. Closed days as they are; each day left as the same weekday was on average in the last ' +
    'eight weeks; fixed costs accrue exactly. low and high are the band that about 8 of 10 months end in. Always call it a forecast and give the band.',
  input: v.object({ store: StoreInput }),
  queries: { monthForecast },
  run: ({ db, now, who }: AgentDeps, { store }) => {
    mustBeAllowed(who, 'stats:read')
    return db(async (sql) => {
      const { store_ids, currency, time_zone, name } = await storeScope(sql, store)
      const forecast = await monthForecast(sql, { store_ids, currency, today: dayIn(time_zone, now()) })
      const [first] = forecast
      const weeks =
        first && first.pattern_days < 56 && 'There are less than eight weeks of facts, so the pattern is weak.'
      return { label: 'forecast', stores: name, figures: forecast, ...(weeks && { hint: weeks }) }
    })
  },
})
