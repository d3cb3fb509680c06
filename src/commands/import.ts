import { parseArgs } from 'node:util'
import { readMapping } from '../ingest/csv/mapping.ts'
import { importEcbRates, type RatesLoaded } from '../ingest/fx/ecb.ts'
import { importOrders, type ImportProgress, type ImportResult } from '../ingest/import-orders.ts'
import { command } from './command.ts'
import { progressBar } from './progress-bar.ts'

const USAGE = `bun run import orders FILE --mapping FILE [--strict]
       bun run import fx FILE          ECB reference rates (eurofxref-hist.zip or .csv)`

const STEPS: Record<ImportProgress['step'], string> = {
  waiting: 'Waiting for another import into this store',
  reading: 'Reading',
  saving: 'Saving orders',
  booking: 'Booking',
}

function argumentsOf(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { mapping: { type: 'string' }, strict: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const [kind, file] = positionals
    if (!file || positionals.length > 2 || (kind !== 'orders' && kind !== 'fx')) return undefined
    return { kind, file, ...values }
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
      return undefined
    throw error
  }
}

const count = new Intl.NumberFormat('en-GB')
const n = (value: number, one: string, many = `${one}s`) => `${count.format(value)} ${value === 1 ? one : many}`

function ratesSummary({ rates, added, from, to, unknown_currencies, restated }: RatesLoaded): string {
  const booked = restated > 0 ? ` ${n(restated, 'ledger entry', 'ledger entries')} restated.` : ''
  const said = `${n(rates, 'rate')} from ${from} to ${to} read, ${count.format(added)} of them new.${booked}`
  return unknown_currencies.length
    ? `${said}\nLeft out, because not known here: ${unknown_currencies.join(', ')}.`
    : said
}

function ordersSummary(result: ImportResult, milliseconds: number): string {
  const { rows, skipped, rejected, rejections, rejects_file, entries, unused_columns } = result
  const [created, changed, unchanged] = [result.orders_created, result.orders_changed, result.orders_unchanged]
  const hidden = rejected - rejections.length
  return [
    `${n(rows, 'row')} read in ${(milliseconds / 1000).toFixed(1)} s: ${n(created, 'order')} new, ${count.format(changed)} changed, ${count.format(unchanged)} unchanged; ${n(entries, 'ledger entry', 'ledger entries')} booked.`,
    rows === 0 && 'The file has a header and nothing else.',
    skipped > 0 && `${n(skipped, 'row')} with price 0 ${skipped === 1 ? 'books' : 'book'} nothing.`,
    unused_columns.length > 0 && `Columns that the mapping does not use: ${unused_columns.join(', ')}.`,
    rejected > 0 && `${n(rejected, 'row')} could not be booked:`,
    ...rejections.map(({ line, reason }) => `  line ${line}: ${reason}`),
    hidden > 0 && `  … and ${count.format(hidden)} more`,
    rejects_file &&
      `All of them, with reasons: ${rejects_file}\nCorrect them in the file itself and import it again: what is booked already stays as it is.`,
  ]
    .filter((line) => typeof line === 'string')
    .join('\n')
}

await command(USAGE, async (sql, args) => {
  const asked = argumentsOf(args)
  if (!asked) return undefined
  const { kind, file, mapping, strict } = asked
  if (kind === 'fx') return ratesSummary(await importEcbRates(sql, file))
  if (!mapping) return undefined
  const begun = performance.now()
  const bar = progressBar(process.stderr)
  const result = await importOrders(sql, {
    file,
    mapping: await readMapping(mapping),
    strict,
    onProgress: ({ step, done, total }) => bar.show(STEPS[step], done, total),
  }).finally(() => bar.end())
  return ordersSummary(result, performance.now() - begun)
})
