import * as v from 'valibot'
import { channelTotals } from '../../../sql/channel-totals.ts'
import { pnl } from '../../../sql/pnl.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { dayIn } from '../../day.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { askedRange, rangeOf, StoreInput } from './asked-range.ts'

export const getChannelTotals = tool({
  name: 'get_channel_totals',
  description:
    'Ad spend per platform with the revenue that each claims and its claimed ROAS, and for the whole shop ad spend, MER, POAS and break-even ' +
    'ROAS. Claims of platforms overlap: never add them up; the shop as a whole is judged by mer.',
  input: v.object({ store: StoreInput, ...askedRange }),
  queries: { channelTotals, pnl },
  run: ({ db, now, who }: AgentDeps, { store, ...asked }) => {
    mustBeAllowed(who, 'stats:read')
    return db(async (sql) => {
      const { store_ids, currency, time_zone, name } = await storeScope(sql, store)
      const range = rangeOf(asked, dayIn(time_zone, now()))
      const channels = await channelTotals(sql, { store_ids, currency, start: range.from, end: range.to })
      const [whole] = await pnl(sql, { store_ids, currency, periods: [{ key: 'asked', ...range }], now: now() })
      const { start, end, days, revenue, ad_spend, mer, poas, break_even_roas } = whole!
      return {
        stores: name,
        shop: { start, end, days, currency, revenue, ad_spend, mer, poas, break_even_roas },
        channels,
      }
    })
  },
})
