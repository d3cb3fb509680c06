import { Elysia } from 'elysia'
import * as v from 'valibot'
import { CampaignReport, ChannelColumn, channelColumns, listCampaignReport } from '../../sql/ad-report.ts'
import { Platform } from '../../sql/ad-spend.ts'
import { ChannelTotals, channelTotals } from '../../sql/channel-totals.ts'
import { jsonRows } from '../../sql/query.ts'
import { storeScope } from '../access.ts'
import { columnsOf, dayIn } from '../day.ts'
import { ExportFormat, exportTable } from '../export/export.ts'
import { channelTable } from '../export/report-tables.ts'
import { afterId, json, listAnswer, listing, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { fileName, rangeOf, StoreRange } from './ranges.ts'

const Channels = v.object({
  store: v.nullable(v.string()),
  currency: v.string(),
  grain: v.string(),
  start: v.string(),
  end: v.string(),
  totals: v.array(ChannelTotals),
  data: v.array(ChannelColumn),
})

/** What the platforms of ads got, and what they claim to have brought. */
export const adReportRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials', tags: ['financials'] })
    .use(identity(deps))
    .get(
      '/channels',
      ({ db, query: { start, end, grain, format, ...query } }) =>
        db(async (sql) => {
          const { store, store_ids, currency, time_zone } = await storeScope(sql, query.store)
          const { from, to } = rangeOf({ start, end }, dayIn(time_zone, now()))
          const periods = columnsOf({ from, to }, grain).map((column) => ({
            key: column.from,
            from: column.from,
            to: column.to,
          }))
          const [totals, data] = await Promise.all([
            jsonRows(sql, channelTotals, { store_ids, currency, start: from, end: to }),
            jsonRows(sql, channelColumns, { store_ids, currency, periods, now: now() }),
          ])
          if (format)
            return exportTable(channelTable(currency, data), {
              format,
              name: fileName(`channels-${grain}`, store, { from, to }),
            })
          return json(
            `{"store":${JSON.stringify(store)},"currency":"${currency}","grain":"${grain}","start":"${from}","end":"${to}","totals":${totals},"data":${data}}`,
          )
        }),
      {
        needs: 'stats:read',
        query: v.object({
          ...StoreRange,
          grain: v.optional(v.picklist(['day', 'week', 'month']), 'day'),
          format: v.optional(ExportFormat),
        }),
        response: Channels,
        detail: {
          summary:
            'Ad spend by platform, in all and by day, week or month, with what each platform claims to have brought',
          description:
            'Claims of platforms overlap, so they never add up; the shop as a whole is judged by `mer`, `poas` and `break_even_roas` of the P&L. ' +
            '`state`: what is open or settling may still be restated by the platform. Ad spend posted by hand has no platform and is not in here.',
        },
      },
    )
    .get(
      '/ad-campaigns',
      ({ db, query: { start, end, platform = null, limit, offset, cursor, count, format, ...query } }) =>
        db(async (sql) => {
          const { store_ids, currency, time_zone } = await storeScope(sql, query.store)
          const { from, to } = rangeOf({ start, end }, dayIn(time_zone, now()))
          const asked = { store_ids, currency, start: from, end: to, platform, now: now() }
          return listAnswer(
            sql,
            listCampaignReport,
            { ...asked, limit, offset, after: afterId(cursor) },
            { db, format, count, name: 'ad-campaigns' },
          )
        }),
      {
        needs: 'stats:read',
        query: v.object({ ...listing, ...StoreRange, platform: v.optional(Platform) }),
        response: Page(CampaignReport),
        detail: {
          summary:
            'What each campaign got in a range and what its platform claims, by store and product, the largest first',
          description: 'Of all sources: connected accounts, whose campaigns have a `campaign_id`, files and REST.',
        },
      },
    )
}
