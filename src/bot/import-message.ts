import type * as v from 'valibot'
import type { ImportDetail } from '../../sql/imports.ts'
import { KIND_WORDS } from '../ingest/recognise.ts'
import type { Wording } from '../wording.ts'
import { escapeHtml, table } from './html.ts'

/** Rows and months that fit into a message. */
const [ISSUES, MONTHS] = [5, 6]

const HEADS = {
  previewed: 'Nothing is booked yet. This is what the file would do:',
  applied: '<b>Done.</b> This is what the file did:',
  undone: '<b>Undone.</b> Everything is as it was before.',
}

/** A file with what it would do, or did: counts, rows that stay out, and net profit by month before and after. */
export function importMessage(detail: v.InferOutput<typeof ImportDetail>, words: Wording): string {
  const {
    kind,
    file_name,
    store,
    status,
    added,
    changed,
    unchanged,
    unknown,
    rejected,
    skipped,
    issues,
    notes,
    effect,
  } = detail
  const counts = [
    [added, 'new'],
    [changed, 'changed'],
    [unchanged, 'unchanged'],
    [unknown, 'of unknown products'],
    [rejected, 'rejected'],
    [skipped, 'left out'],
  ] as const
  const months = effect?.months ?? []
  const amount = (value: unknown, currency: string) => words.amount(String(value), currency)
  return [
    `<b>${escapeHtml(KIND_WORDS[kind])}</b> · ${escapeHtml(file_name.slice(0, 80))}${store ? ` · ${store}` : ''}`,
    HEADS[status],
    counts
      .filter(([count]) => count > 0)
      .map(([count, what]) => `${words.count(count)} ${what}`)
      .join(' · ') || 'No rows.',
    ...notes.slice(0, 3).map((note) => escapeHtml(note.slice(0, 300))),
    ...issues.slice(0, ISSUES).map(({ line, reason }) => `Line ${line}: ${escapeHtml(reason.slice(0, 200))}`),
    issues.length > ISSUES && `… and ${issues.length - ISSUES} more rows like these.`,
    status !== 'undone' && months.length > 0 && 'Net profit before → after:',
    status !== 'undone' &&
      months.length > 0 &&
      table(
        months
          .slice(0, MONTHS)
          .map(
            ({ store: slug, month, currency, net_profit_before, net_profit_after }) =>
              [
                `${slug} ${words.month(month)}`,
                `${amount(net_profit_before, currency)} → ${amount(net_profit_after, currency)}`,
              ] as const,
          ),
      ),
    months.length > MONTHS && status !== 'undone' && `… and ${months.length - MONTHS} more months.`,
  ]
    .filter(Boolean)
    .join('\n')
}
