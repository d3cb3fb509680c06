import type { Platform } from '../../sql/ad-spend.ts'
import type { ImportIssue } from '../../sql/imports.ts'
import type { CsvRecord } from './csv/records.ts'
import { type DateOrder, amountsReader, daysReader } from './read-values.ts'
import { addDays } from '../day.ts'
import { plain } from './columns.ts'
import type { Recognised } from './recognise.ts'

/** What one row of an export says was spent. Amounts are decimal text; several rows may be of one day and campaign. */
export type AdSpendLine = {
  line: number
  date: string
  store: string
  platform: Platform
  account: string
  campaign: string
  amount: string
  claimed: string | null
  currency: string | null
}

export type AdSpendRead = { rows: AdSpendLine[]; issues: ImportIssue[]; notes: string[] }

/** What the sender says of the file, where the file itself does not. */
export type AdSpendAsked = {
  store?: string | undefined
  platform?: Platform | undefined
  dates?: DateOrder | undefined
}

const LONGEST = 300
const PLATFORMS: Record<string, Platform> = {
  meta: 'meta', facebook: 'meta', instagram: 'meta', 'meta ads': 'meta', 'facebook ads': 'meta',
  google: 'google', 'google ads': 'google', adwords: 'google', youtube: 'google',
  tiktok: 'tiktok', 'tiktok ads': 'tiktok', snapchat: 'snapchat', snap: 'snapchat', pinterest: 'pinterest',
  microsoft: 'microsoft', bing: 'microsoft', 'microsoft ads': 'microsoft', 'bing ads': 'microsoft', other: 'other',
} // prettier-ignore
/** Whose export a layout is, and how that is called. */
const EXPORTS: Partial<Record<Recognised['layout'], { platform: Platform; name: string }>> = {
  'meta ads': { platform: 'meta', name: 'Meta Ads Manager' },
  'google ads': { platform: 'google', name: 'Google Ads' },
  'tiktok ads': { platform: 'tiktok', name: 'TikTok Ads Manager' },
  'snapchat ads': { platform: 'snapchat', name: 'Snapchat Ads Manager' },
  'pinterest ads': { platform: 'pinterest', name: 'Pinterest Ads Manager' },
  'microsoft ads': { platform: 'microsoft', name: 'Microsoft Advertising' },
}
/** Snapchat ends a day at the midnight that begins the next. */
const ENDS_NEXT_DAY = 'snapchat ads'
const TOTALS =
  /^(grand |overall )?(total|totals|totaal|gesamt|gesamtsumme|summe|totaux|results from|resultaten van|ergebnisse aus|resultats de)\b/

/**
 * The rows of an export of an ad platform, under the header that was recognised. Rows of totals are named and left out; so are rows
 * over several days, because nobody can say what was spent on which.
 */
export function adSpendLines(
  { records, isWorkbook }: { records: CsvRecord[]; isWorkbook: boolean },
  found: Recognised,
  asked: AdSpendAsked,
): AdSpendRead {
  const header = records[found.header]?.fields ?? []
  const body = records.slice(found.header + 1)
  const { places } = found
  const at = (fields: string[], column: string) => {
    const place = places[column]
    const text = place === undefined ? '' : (fields[place] ?? '').trim()
    return /^[-–—]+$/.test(text) ? '' : text // Google writes two hyphens where it has no value.
  }
  const values = (...columns: string[]) =>
    body.flatMap(({ fields }) => columns.map((column) => at(fields, column)).filter((text) => text !== ''))
  const amountOf = amountsReader(values('amount', 'claimed'), { header, isWorkbook })
  const dayOf = daysReader(values('date', 'start', 'end'), header, asked.dates)
  const inHeader = /\(\s*([A-Z]{3})\s*\)/.exec(header[places['amount'] ?? -1] ?? '')?.[1] ?? null
  const exported = EXPORTS[found.layout]
  const given = asked.platform ?? exported?.platform

  const rows: AdSpendLine[] = []
  const issues: ImportIssue[] = []
  const read = (line: number, fields: string[]): AdSpendLine | { reason: string; skipped?: true } => {
    if (fields.some((field) => field.includes('\0'))) return { reason: 'holds a NUL character' }
    const first = fields.find((field) => field.trim() !== '')?.trim() ?? ''
    const [date, start, end] = [at(fields, 'date'), at(fields, 'start'), at(fields, 'end')]
    const campaign = at(fields, 'campaign')
    if (TOTALS.test(plain(first)) || TOTALS.test(plain(campaign)))
      return { skipped: true, reason: `is a row of totals: "${first.slice(0, 60)}"` }
    if (first.startsWith('©')) return { skipped: true, reason: 'is the last line of the report, without figures' }
    if (('date' in places && date === '') || (!('date' in places) && start === '')) {
      if (campaign === '') return { skipped: true, reason: 'is a row of totals: it has no day and no campaign' }
      return { reason: 'has no day: export with a breakdown by day' }
    }
    if (fields.length > header.length || fields.length < Math.max(...Object.values(places)) + 1) {
      const few = `has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'} instead of ${header.length}`
      if (fields.length > header.length || at(fields, 'micros') + at(fields, 'amount') === '') return { reason: few }
    }
    const day = dayOf(date || start)
    if ('reason' in day) return { reason: `the day ${day.reason}` }
    if (date === '' && end !== '') {
      const last = dayOf(end)
      if ('reason' in last) return { reason: `the last day ${last.reason}` }
      const isDay = last.value === day.value || (found.layout === ENDS_NEXT_DAY && last.value === addDays(day.value, 1))
      if (!isDay && 'campaign' in places && campaign === '')
        return { skipped: true, reason: 'is a row of totals: it has no campaign and covers several days' }
      if (!isDay) return { reason: `covers ${day.value} to ${last.value}: export with a breakdown by day` }
    }
    const micros = at(fields, 'micros')
    const amount = micros === '' ? amountOf(at(fields, 'amount') || '0') : inMillionths(micros)
    if ('reason' in amount) return { reason: `the amount ${amount.reason}` }
    if (amount.value.startsWith('-')) return { reason: `the amount ${amount.value} is negative` }
    const claimed = at(fields, 'claimed') === '' ? { value: null } : amountOf(at(fields, 'claimed'))
    if ('reason' in claimed) return { reason: `the conversion value ${claimed.reason}` }
    const platform = at(fields, 'platform') === '' ? given : PLATFORMS[plain(at(fields, 'platform'))]
    if (!platform)
      return {
        reason: at(fields, 'platform')
          ? `"${at(fields, 'platform').slice(0, 40)}" is not a platform that we know`
          : 'names no platform: say which, with platform=…',
      }
    const store = at(fields, 'store').toLowerCase() || asked.store
    if (!store) return { reason: 'names no store: say which, with store=…' }
    const currency = at(fields, 'currency') || inHeader
    if (currency !== null && !/^[A-Z]{3}$/.test(currency))
      return { reason: `"${currency.slice(0, 40)}" is not a currency` }
    return {
      line,
      date: day.value,
      store,
      platform,
      account: label(at(fields, 'account')),
      campaign: label(campaign),
      amount: amount.value,
      claimed: claimed.value,
      currency,
    }
  }
  for (const { line, fields } of body) {
    const row = read(line, fields)
    if ('reason' in row) issues.push({ line, result: row.skipped ? 'skipped' : 'rejected', reason: row.reason })
    else rows.push(row)
  }
  const notes = [
    `Read as ${exported ? `an export of ${exported.name}` : 'rows of ad spend'}.`,
    ...(rows.some(({ currency }) => currency === null)
      ? ['The file names no currency: the amounts are taken as the store’s.']
      : []),
  ]
  return { rows, issues, notes }
}

/** An amount in millionths, as Google's reports have it, as decimal text. */
function inMillionths(micros: string): { value: string } | { reason: string } {
  if (!/^\d{1,18}$/.test(micros)) return { reason: `"${micros.slice(0, 40)}" is not a number of millionths` }
  const digits = micros.padStart(7, '0')
  return { value: `${digits.slice(0, -6).replace(/^0+(?=\d)/, '')}.${digits.slice(-6)}` }
}

/** A name as one line that fits. */
const label = (text: string) =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, LONGEST)
    .toWellFormed()
