import type { Receipt } from '../../sql/receipts.ts'
import type { Citation } from '../agents/answer.ts'
import type { described, Explained } from '../agents/tools/explain-figure.ts'
import type { NamedFigure, Wording } from '../wording.ts'
import { escapeHtml } from './html.ts'
import { proofWord, toolTitle } from './proof-words.ts'

/** Differences and bookings that are named. */
const NAMED = 5
/** Characters of what was asked. */
const MOST_ASKED = 900

type Told = { words: Wording; time_zone: string }

/** The days that a receipt is about: as asked, or as its result says. */
function daysOf({ input, result }: Receipt): { start: string; end: string } | undefined {
  const { from, to } = (input ?? {}) as { from?: unknown; to?: unknown }
  return typeof from === 'string' && typeof to === 'string' ? { start: from, end: to } : daysIn(result)
}

function daysIn(value: unknown): { start: string; end: string } | undefined {
  if (value === null || typeof value !== 'object') return undefined
  const { start, end } = value as { start?: unknown; end?: unknown }
  if (typeof start === 'string' && typeof end === 'string') return { start, end }
  for (const part of Object.values(value)) {
    const found = daysIn(part)
    if (found) return found
  }
  return undefined
}

/** `Profit and loss · NL · 1 Apr 2026 – 13 Apr 2026`, and the data behind it. */
function headOf(receipt: Receipt, { words, time_zone }: Told): [title: string, data: string] {
  const { language } = words
  const { store } = (receipt.input ?? {}) as { store?: unknown }
  const days = daysOf(receipt)
  const where = typeof store === 'string' ? escapeHtml(store.toUpperCase()) : undefined
  const title = [`<b>${escapeHtml(toolTitle(receipt.tool, language))}</b>`, where, days && words.range(days)]
  const data = [
    receipt.queries.length > 0 && `${proofWord('query', language)} ${escapeHtml(receipt.queries.join(', '))}`,
    proofWord('as_of', language, { at: words.moment(receipt.as_of, time_zone) }),
    receipt.rows > 1 && proofWord('rows', language, { count: words.count(receipt.rows) }),
  ]
  return [title.filter(Boolean).join(' · '), data.filter(Boolean).join(' · ')]
}

/** What an answer rests on: the places in the material that it cites, and which question to the data gave its figures. */
export function sourcesMessage(
  { citations, receipts }: { citations: readonly Omit<Citation, 'source_id'>[]; receipts: readonly Receipt[] },
  told: Told,
): string {
  const { language } = told.words
  if (citations.length + receipts.length === 0) return proofWord('nothing', language)
  const cited = citations.map(({ title, place, url }) => {
    const name = escapeHtml(place === null ? title : `${title}, ${place}`)
    return `📖 ${url === null ? name : `<a href="${escapeHtml(url).replaceAll('"', '&quot;')}">${name}</a>`}`
  })
  const asked = receipts.map((receipt, at) => `${at + 1}. ${headOf(receipt, told).join('\n    ')}`)
  return [`<b>${proofWord('sources', language)}</b>`, ...cited, ...asked].join('\n')
}

type Figure = ReturnType<typeof described>

/** Where a figure comes from: its meaning, the question that gave it, and whether that gives the same now. */
export function proofMessage(
  { receipt, figures, now }: { receipt: Receipt; figures: readonly Figure[]; now: Explained['now'] },
  told: Told,
): string {
  const { words } = told
  const { language } = words
  const [title, data] = headOf(receipt, told)
  const { store: _, from: __, to: ___, ...more } = (receipt.input ?? {}) as Record<string, unknown>
  const asked = Object.entries(more).map(([key, value]) => `${key} = ${typeof value === 'string' ? value : JSON.stringify(value)}`) // prettier-ignore
  return [
    title,
    data,
    ...figures.map((figure) => meaningOf(figure, words)),
    asked.length > 0 &&
      `${proofWord('asked', language)}:\n<pre>${escapeHtml(asked.join('\n').slice(0, MOST_ASKED))}</pre>`,
    ...stateOf(now, words),
  ]
    .filter(Boolean)
    .join('\n')
}

function meaningOf({ figure, of, name, definition }: Figure, words: Wording): string {
  // The days stand above already.
  const told = of.filter((row) => row !== 'asked' && !/^\d{4}-\d\d/.test(row)).join(', ')
  const rows = told ? ` (${escapeHtml(told.slice(0, 100))})` : ''
  return `<b>${escapeHtml(named(figure, words, name))}</b>${rows}${definition ? `: <i>${escapeHtml(definition)}</i>` : ''}`
}

const NAMES: readonly NamedFigure[] = ['revenue', 'cogs', 'shipping_cost', 'transaction_fees', 'ad_spend', 'fixed_costs', 'net_profit', 'cm1', 'cm2', 'cm3', 'orders'] // prettier-ignore
/** What the figure at the end of a path is called. */
function named(path: string, words: Wording, name?: string): string {
  const last = path.split('.').at(-1) ?? path
  const known = NAMES.find((figure) => figure === last)
  return known ? words.figure(known) : (name ?? last.replaceAll('_', ' '))
}

function stateOf(now: Explained['now'], words: Wording): string[] {
  const { language } = words
  if (!now) return [proofWord('gone', language)]
  if (now.same) return [proofWord('same', language)]
  const value = (told: unknown) => escapeHtml(typeof told === 'string' ? words.decimal(told) : JSON.stringify(told))
  const more = now.differences.length + (now.more_differences ?? 0) - NAMED
  const changes = now.other_changes.map(({ what, changes }) => `${what} (${changes})`).join(', ')
  return [
    proofWord('changed', language),
    ...now.differences
      .slice(0, NAMED)
      .map(({ figure, before, now: after }) => `• ${escapeHtml(named(figure, words))}: ${value(before)} → <b>${value(after)}</b>`), // prettier-ignore
    ...(more > 0 ? [proofWord('more', language, { count: words.count(more) })] : []),
    ...(now.booked_since.length > 0 ? [proofWord('because', language)] : []),
    ...now.booked_since
      .slice(0, NAMED)
      .map(({ store, reason, booked_on, entries, currency, effect_on_profit }) => `• ${escapeHtml(`${store}, ${words.shortDay(booked_on)}: ${reason.replaceAll('_', ' ')}`)}, ${proofWord('entries', language, { count: words.count(entries) })}, ${words.money(effect_on_profit, currency)}`), // prettier-ignore
    ...(changes ? [proofWord('changes', language, { what: escapeHtml(changes) })] : []),
  ]
}
