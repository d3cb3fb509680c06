import { Elysia } from 'elysia'
import * as v from 'valibot'
import { jsonRows } from '../../sql/query.ts'
import { WhatIf, whatIf } from '../../sql/what-if.ts'
import { storeScope } from '../access.ts'
import { dayIn } from '../day.ts'
import { json } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { AmountInput } from './inputs.ts'
import { rangeOf, StoreRange } from './ranges.ts'

/** By how many percent something changes; comes out as the percent of what was. */
const ChangePercent = v.optional(
  v.pipe(
    AmountInput,
    v.regex(/^-?\d{1,4}(\.\d{1,4}0*)?$/, 'must be a percent from -100 to 1000 with at most 4 decimals'),
    v.check(
      (by) => Number(by) >= -100 && Number(by) <= 1_000,
      'must be a percent from -100 to 1000 with at most 4 decimals',
    ),
  ),
  '0',
)
const Asked = v.strictObject({
  ...StoreRange,
  price_percent: ChangePercent,
  cogs_percent: ChangePercent,
  shipping_cost_percent: ChangePercent,
  ad_spend_percent: ChangePercent,
})

/** `110` for a change by 10 %; exact, whatever the decimals. */
const ofWhatWas = (by: string) => {
  const [, sign, whole = '', rest = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(by) ?? []
  const fourth = BigInt(whole + rest.padEnd(4, '0').slice(0, 4)) * (sign ? -1n : 1n) + 1_000_000n
  return `${fourth / 10_000n}.${String(fourth % 10_000n).padStart(4, '0')}`
}

export const whatIfRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials/what-if', tags: ['financials'] }).use(identity(deps)).post(
    '',
    ({ db, body }) =>
      db(async (sql) => {
        const { store, store_ids, currency, time_zone } = await storeScope(sql, body.store)
        const { from: start, to: end } = rangeOf(body, dayIn(time_zone, now()))
        const changed = {
          price: ofWhatWas(body.price_percent),
          cogs: ofWhatWas(body.cogs_percent),
          shipping_cost: ofWhatWas(body.shipping_cost_percent),
          ad_spend: ofWhatWas(body.ad_spend_percent),
        }
        const told = await jsonRows(sql, whatIf, { store, store_ids, currency, start, end, now: now(), changed })
        return json(told.slice(1, -1))
      }),
    {
      needs: 'stats:read',
      body: Asked,
      response: WhatIf,
      detail: {
        summary:
          'What a range would have earned at other prices, unit costs, shipping costs or ad spend; nothing is kept',
        description:
          'The orders of the range are replayed, each amount rounded as booking rounds it. The same units are sold: whether people buy more or ' +
          'less at another price is not guessed. With the price move gross sales, discounts, returns and taxes, and fees by their rule, or in ' +
          'proportion where the source gave them. Unit costs move with `cogs_percent`, also estimates. Fixed costs stay; figures that were posted ' +
          'by hand are scaled.',
      },
    },
  )
}
