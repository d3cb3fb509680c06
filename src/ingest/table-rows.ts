import type { ImportIssue } from '../../sql/imports.ts'
import type { CsvRecord } from './csv/records.ts'
import { plain } from './columns.ts'
import { type DateOrder, amountsReader, daysReader } from './read-values.ts'
import type { Recognised } from './recognise.ts'

/** A row of a table by the names of its columns, with the line on which it begins; what is empty is left out. */
export type TableRow = { line: number; value: Record<string, unknown> }

const AMOUNTS = ['unit_cost', 'amount', 'list_price', 'cost_price']
const DAYS = ['from', 'to', 'starts_on', 'ends_on']
const IDS = new Set(['id', 'product_id'])
const WORDS: Record<string, Record<string, string>> = {
  interval: {
    day: 'day', daily: 'day', 'per day': 'day', dag: 'day', dagelijks: 'day', tag: 'day', taglich: 'day', jour: 'day', quotidien: 'day',
    week: 'week', weekly: 'week', 'per week': 'week', wekelijks: 'week', woche: 'week', wochentlich: 'week', semaine: 'week', hebdomadaire: 'week',
    month: 'month', monthly: 'month', 'per month': 'month', maand: 'month', maandelijks: 'month', 'per maand': 'month', monat: 'month',
    monatlich: 'month', mois: 'month', mensuel: 'month', quarter: 'quarter', quarterly: 'quarter', kwartaal: 'quarter', quartal: 'quarter',
    vierteljahrlich: 'quarter', trimestre: 'quarter', trimestriel: 'quarter', year: 'year', yearly: 'year', annual: 'year', annually: 'year',
    jaar: 'year', jaarlijks: 'year', 'per jaar': 'year', jahr: 'year', jahrlich: 'year', an: 'year', annuel: 'year',
  },
  status: { active: 'active', actief: 'active', aktiv: 'active', actif: 'active', archived: 'archived', gearchiveerd: 'archived', archiviert: 'archived', archive: 'archived', draft: 'archived' },
} // prettier-ignore

/**
 * The rows of a table of products, costs or fixed costs, under the header that was recognised. Amounts and days are read as the file
 * writes them; whether a row makes sense is for its schema to say.
 */
export function tableRows(
  { records, isWorkbook }: { records: CsvRecord[]; isWorkbook: boolean },
  found: Recognised,
  asked: { store?: string | undefined; dates?: DateOrder | undefined },
): { rows: TableRow[]; issues: ImportIssue[] } {
  const header = records[found.header]?.fields ?? []
  const body = records.slice(found.header + 1)
  const columns = Object.entries(found.places)
  const textsOf = (names: string[]) =>
    body.flatMap(({ fields }) =>
      columns.flatMap(([column, place]) => (names.includes(column) ? [(fields[place] ?? '').trim()] : [])),
    )
  const amountOf = amountsReader(textsOf(AMOUNTS), { header, isWorkbook })
  const dayOf = daysReader(textsOf(DAYS), header, asked.dates)

  const valueOf = (column: string, text: string): { value: unknown } | { reason: string } => {
    if (AMOUNTS.includes(column)) return amountOf(text)
    if (DAYS.includes(column)) return dayOf(text)
    if (IDS.has(column)) return { value: /^\d{1,15}$/.test(text) ? Number(text) : text }
    const words = WORDS[column]
    if (words) return { value: words[plain(text)] ?? text }
    if (column === 'store') return { value: text.toLowerCase() }
    return { value: column.endsWith('currency') ? text.toUpperCase() : text }
  }

  const rows: TableRow[] = []
  const issues: ImportIssue[] = []
  for (const { line, fields } of body) {
    const reason =
      fields.length > header.length && fields.slice(header.length).some((field) => field !== '')
        ? `has ${fields.length} fields instead of ${header.length}`
        : fields.some((field) => !field.isWellFormed() || field.includes('\0'))
          ? 'holds a character that cannot be stored'
          : undefined
    if (reason) {
      issues.push({ line, result: 'rejected', reason })
      continue
    }
    const value: Record<string, unknown> = {}
    let fault: string | undefined
    for (const [column, place] of columns) {
      const text = (fields[place] ?? '').trim()
      if (text === '') continue
      const read = valueOf(column, text)
      if ('reason' in read) fault ??= `${column}: ${read.reason}`
      else value[column] = read.value
    }
    if (fault) issues.push({ line, result: 'rejected', reason: fault })
    else rows.push({ line, value: { ...(asked.store && { store: asked.store }), ...value } })
  }
  return { rows, issues }
}
