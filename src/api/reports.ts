import { Elysia } from 'elysia'
import * as v from 'valibot'
import { lockStores } from '../../sql/booking.ts'
import type { Sql } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { closeMonth, findReport, findReportTerms, listReports, Report, ReportRow } from '../../sql/reports.ts'
import { listStores } from '../../sql/stores.ts'
import { storeScope, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { addDays, addMonths, dayIn, type Range } from '../day.ts'
import { AppError } from '../errors.ts'
import { ExportFormat, exportTable } from '../export/export.ts'
import { closedTable, restatementTable } from '../export/report-tables.ts'
import { afterId, entity, listAnswer, listing, Page, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams, MonthInput } from './inputs.ts'

const daysOfMonth = (month: string): Range => ({ from: `${month}-01`, to: addDays(addMonths(`${month}-01`, 1), -1) })

/** The report as JSON text, with the figures as they would be today. @throws AppError `not_found` */
async function reportJson(sql: Sql, id: number, now: Date): Promise<string> {
  const report = await findReportTerms(sql, { id })
  if (!report) throw new AppError('not_found', `There is no report with the id ${id}.`)
  const { from, to, currency } = report
  const { store_ids } = await storeScope(sql, report.store)
  const text = await jsonRows(sql, findReport, {
    id,
    store_ids,
    currency,
    periods: [{ key: 'month', from, to }],
    now,
  })
  return text.slice(1, -1)
}

/**
 * Freezes a month of one store, or of all together.
 * @returns the id of the report
 * @throws AppError `invalid` while a store's month still runs, `conflict` when it was closed before, `forbidden` for a total of all stores by
 *   someone who does not see them all
 */
async function close(
  sql: Sql,
  who: Who,
  { month, store: slug }: { month: string; store?: string | undefined },
  now: Date,
) {
  if (slug === undefined && who.stores !== 'all')
    throw new AppError('forbidden', 'You see some of the stores only. Name the store whose month you want to close.')
  const { store, name, store_ids, currency, time_zone } = await storeScope(sql, slug)
  const { from, to } = daysOfMonth(month)
  const stores = (await listStores(sql, {})).filter(({ id }) => store_ids.includes(id))
  const running = [...stores, { name, time_zone }].find((one) => dayIn(one.time_zone, now) <= to)
  if (running)
    throw new AppError('invalid', `${month} is not over yet for ${running.name}. Close it from ${addDays(to, 1)} on.`)

  await lockStores(sql, { store_ids })
  const closed = await closeMonth(sql, {
    store_id: store === null ? null : store_ids[0]!,
    store,
    store_ids,
    currency,
    periods: [{ key: 'month', from, to }],
    user_id: who.user_id,
    email: who.email,
    now,
  })
  if (!closed)
    throw new AppError('conflict', `${month} of ${name} is closed already. What changed since is shown by its report.`)
  await audit(sql, who, {
    action: 'report.closed',
    subject: `${store ?? 'all stores'} ${month}`,
    new_value: { id: closed.id, signature: closed.signature },
  })
  return closed.id
}

const TABLES = { figures: closedTable, restatements: restatementTable }
const AsFile = v.object({
  format: v.optional(ExportFormat),
  table: v.optional(v.picklist(['figures', 'restatements']), 'figures'),
})

/** The report as it is, or one of its tables as a file. */
function answer(text: string, { format, table }: v.InferOutput<typeof AsFile>) {
  if (!format) return entity(text)
  const { store, month } = JSON.parse(text) as v.InferOutput<typeof Report>
  const name = ['report', store ?? 'all-stores', month, table].join('-')
  return exportTable(TABLES[table](text), { format, name })
}

export const reportRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/reports', tags: ['reports'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { store, limit, offset, cursor, count, format } }) =>
        db(async (sql) => {
          const { store: slug } = await storeScope(sql, store)
          return listAnswer(
            sql,
            listReports,
            { store: slug, limit, offset, after: afterId(cursor) },
            { db, format, count, name: 'reports' },
          )
        }),
      {
        needs: 'stats:read',
        query: v.object({ ...listing, store: v.optional(Slug) }),
        response: Page(ReportRow),
        detail: { summary: 'Closed months, the one closed last first' },
      },
    )
    .post(
      '',
      ({ db, who, body }) =>
        db(async (sql) => {
          const at = now()
          return entity(await reportJson(sql, await close(sql, who, body, at), at), 201)
        }),
      {
        needs: 'financials:write',
        body: v.object({ month: MonthInput, store: v.optional(Slug) }),
        response: { 201: Report },
        detail: {
          summary: 'Close a month: freeze its figures, signed, once and for all',
          description:
            'Of one store in its currency, or of all stores together in the reporting currency. The month must be over everywhere.',
        },
      },
    )
    .get(
      '/:id',
      ({ db, params: { id }, query }) => db(async (sql) => answer(await reportJson(sql, id, now()), query)),
      {
        needs: 'stats:read',
        params: IdParams,
        query: AsFile,
        response: Report,
        detail: {
          summary: 'A closed month as it was frozen, and its restatements since',
          description:
            '`figures` stay as they were; `changes` compares each with today’s. `restatements` are the entries of the month that the ledger got later, by reason ' +
            'and day, in each store’s currency; fixed costs, hand-posted days and exchange rates change figures without entries. `signature` is the SHA-256 of ' +
            '`content` in UTF-8, in hexadecimal. As a file it is one `table`: `figures` with their changes (the default), or ' +
            '`restatements`.',
        },
      },
    )
}
