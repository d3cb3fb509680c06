import type * as v from 'valibot'
import type { DayGap, Restatement } from '../../sql/digest.ts'
import type { Pnl } from '../../sql/pnl.ts'
import type { StoreReconciliation } from '../../sql/reconciliation.ts'
import type { ProductFigures } from '../../sql/product-report.ts'
import { escapeHtml, table } from '../bot/html.ts'
import { takenOff } from '../bot/pnl-message.ts'
import type { Wording } from '../wording.ts'
import { matchOfStores } from './reconciliation-line.ts'
import { accountWord, digestWord } from './digest-words.ts'

type Product = v.InferOutput<typeof ProductFigures>

/** What a digest of one day tells. `earlier` is the day before. */
export type Digest = {
  name: string
  figures: Pnl
  earlier: Pnl
  best: Product | undefined
  worst: Product | undefined
  /** Null where no digest came before. */
  restated: readonly Restatement[] | null
  gaps: readonly DayGap[]
  reconciled: readonly StoreReconciliation[]
  now: Date
}

/** Restated accounts that are named. */
const NAMED = 4

const isLoss = (amount: string) => amount.startsWith('-')
const slugs = (gaps: readonly DayGap[]) => gaps.map(({ store }) => store).join(', ')

function gapsOf({ gaps, now }: Digest) {
  return {
    open: gaps.filter(({ closes_at }) => closes_at > now),
    silent: gaps.filter(({ has_orders, sold_before }) => sold_before && !has_orders),
    withoutAds: gaps.filter(({ ads_missing }) => ads_missing),
    uncosted: gaps.flatMap(({ uncosted }) => (uncosted === null ? [] : [uncosted])),
    uncostedCount: gaps.reduce((sum, { uncosted_count }) => sum + uncosted_count, 0),
  }
}

/** What to do first, by a fixed order: data that is missing, then what loses money. */
function nextStep(digest: Digest, words: Wording): string {
  const { language } = words
  const { figures, worst } = digest
  const { silent, withoutAds, uncosted } = gapsOf(digest)
  const say = (key: Parameters<typeof digestWord>[0], values: Record<string, string> = {}) => digestWord(key, language, values) // prettier-ignore
  if (silent.length > 0) return say('step_orders', { stores: slugs(silent) })
  if (withoutAds.length > 0) return say('step_ads', { stores: slugs(withoutAds), day: words.shortDay(figures.end) })
  if (uncosted[0] !== undefined) return say('step_cost', { product: escapeHtml(uncosted[0]) })
  if (isLoss(figures.cm3) && Number(figures.ad_spend) > 0) return say('step_mer')
  if (worst && isLoss(worst.cm3)) return say('step_product', { product: escapeHtml(worst.product) })
  if (isLoss(figures.net_profit)) return say('step_loss')
  return say('step_none')
}

function gapLines(digest: Digest, words: Wording): string[] {
  const { language } = words
  const { open, silent, withoutAds, uncosted, uncostedCount } = gapsOf(digest)
  const { coverage } = digest.figures
  const { cogs_percent, shipping_cost_percent, transaction_fees_percent, manual_days } = coverage
  const isEstimated = [cogs_percent, shipping_cost_percent, transaction_fees_percent].some((percent) => percent !== null && percent < 100) // prettier-ignore
  const more = uncostedCount > 1 ? digestWord('and_more', language, { count: words.count(uncostedCount - 1) }) : ''
  const lines = [
    open.length > 0 && digestWord('still_open', language, { stores: slugs(open) }),
    silent.length > 0 && digestWord('no_orders', language, { stores: slugs(silent) }),
    withoutAds.length > 0 && digestWord('no_ads', language, { stores: slugs(withoutAds) }),
    uncosted[0] !== undefined && digestWord('no_cost', language, { product: escapeHtml(uncosted[0]), more }),
    isEstimated && digestWord('coverage', language, { grade: coverage.grade ?? '–', cogs: words.percent(cogs_percent), shipping: words.percent(shipping_cost_percent), fees: words.percent(transaction_fees_percent) }), // prettier-ignore
    manual_days.count > 0 && digestWord('by_hand', language, { stores: [...new Set(manual_days.days.map(({ store }) => store))].join(', ') }), // prettier-ignore
  ].filter((line) => line !== false)
  return lines.length > 0 ? [digestWord('gaps', language), ...lines.map((line) => `• ${line}`)] : []
}

function restatedLine({ restated: rows, figures: { currency } }: Digest, words: Wording): string | false {
  const { language } = words
  if (rows === null) return false
  if (rows[0] === undefined) return digestWord('restated_nothing', language)
  const signed = (amount: string) => (isLoss(amount) ? '' : '+') + words.money(amount, currency)
  const days = rows.map(({ first_day }) => first_day).concat(rows.map(({ last_day }) => last_day)).toSorted() // prettier-ignore
  const [first, last] = [days[0]!, days.at(-1)!]
  const parts = rows.slice(0, NAMED).map(({ account, amount }) => `${accountWord(account, language)} ${signed(amount)}`)
  return digestWord('restated', language, {
    amount: signed(rows[0].total),
    days: first === last ? words.shortDay(first) : `${words.shortDay(first)} – ${words.shortDay(last)}`,
    parts: parts.join(', ') + (rows.length > NAMED ? ', …' : ''),
  })
}

/** The digest of a day as Telegram HTML, without its picture. */
export function digestMessage(digest: Digest, words: Wording): string {
  const { name, figures, earlier, best, worst } = digest
  const { currency } = figures
  const { language } = words
  const amount = (text: string) => words.amount(text, currency)
  const isEmpty = figures.orders === 0 && Number(figures.total_costs) === 0 && Number(figures.revenue) === 0
  const product = (key: 'best' | 'worst', row: Product | undefined) =>
    row && digestWord(key, language, { product: escapeHtml(row.product.slice(0, 60)), amount: `<b>${amount(row.cm3)}</b>` }) // prettier-ignore
  const even = figures.mer !== null && figures.break_even_roas !== null && Number(figures.break_even_roas) > 0
  const side = even ? ` (${digestWord(Number(figures.mer) >= Number(figures.break_even_roas) ? 'above' : 'below', language)})` : '' // prettier-ignore
  return [
    `<b>${escapeHtml(name)}</b> · ${words.day(figures.end)}, ${currency}`,
    isEmpty
      ? digestWord('nothing', language)
      : table([
          [words.figure('revenue'), amount(figures.revenue)],
          [words.figure('cm2'), amount(figures.cm2)],
          [words.figure('ad_spend'), amount(takenOff(figures.ad_spend))],
          [words.figure('cm3'), amount(figures.cm3)],
          [words.figure('fixed_costs'), amount(takenOff(figures.fixed_costs))],
          'rule',
          [words.figure('net_profit'), amount(figures.net_profit)],
        ]),
    !isEmpty &&
      `${digestWord('margin', language)} <b>${words.percent(figures.margin_percent)}</b> · ${words.count(figures.orders)} ${words.figure('orders')} · ${words.shortDay(earlier.end)}: ${amount(earlier.net_profit)}`,
    !isEmpty &&
      Number(figures.ad_spend) !== 0 &&
      digestWord('mer', language, { mer: `<b>${words.multiple(figures.mer)}</b>`, even: words.multiple(figures.break_even_roas) }) + side, // prettier-ignore
    (best || worst) && '',
    product('best', best),
    product('worst', worst),
    '',
    restatedLine(digest, words),
    matchOfStores(digest.reconciled, words),
    ...gapLines(digest, words),
    '',
    digestWord('step', language, { step: nextStep(digest, words) }),
  ]
    .filter((line) => typeof line === 'string')
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
}

/** What stands under the picture: at most three lines. */
export const digestCaption = (title: string, { name, figures }: Pick<Digest, 'name' | 'figures'>, words: Wording): string =>
  [
    `${title} · ${name}`,
    `${words.range(figures)}: ${words.figure('net_profit')} ${words.money(figures.net_profit, figures.currency)}`,
    `${words.figure('revenue')} ${words.money(figures.revenue, figures.currency)} · ${words.figure('margin')} ${words.percent(figures.margin_percent)}`,
  ].join('\n') // prettier-ignore
