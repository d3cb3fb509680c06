import * as v from 'valibot'
import { ProfitEffect } from './profit-effect.ts'
import { command, find, get, query } from './query.ts'
import { Count, Id } from './units.ts'

export const ImportKind = v.picklist(['orders', 'unit-costs', 'ad-spend', 'fixed-costs', 'products'])
export type ImportKind = v.InferOutput<typeof ImportKind>
export const ImportStatus = v.picklist(['previewed', 'applied', 'undone'])

/** A row that was left out, by the line of the file on which it begins. */
export const ImportIssue = v.object({
  line: Count,
  result: v.picklist(['rejected', 'unknown', 'skipped']),
  reason: v.string(),
})
export type ImportIssue = v.InferOutput<typeof ImportIssue>

/**
 * One file. `added`, `changed` and `unchanged` count records: orders, or rows of the other kinds. `unknown` rows name a product that is
 * not here, `skipped` ones are no data (totals). All these stay out, like `rejected` ones.
 */
export const Import = v.object({
  id: Id,
  kind: ImportKind,
  status: ImportStatus,
  file_name: v.string(),
  store: v.nullable(v.string()),
  rows_read: Count,
  added: Count,
  changed: Count,
  unchanged: Count,
  unknown: Count,
  rejected: Count,
  skipped: Count,
  created_by: v.nullable(v.string()),
  created_at: v.string(),
  applied_at: v.nullable(v.string()),
  undone_at: v.nullable(v.string()),
})

const COLUMNS = { id: 1 }

/** An import with what it does to the net profit, by month in the currency of each store, and the first rows that were left out. */
export const ImportDetail = v.object({
  ...Import.entries,
  notes: v.array(v.string()),
  issues: v.array(ImportIssue),
  effect: v.nullable(ProfitEffect),
})

const Listing = {
  kinds: ['orders'] as string[],
  status: null as v.InferOutput<typeof ImportStatus> | null,
  store_id: null as number | null,
  limit: 50,
  offset: 0,
  after: null as number | null,
}

/** Imports of these kinds, newest first; `after` is the id of the last one seen. */
export const listImports = query(
  Import,
  Listing,
  (sql, { kinds, status, store_id, limit, offset, after }: typeof Listing) => sql`
    select i.id, i.kind, i.status, i.file_name, s.slug as store, i.rows_read, i.added, i.changed, i.unchanged, i.unknown, i.rejected,
           i.skipped, i.created_by_email as created_by, iso(i.created_at) as created_at, iso(i.applied_at) as applied_at,
           iso(i.undone_at) as undone_at
    from imports i
    left join stores s on s.id = i.store_id
    where i.kind = any(${kinds}) and (${status}::text is null or i.status = ${status})
      and (${store_id}::bigint is null or i.store_id = ${store_id}) and (${after}::bigint is null or i.id < ${after})
    order by i.id desc
    limit ${limit} offset ${offset}`,
)

export const findImport = find(
  ImportDetail,
  COLUMNS,
  (sql, { id }: { id: number }) => sql`
    select i.id, i.kind, i.status, i.file_name, s.slug as store, i.rows_read, i.added, i.changed, i.unchanged, i.unknown, i.rejected,
           i.skipped, i.created_by_email as created_by, iso(i.created_at) as created_at, iso(i.applied_at) as applied_at,
           iso(i.undone_at) as undone_at, i.notes, i.issues, i.effect
    from imports i
    left join stores s on s.id = i.store_id
    where i.id = ${id}`,
)

/** Takes an import until the end of the transaction. `kept`: its file is still there; `undoable`: so is what it changed. */
export const lockImport = find(
  v.object({
    id: Id,
    kind: ImportKind,
    status: ImportStatus,
    file_name: v.string(),
    options: v.unknown(),
    effect: v.nullable(ProfitEffect),
    kept: v.boolean(),
    undoable: v.boolean(),
  }),
  COLUMNS,
  (sql, { id }: { id: number }) => sql`
    select id, kind, status, file_name, options, effect, exists (select 1 from import_pieces p where p.import_id = i.id) as kept,
           created_by_email is not null as undoable
    from imports i
    where id = ${id}
    for update of i`,
)

type New = { kind: ImportKind; file_name: string; store_id: number | null }

/** Notes an import that is applied at once. */
export const createImport = get(
  v.object({ id: Id }),
  { kind: 'orders', file_name: 'orders.csv', store_id: 1 },
  (sql, { kind, file_name, store_id }: New) => sql`
    insert into imports (kind, file_name, store_id, applied_at) values (${kind}, ${file_name}, ${store_id}, now()) returning id`,
)

const PREVIEW = { kind: 'orders' as ImportKind, file_name: 'orders.csv', options: {} as object, email: 'a@b.c' }

/** Notes an import that is to be previewed; who sees it is set with the preview. */
export const createPreview = get(
  v.object({ id: Id }),
  PREVIEW,
  (sql, { kind, file_name, options, email }: typeof PREVIEW) => sql`
    insert into imports (kind, file_name, status, options, created_by_email)
    values (${kind}, ${file_name}, 'previewed', ${JSON.stringify(options)}::text::json, ${email})
    returning id`,
)

type Finished = { import_id: number; rows_read: number; rejected: number; added: number; changed: number }

export const finishImport = command(
  { import_id: 1, rows_read: 1, rejected: 0, added: 1, changed: 0 },
  (sql, { import_id, rows_read, rejected, added, changed }: Finished) => sql`
    update imports set rows_read = ${rows_read}, rejected = ${rejected}, added = ${added}, changed = ${changed} where id = ${import_id}`,
)

type Said = Finished & {
  store_id: number | null
  unchanged: number
  unknown: number
  skipped: number
  notes: string[]
  issues: ImportIssue[]
  /** A `ProfitEffect` as JSON text. */
  effect: string
}
const SAID: Said = {
  import_id: 1,
  store_id: 1,
  rows_read: 1,
  added: 1,
  changed: 0,
  unchanged: 0,
  unknown: 0,
  rejected: 0,
  skipped: 0,
  notes: [],
  issues: [],
  effect: '{}',
}

/** Keeps what an import does, as its preview or as what was applied. */
export const saveImport = command(
  SAID,
  (
    sql,
    {
      import_id,
      store_id,
      rows_read,
      added,
      changed,
      unchanged,
      unknown,
      rejected,
      skipped,
      notes,
      issues,
      effect,
    }: Said,
  ) => sql`
    update imports
    set store_id = ${store_id}, rows_read = ${rows_read}, added = ${added}, changed = ${changed}, unchanged = ${unchanged},
        unknown = ${unknown}, rejected = ${rejected}, skipped = ${skipped}, notes = ${notes}, issues = ${JSON.stringify(issues)}::text::json,
        effect = ${effect}::text::json,
        store_ids = case when current_setting('dealdome.stores', true) like '{%' then seen_stores() end
    where id = ${import_id}`,
)

/** What an import was said to do. */
export const getImportCounts = get(
  v.object({ added: Count, changed: Count, unchanged: Count, unknown: Count, rejected: Count, skipped: Count }),
  { import_id: 1 },
  (sql, { import_id }: { import_id: number }) =>
    sql`select added, changed, unchanged, unknown, rejected, skipped from imports where id = ${import_id}`,
)

const OPTIONS = { import_id: 1, options: {} as object }

export const setImportOptions = command(
  OPTIONS,
  (sql, { import_id, options }: typeof OPTIONS) =>
    sql`update imports set options = ${JSON.stringify(options)}::text::json where id = ${import_id}`,
)

type Settled = { import_id: number; email: string; now: Date }
const SETTLED: Settled = { import_id: 1, email: 'a@b.c', now: new Date(0) }

export const markApplied = command(
  SETTLED,
  (sql, { import_id, email, now }: Settled) => sql`
    update imports set status = 'applied', applied_at = ${now}, applied_by_email = ${email} where id = ${import_id}`,
)

export const markUndone = command(
  SETTLED,
  (sql, { import_id, email, now }: Settled) => sql`
    update imports set status = 'undone', undone_at = ${now}, undone_by_email = ${email} where id = ${import_id}`,
)

const PIECE = { import_id: 1, piece: 0, base64: '' }

export const addImportPiece = command(
  PIECE,
  (sql, { import_id, piece, base64 }: typeof PIECE) =>
    sql`insert into import_pieces (import_id, piece, content) values (${import_id}, ${piece}, decode(${base64}, 'base64'))`,
)

/** One piece of a file, in order from 0; undefined after the last. */
export const findImportPiece = find(
  v.object({ base64: v.string() }),
  { import_id: 1, piece: 0 },
  (sql, { import_id, piece }: { import_id: number; piece: number }) =>
    sql`select encode(content, 'base64') as base64 from import_pieces where import_id = ${import_id} and piece = ${piece}`,
)

type Dropped = { import_id: number | null; now: Date }
const DROPPED: Dropped = { import_id: 1, now: new Date(0) }

/** Lets go of the file of an import, and of those that were not applied within a week. */
export const dropImportPieces = command(
  DROPPED,
  (sql, { import_id, now }: Dropped) => sql`
    delete from import_pieces p
    using imports i
    where i.id = p.import_id and (i.id = ${import_id} or i.created_at < ${now}::timestamptz - interval '7 days')`,
)
