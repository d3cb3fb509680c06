import {
  type AccountToAsk,
  findAccountToAsk,
  keepAccountFacts,
  lockAdAccount,
  noteRefusal,
  noteSettled,
} from '../../../sql/ad-accounts.ts'
import { type Campaign, type Insight, keepCampaigns, keepInsights } from '../../../sql/ad-insights.ts'
import { seeing, type Sql } from '../../../sql/connect.ts'
import { findSecret } from '../../../sql/secrets.ts'
import { addDays, addMonths, dayIn } from '../../day.ts'
import { AppError } from '../../errors.ts'
import { bookInsights } from '../../ledger/book-insights.ts'
import type { Seal } from '../../secrets.ts'
import type { InsightRow, Meta, MetaAccount } from './graph.ts'

/** Days in which Meta restates what it said, and the first days of an account that is new. */
const SETTLES = 30
/** Days that are asked for in between: today and the ones before, where most of it happens. */
const RECENT = 3
/** Days that are asked for and saved at once. */
const CHUNK = 90
/** Months that Meta keeps. */
const KEPT = 37
const LONGEST_NAME = 280

export type AccountSynced = {
  from: string
  to: string
  /** Rows of campaigns and days that Meta told. */
  rows: number
  /** Rows of ad spend that are new or other than before. */
  changed: number
  /** Rows that wait for an exchange rate, with the reason of the first. */
  waiting: number
  reason: string | undefined
}

/** The name that the token of an account is sealed under. */
export const accountSecretName = (id: number) => `ad_account/${id}`

/**
 * Fetches what Meta says of an account and books what changed: the days that may still be restated once a day, today and the two before
 * otherwise, or the days that are asked for. Each part of the range is saved whole or not at all, campaigns before ads.
 * @throws AppError `conflict` when a person must do something, which is noted with the account; `too_many`, `unavailable` otherwise
 */
export async function syncAdAccount(
  { sql, now, seal, meta }: { sql: Sql; now: () => Date; seal: Seal; meta: Meta },
  asked: {
    account_id: number
    from?: string | undefined
    to?: string | undefined
    signal?: AbortSignal
    /** Called in the transaction that saved the days until `through`, of the range until `to`. */
    onSaved?: (tx: Sql, saved: { rows: number; through: string; to: string }) => Promise<unknown>
  },
): Promise<AccountSynced | undefined> {
  const all = <T>(work: (tx: Sql) => Promise<T>) => seeing(sql, 'all', work)
  const known = await all((tx) => findAccountToAsk(tx, { id: asked.account_id }))
  if (!known) return undefined
  try {
    return await synced(known)
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict')
      await all((tx) => noteRefusal(tx, { id: known.id, why: error.message }))
    throw error
  }

  async function synced(account: AccountToAsk): Promise<AccountSynced> {
    const { id, external_id, currency, action_type, attribution } = account
    const name = accountSecretName(id)
    const secret = await all((tx) => findSecret(tx, { name }))
    if (!secret) throw new AppError('conflict', `The account ${external_id} has no token. Set one.`)
    const at = meta({ token: seal.open(name, secret.sealed), account: external_id })
    const facts = await at.facts()
    if (facts.currency !== currency)
      throw new AppError(
        'conflict',
        `The account ${external_id} is in ${facts.currency} now and was in ${currency}. Disconnect it and connect it again.`,
      )
    await all((tx) => keepAccountFacts(tx, { id, ...facts }))

    const today = dayIn(facts.time_zone, now())
    const isSettledToday = account.settled_on === today
    const oldest = addDays(addMonths(today, -KEPT), 1)
    const wanted = asked.from ?? (isSettledToday ? addDays(today, 1 - RECENT) : firstToSettle(account, today))
    const from = wanted > oldest ? wanted : oldest
    const to = asked.to === undefined || asked.to > today ? today : asked.to
    const result: AccountSynced = { from, to, rows: 0, changed: 0, waiting: 0, reason: undefined }
    for (let start = from; start <= to; start = addDays(start, CHUNK)) {
      const last = addDays(start, CHUNK - 1)
      const days = { from: start, to: last < to ? last : to }
      const part = await saved(at, { ...days, end: to }, { id, action_type, attribution, currency })
      result.rows += part.rows
      result.changed += part.changed
      result.waiting += part.waiting
      result.reason ??= part.reason
    }
    if (from <= firstToSettle(account, today) && to === today) await all((tx) => noteSettled(tx, { id, day: today }))
    return result
  }

  type Kept = Pick<AccountToAsk, 'id' | 'action_type' | 'attribution' | 'currency'>
  async function saved(at: MetaAccount, { end, ...days }: { from: string; to: string; end: string }, account: Kept) {
    const window = account.attribution === 'default' ? null : account.attribution
    const ask = async (level: 'campaign' | 'ad') => {
      const rows = await at.insights({ level, ...days, attribution: window }, asked.signal)
      mustFit(rows, days, account.currency)
      return { campaigns: rows.map(campaignOf), insights: rows.map((row) => insightOf(row, level, account)) }
    }
    const keep = async (
      tx: Sql,
      level: 'campaign' | 'ad',
      { campaigns, insights }: Awaited<ReturnType<typeof ask>>,
    ) => {
      const { id: account_id, action_type, attribution } = account
      await lockAdAccount(tx, { id: account_id })
      await keepCampaigns(tx, { account_id, campaigns })
      await keepInsights(tx, { account_id, level, ...days, action_type, attribution, insights, now: now() })
    }
    const told = await ask('campaign')
    const booked = await all(async (tx) => {
      await keep(tx, 'campaign', told)
      return bookInsights(tx, { account_id: account.id, ...days, reason: 'restated by the platform' })
    })
    const ads = await ask('ad')
    await all(async (tx) => {
      await keep(tx, 'ad', ads)
      await asked.onSaved?.(tx, { rows: told.insights.length, through: days.to, to: end })
    })
    return { rows: told.insights.length, changed: booked.rows, waiting: booked.waiting, reason: booked.reason }
  }
}

/** The first day of which Meta may have said something else since it was last asked. */
const firstToSettle = ({ settled_on }: AccountToAsk, today: string) => addDays(settled_on ?? today, 1 - SETTLES)

/** @throws AppError `unavailable` for rows of other days, of several at once, twice the same, or in another currency */
function mustFit(rows: InsightRow[], { from, to }: { from: string; to: string }, currency: string): void {
  const seen = new Set<string>()
  for (const { date_start: day, date_stop, account_currency = currency, campaign_id, ad_id = '' } of rows) {
    const key = `${day} ${campaign_id} ${ad_id}`
    if (day !== date_stop || day < from || day > to || account_currency !== currency || seen.has(key))
      throw new AppError(
        'unavailable',
        `Meta answered a row that was not asked for (campaign ${campaign_id}, ${day}, ${account_currency}). Nothing of it was taken.`,
      )
    seen.add(key)
  }
}

const oneLine = (text: string) =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, LONGEST_NAME)
    .toWellFormed()

const campaignOf = ({ campaign_id, campaign_name }: InsightRow): Campaign => ({
  external_id: campaign_id,
  name: oneLine(campaign_name) || campaign_id,
})

/** Purchases of one kind only: Meta tells the same ones under several. */
function insightOf(
  row: InsightRow,
  level: 'campaign' | 'ad',
  { action_type, attribution }: Pick<AccountToAsk, 'action_type' | 'attribution'>,
): Insight {
  const of = (actions: InsightRow['actions']) => {
    const found = actions.find((action) => action.action_type === action_type)
    if (!found) return '0'
    const value = attribution === 'default' ? found.value : (found[attribution] ?? '0')
    if (typeof value !== 'string' || !/^\d{1,15}(\.\d{1,10})?$/.test(value))
      throw new AppError('unavailable', `Meta answered purchases that are no number (campaign ${row.campaign_id}).`)
    return value
  }
  return {
    campaign: row.campaign_id,
    ad: level === 'ad' ? (row.ad_id ?? '') : '',
    ad_name: oneLine(row.ad_name ?? ''),
    day: row.date_start,
    spend: row.spend,
    impressions: row.impressions,
    clicks: row.clicks,
    purchases: of(row.actions),
    purchase_value: of(row.action_values),
  }
}
