import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import {
  findFxRate,
  FxRate,
  knownCurrencies,
  listFxRates,
  RateSource,
  removeManualRate,
  setManualRate,
} from '../../sql/fx-rates.ts'
import { jsonRows } from '../../sql/query.ts'
import { getWorkspace } from '../../sql/stores.ts'
import { Count } from '../../sql/units.ts'
import type { Who } from '../access.ts'
import { audit } from '../audit.ts'
import { Day, dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import { rebookAtRates } from '../ledger/rebook-at-rates.ts'
import { afterId, entity, listAnswer, listing, mustMatch, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { CurrencyInput } from './inputs.ts'

const RateInput = v.pipe(
  v.union([v.pipe(v.number(), v.finite()), v.string()], 'must be a rate such as 1.0843'),
  v.transform(String),
  v.regex(
    /^\d{1,9}(\.\d{1,10})?$/,
    'must be a rate such as 1.0843, with at most 9 digits before and 10 after the point',
  ),
  v.check((rate) => Number(rate) > 0, 'must be above zero'),
)
const KeyParams = v.object({ currency: CurrencyInput, date: Day })
const ALWAYS = { start: '1999-01-01', end: '2099-12-31' }

/** A rate converts the figures of all stores. @throws AppError `forbidden` for one who sees some of them */
function mustSeeAllStores({ stores }: Who): void {
  if (stores !== 'all')
    throw new AppError(
      'forbidden',
      'An exchange rate holds for all stores, and you are limited to some. Ask someone who sees all of them.',
    )
}

/** Exchange rates: the ECB's, and those that people set in their place. */
export const fxRateRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  const textOf = async (sql: Sql, key: { currency: string; day: string }) =>
    (await jsonRows(sql, findFxRate, key)).slice(1, -1)
  const spanOf = ({ currency, day }: { currency: string; day: string }) => [{ currency, from: day, to: day }]

  return new Elysia({ prefix: '/fx-rates', tags: ['exchange rates'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { currency, source, start, end, limit, offset, cursor, count, format } }) =>
        db((sql) =>
          listAnswer(
            sql,
            listFxRates,
            {
              currency: currency ?? null,
              source: source ?? null,
              start: start ?? ALWAYS.start,
              end: end ?? ALWAYS.end,
              limit,
              offset,
              after: afterId(cursor),
            },
            { db, format, count, name: 'fx-rates' },
          ),
        ),
      {
        needs: 'financials:read',
        query: v.object({
          ...listing,
          currency: v.optional(CurrencyInput),
          source: v.optional(RateSource),
          start: v.optional(Day),
          end: v.optional(Day),
        }),
        response: Page(FxRate),
        detail: {
          summary: 'Exchange rates by day as units of a currency for one euro, newest first',
          description:
            'A day without a rate, such as a Sunday, takes the last one of the ten days before. Where a person set a rate, ' +
            '`source` is manual and `replaces` the ECB’s.',
        },
      },
    )
    .get(
      '/:currency/:date',
      ({ db, params: { currency, date: day } }) =>
        db(async (sql) => {
          const text = await textOf(sql, { currency, day })
          if (text === '') throw new AppError('not_found', `There is no rate of ${currency} for exactly ${day}.`)
          return entity(text)
        }),
      {
        needs: 'financials:read',
        params: KeyParams,
        response: FxRate,
        detail: { summary: 'The exchange rate of a currency on exactly this day' },
      },
    )
    .put(
      '/:currency/:date',
      ({ db, who, request, params: { currency, date: day }, body: { units_per_euro } }) =>
        db(async (sql) => {
          mustSeeAllStores(who)
          if (currency === 'EUR') throw new AppError('invalid', 'The euro is what all rates are counted in.')
          if ((await knownCurrencies(sql, { codes: [currency] })).length === 0)
            throw new AppError('invalid', `The currency ${currency} is not one of ISO 4217.`)
          const { time_zone } = await getWorkspace(sql, {})
          if (day > dayIn(time_zone, now())) throw new AppError('invalid', `The day ${day} has not begun.`)
          const key = { currency, day }
          const before = await findFxRate(sql, key)
          if (request.headers.has('if-match')) mustMatch(request, await textOf(sql, key))
          if ((await setManualRate(sql, { ...key, units_per_euro })) > 0) {
            const reason = `${currency} was set to ${units_per_euro} for ${day}`
            const entries = await rebookAtRates(sql, { rates: spanOf(key), reason })
            await audit(sql, who, {
              action: 'fx_rate.set',
              subject: `rate of ${currency} on ${day}`,
              old_value: before && { units_per_euro: before.units_per_euro, source: before.source },
              new_value: { units_per_euro, source: 'manual', entries_restated: entries },
            })
          }
          return entity(await textOf(sql, key))
        }),
      {
        needs: 'admin',
        params: KeyParams,
        body: v.strictObject({ units_per_euro: RateInput }),
        response: FxRate,
        detail: {
          summary: 'Set the rate of a currency for a day, in place of the ECB’s',
          description:
            'It holds until the next day with a rate, ten days at most. Totals over stores follow at once; ad spend and ' +
            'unit costs in other currencies are re-booked as restatements, whose number the audit log tells.',
        },
      },
    )
    .delete(
      '/:currency/:date',
      ({ db, who, request, params: { currency, date: day } }) =>
        db(async (sql) => {
          mustSeeAllStores(who)
          const key = { currency, day }
          const before = await findFxRate(sql, key)
          if (before?.source !== 'manual')
            throw new AppError('not_found', `Nobody has set a rate of ${currency} for ${day}.`)
          if (request.headers.has('if-match')) mustMatch(request, await textOf(sql, key))
          await removeManualRate(sql, key)
          const reason = `the rate of ${currency} set for ${day} was taken back`
          const restated = await rebookAtRates(sql, { rates: spanOf(key), reason })
          await audit(sql, who, {
            action: 'fx_rate.removed',
            subject: `rate of ${currency} on ${day}`,
            old_value: { units_per_euro: before.units_per_euro, source: 'manual' },
            new_value: {
              units_per_euro: before.replaces,
              source: before.replaces && 'ecb',
              entries_restated: restated,
            },
          })
          return { currency, date: day, result: 'removed' as const, entries_restated: restated }
        }),
      {
        needs: 'admin',
        params: KeyParams,
        response: v.object({
          currency: v.string(),
          date: v.string(),
          result: v.literal('removed'),
          entries_restated: Count,
        }),
        detail: {
          summary: 'Take back a rate that a person set: the ECB’s, or the last one before, holds again',
        },
      },
    )
}
