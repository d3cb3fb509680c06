import { importEcbRates } from '../ingest/fx/ecb.ts'
import { readMapping } from '../ingest/csv/mapping.ts'
import { importOrders, type ImportProgress, type ImportResult } from '../ingest/import-orders.ts'
import { command } from './command.ts'
import { progressBar } from './progress-bar.ts'

const USAGE = `bun run import orders FILE --mapping FILE [--strict]
       bun run import fx FILE          ECB reference rates (eurofxref-hist.zip or .csv)`

const STEPS: Record<ImportProgress['step'], string> = {
  reading: 'Reading',
  saving: 'Saving orders',
  booking: 'Booking',
}

await command(USAGE, async (sql, args) => {
  const [kind, ...rest] = args
  const strict = rest.includes('--strict')
  const at = rest.indexOf('--mapping')
  const mappingFile = at < 0 ? undefined : rest[at + 1]
  const files = rest.filter((arg, index) => !arg.startsWith('--') && (at < 0 || index !== at + 1))
  const unknown = rest.filter((arg) => arg.startsWith('--') && arg !== '--strict' && arg !== '--mapping')
  const [file] = files
  if (!file || files.length > 1 || unknown.length) return undefined
  const bar = progressBar(process.stderr)
  if (kind === 'fx') {
    const { rates, added, from, to } = await importEcbRates(sql, file)
    return `${rates} rates from ${from} to ${to} read, ${added} of them new.`
  }
  if (kind !== 'orders' || !mappingFile) return undefined
  const begun = performance.now()
  const result = await importOrders(sql, {
    file,
    mapping: await readMapping(mappingFile),
    strict,
    onProgress: ({ step, done, total }) => bar.show(STEPS[step], done, total),
  }).finally(bar.end)
  return summary(result, performance.now() - begun)
})

const count = new Intl.NumberFormat('en-GB')
const n = (value: number, one: string, many = `${one}s`) => `${count.format(value)} ${value === 1 ? one : many}`

function summary(result: ImportResult, milliseconds: number): string {
  const {
    rows,
    skipped,
    rejected,
    rejections,
    rejects_file,
    orders_created,
    orders_changed,
    orders_unchanged,
    entries,
    unused_columns,
  } = result
  const shown = rejections.map(({ line, reason }) => `  line ${line}: ${reason}`)
  const hidden = rejected - rejections.length
  return [
    `${n(rows, 'row')} read in ${(milliseconds / 1000).toFixed(1)} s: ${n(orders_created, 'order')} new, ${orders_changed} changed, ${count.format(orders_unchanged)} unchanged; ${n(entries, 'ledger entry', 'ledger entries')} booked.`,
    skipped > 0 && `${n(skipped, 'row')} with price 0 book nothing.`,
    unused_columns.length > 0 && `Columns that the mapping does not use: ${unused_columns.join(', ')}.`,
    rejected > 0 && `${n(rejected, 'row')} could not be booked:`,
    ...shown,
    hidden > 0 && `  … and ${n(hidden, 'more', 'more')}`,
    rejects_file &&
      `All of them, with reasons: ${rejects_file}\nCorrect them in the file itself and import it again: what is booked already stays as it is.`,
  ]
    .filter((line) => typeof line === 'string')
    .join('\n')
}
