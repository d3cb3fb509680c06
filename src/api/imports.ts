import { Elysia } from 'elysia'
import * as v from 'valibot'
import { Platform } from '../../sql/ad-spend.ts'
import { seeing, type Sql } from '../../sql/connect.ts'
import { findImport, Import, ImportDetail, ImportKind, ImportStatus, listImports } from '../../sql/imports.ts'
import { jsonRows } from '../../sql/query.ts'
import { mayDo, mustBeAllowed, storeScope, type Who } from '../access.ts'
import { Day } from '../day.ts'
import { AppError } from '../errors.ts'
import { mappingFrom } from '../ingest/csv/mapping.ts'
import { IMPORT_SCOPES } from '../ingest/import-scopes.ts'
import { applyImport, PreviewOutdated, previewImport, renewPreview } from '../ingest/preview-import.ts'
import { undoImport } from '../ingest/undo-import.ts'
import { afterId, entity, listAnswer, listing, Page, Slug } from './answers.ts'
import { isStorable } from './body.ts'
import { mayTakeLong } from './deadline.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'
import { FILE_TYPES, withUpload } from './upload.ts'

const SUMMARIES: Record<ImportKind, string> = {
  orders: 'Preview a file of orders: order lines with a mapping, or Shopify’s order export',
  'unit-costs': 'Preview a file of dated unit costs, by SKU or product id',
  'ad-spend':
    'Preview a file of ad spend: an export of Meta, Google, TikTok, Snapchat, Pinterest or Microsoft ads, or rows of your own',
  'fixed-costs': 'Preview a file of recurring costs',
  products: 'Preview a file of products with SKUs, list prices and unit costs',
}
const KINDS = ImportKind.options

const FileName = v.pipe(
  v.string(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(200, 'has at most 200 characters'),
  v.regex(/^[^\p{Cc}/\\]+$/u, 'must be the name of a file'),
)
/** What a file may leave open: in the query, or in other parts of a form. */
const Said = {
  store: v.optional(
    v.pipe(Slug, v.description('The store of rows that name none; of orders the store they are booked in.')),
  ),
  file_name: v.optional(v.pipe(FileName, v.description('How the file is called in the list of imports.'))),
  dates: v.optional(
    v.pipe(v.picklist(['dmy', 'mdy']), v.description('The order of day and month where dates leave it open.')),
  ),
  platform: v.optional(v.pipe(Platform, v.description('Of ad spend: the platform of rows that name none.'))),
  from: v.optional(
    v.pipe(Day, v.description('Of unit costs: the first day of rows that name none; today when left out.')),
  ),
  mapping: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(20_000, 'has at most 20,000 characters'),
      v.description(
        'Of orders: how their columns are booked, as JSON. Its store may be left out when it is named here.',
      ),
    ),
  ),
}
const Sent = v.strictObject(Said)

const DESCRIPTION =
  'The body is the file itself (CSV, also gzip, tab-separated or UTF-16, or an Excel workbook, whose first sheet is read), or a form ' +
  'with the file in its part `file`; at most 64 MB. Delimiter, decimal sign, order of dates and the columns, in English, Dutch, German ' +
  'or French, are told from the file. The answer says what the import would do to the records and to the net profit of each month; ' +
  'nothing is kept but the file, for a week. POST /imports/{id}/apply does it.'

/** @throws AppError `not_found` for an import that the asker does not see, `forbidden` for a kind that is not theirs */
async function textOf(sql: Sql, who: Who, id: number): Promise<string> {
  const found = await findImport(sql, { id })
  if (!found) throw new AppError('not_found', `There is no import ${id}.`)
  mustHandle(who, found.kind)
  return (await jsonRows(sql, findImport, { id })).slice(1, -1)
}

/** Fixed costs are not the marketers', who lack products:write anyway. */
const mustHandle = (who: Who, kind: ImportKind) => mustBeAllowed(who, IMPORT_SCOPES[kind])

/** Files in: a preview of what a file would change, which is applied in one transaction and can be undone. */
export const importRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  const app = new Elysia({ prefix: '/imports', tags: ['imports'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, who, query: { kind, status, store, limit, offset, cursor, count, format } }) =>
        db(async (sql) => {
          const kinds = KINDS.filter((one) => (kind === undefined || kind === one) && mayDo(who, IMPORT_SCOPES[one]))
          const store_id = store ? ((await storeScope(sql, store)).store_ids[0] ?? null) : null
          const asked = { kinds, status: status ?? null, store_id, limit, offset, after: afterId(cursor) }
          return listAnswer(sql, listImports, asked, { db, format, count, name: 'imports' })
        }),
      {
        needs: 'signed in',
        query: v.object({
          ...listing,
          kind: v.optional(v.pipe(ImportKind, v.description('Only those of this kind.'))),
          status: v.optional(ImportStatus),
          store: v.optional(Slug),
        }),
        response: Page(Import),
        detail: { summary: 'Imports of the kinds that you may write, newest first' },
      },
    )
    .get('/:id', ({ db, who, params: { id } }) => db(async (sql) => entity(await textOf(sql, who, id))), {
      needs: 'signed in',
      params: IdParams,
      response: ImportDetail,
      detail: { summary: 'An import: what it does, to which months, and the rows that stay out' },
    })
    .post(
      '/:id/apply',
      async ({ db, who, request, server, params: { id } }) => {
        mayTakeLong(request, server)
        const asking = { who, now: now() }
        try {
          return await db(async (sql) => {
            await textOf(sql, who, id)
            await applyImport(sql, id, asking)
            return entity(await textOf(sql, who, id))
          })
        } catch (error) {
          if (error instanceof PreviewOutdated)
            await seeing(deps.sql, who.stores, (sql) => renewPreview(sql, id, asking))
          throw error
        }
      },
      {
        needs: 'signed in',
        params: IdParams,
        response: ImportDetail,
        detail: {
          summary: 'Do what the preview says, in one transaction',
          description:
            'Twice is the same as once. When the import would do something else than its preview said, because something ' +
            'changed meanwhile, nothing is done: 409, and the preview is made anew. Needs the scope of its kind.',
        },
      },
    )
    .post(
      '/:id/undo',
      ({ db, who, request, server, params: { id } }) => {
        mayTakeLong(request, server)
        return db(async (sql) => {
          await textOf(sql, who, id)
          await undoImport(sql, id, { who, now: now() })
          return entity(await textOf(sql, who, id))
        })
      },
      {
        needs: 'signed in',
        params: IdParams,
        response: ImportDetail,
        detail: {
          summary: 'Take back what an import did',
          description:
            'What it changed is as before and booked so; what it made is gone, voided (orders) or archived (products with ' +
            'orders). 409 when something was changed since that builds on it. Needs the scope of its kind.',
        },
      },
    )

  for (const kind of KINDS)
    app.post(
      `/${kind}`,
      async ({ db, who, request, server, query }) => {
        mayTakeLong(request, server)
        return withUpload(request, async ({ path, name, fields, digest }) => {
          const { file_name, mapping, ...said } = saidOf({ ...query, ...fields })
          const options = { ...said, ...(mapping !== undefined && { mapping: mappingFrom(mapping) }) }
          const given = { kind, path, file_name: file_name ?? nameOf(name) ?? `${kind}.csv`, options }
          return db(
            async (sql) => {
              const id = await previewImport(sql, given, { who, now: now() })
              return entity(await textOf(sql, who, id), 201)
            },
            { digest, ...fields },
          )
        })
      },
      {
        needs: IMPORT_SCOPES[kind],
        query: v.object(Said),
        response: { 201: ImportDetail },
        detail: { summary: SUMMARIES[kind], description: DESCRIPTION, consumes: FILE_TYPES },
      },
    )
  return app
}

/** @throws AppError `invalid` that names the field of a form which is not right */
function saidOf(given: Record<string, unknown>): v.InferOutput<typeof Sent> {
  const read = v.safeParse(Sent, given)
  if (read.success) {
    if (!isStorable(JSON.stringify(read.output).replaceAll('\\u0000', '\0')))
      throw new AppError('invalid', 'The form holds characters that cannot be stored: NUL or half a surrogate pair.')
    return read.output
  }
  const [issue] = read.issues
  const field = v.getDotPath(issue) ?? ''
  throw new AppError('invalid', `The field ${field} ${issue.expected === 'never' ? 'is not known' : issue.message}.`)
}

/** The name of a file as its sender has it, when it is one that we can keep. */
const nameOf = (name: string | undefined) => (v.is(FileName, name) ? name : undefined)
