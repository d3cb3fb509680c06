import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import {
  createFixedCost,
  findAmount,
  findFixedCost,
  findFixedCostNamed,
  type FixedCost,
  Interval,
  lockFixedCost,
  lockFixedCosts,
  splitFixedCost,
  updateFixedCost,
} from '../../sql/fixed-costs.ts'
import { findStore } from '../../sql/stores.ts'
import type { RowOutcome } from '../../sql/upserts.ts'
import { Slug } from '../api/answers.ts'
import { AmountInput, CurrencyInput, IdInput, NameInput } from '../api/inputs.ts'
import { addDays, Day, PERIODS } from '../day.ts'
import { AppError } from '../errors.ts'
import { type Keeper, keepsNothing } from './keeper.ts'

export const FixedAmount = v.pipe(
  AmountInput,
  v.check((amount) => !amount.startsWith('-'), 'must not be negative'),
  v.regex(/^-?\d{1,11}(\.|$)/, 'has at most 11 digits before the point'),
)
export const Category = v.union([v.literal(''), NameInput], 'must be one line of text of at most 200 characters')

/** A recurring cost in a list: known by its id, or by its name and store. */
export const FixedCostRow = v.object({
  id: v.optional(v.nullable(IdInput)),
  name: NameInput,
  amount: FixedAmount,
  currency: CurrencyInput,
  interval: v.optional(Interval),
  category: v.optional(Category),
  store: v.optional(v.nullable(Slug)),
  starts_on: v.optional(Day),
  ends_on: v.optional(v.nullable(Day)),
})
type Row = { row: number } & v.InferOutput<typeof FixedCostRow>

/** The amount with the decimals of its currency. @throws AppError `invalid` */
export async function amountIn(sql: Sql, amount: string, currency: string): Promise<string> {
  const found = await findAmount(sql, { amount, currency })
  if (!found)
    throw new AppError('invalid', `The currency ${currency} is not one that we know. Use an ISO 4217 code such as EUR.`)
  if (found.amount === null)
    throw new AppError(
      'invalid',
      `The amount ${amount} has more decimals than the ${found.minor_digits} of ${currency}.`,
    )
  return found.amount
}

export function mustNotEndBefore(starts_on: string, ends_on: string | null): void {
  if (ends_on !== null && ends_on < starts_on)
    throw new AppError('invalid', `The end ${ends_on} (ends_on) is before the cost starts on ${starts_on}.`)
}

/**
 * The first day of changed terms: the named one, else today, but not before the cost itself starts.
 * @throws AppError `invalid` for a day outside of the cost, `conflict` when no day is named and the cost has ended
 */
function firstDay({ starts_on, ends_on }: FixedCost, from: string | undefined, today: string): string {
  const first = from ?? (today > starts_on ? today : starts_on)
  if (first < starts_on)
    throw new AppError('invalid', `The day ${first} (from) is before the cost starts on ${starts_on}.`)
  if (ends_on !== null && first > ends_on)
    throw from === undefined
      ? new AppError(
          'conflict',
          `The cost ended on ${ends_on}. Name the day "from" which the change holds, or add a new cost.`,
        )
      : new AppError('invalid', `The day ${first} (from) is after the cost ended on ${ends_on}.`)
  return first
}

type Change = Partial<Pick<FixedCost, 'name' | 'category' | 'amount' | 'currency' | 'interval' | 'ends_on'>> & {
  /** The first day of a changed amount, currency or interval. */
  from?: string
}

/**
 * Changes a cost. Days before changed terms stay as they were, in a row of their own; the cost keeps its id.
 * @returns the id of that row, undefined where no days are kept
 * @throws AppError `invalid` or `conflict` before anything is written
 */
export async function changeFixedCost(
  sql: Sql,
  old: FixedCost,
  { from, ...asked }: Change,
  today: string,
): Promise<number | undefined> {
  const { id, name, category, currency, interval, ends_on } = { ...old, ...asked }
  const amount = await amountIn(sql, asked.amount ?? old.amount, currency)
  const isOther = amount !== old.amount || currency !== old.currency || interval !== old.interval
  const first = isOther ? firstDay(old, from, today) : old.starts_on
  mustNotEndBefore(first, ends_on)
  const past = first > old.starts_on ? (await splitFixedCost(sql, { id, from: first })).id : undefined
  await updateFixedCost(sql, { id, name, category, amount, currency, interval, ends_on })
  return past
}

type Saving = {
  rows: Row[]
  today: string
  /** Costs without a store, which all stores share, may be written. */
  mayShare: boolean
  keep?: Keeper
}

/** Since when a cost of a store, or of all, is another. */
export type CostSince = { store: string | null; from: string }

/**
 * Creates recurring costs and changes those that are there. A row without an id means the cost of that name and store which runs on its
 * `starts_on`: other terms hold from that day. Without `starts_on` they hold from today. A new cost lasts until the next of its name.
 * @returns what became of each row, in order, and since when which costs are others
 */
export async function saveFixedCosts(
  sql: Sql,
  { rows, today, mayShare, keep = keepsNothing }: Saving,
): Promise<{ outcomes: RowOutcome[]; since: CostSince[] }> {
  await lockFixedCosts(sql, {})
  const outcomes: RowOutcome[] = []
  const since: CostSince[] = []
  for (const { row, ...cost } of rows) {
    try {
      const { from, ...saved } = await saveRow(sql, cost, { today, mayShare, keep })
      outcomes.push({ row, ...saved, reason: null })
      if (saved.result !== 'unchanged') since.push(from)
    } catch (error) {
      // Thrown before the row wrote anything: the others stay good.
      if (!(error instanceof AppError)) throw error
      const result = error.code === 'not_found' ? 'unknown' : 'rejected'
      outcomes.push({ row, result, id: null, reason: error.message.replace(/\.$/, '') })
    }
  }
  return { outcomes, since }
}

type Context = Required<Omit<Saving, 'rows'>>

async function saveRow(sql: Sql, { id, starts_on, ...cost }: Omit<Row, 'row'>, { today, mayShare, keep }: Context) {
  const store = cost.store ? await findStore(sql, { slug: cost.store }) : null
  if (store === undefined) throw new AppError('invalid', `There is no store "${cost.store}".`)
  if (!mayShare && store === null && !id)
    throw new AppError('invalid', 'A cost without a store is shared by all stores, and you are limited to some.')
  const day = starts_on ?? today
  const named = id
    ? { id, covers: true }
    : await findFixedCostNamed(sql, { name: cost.name, store_id: store?.id ?? null, day })
  // One that starts later is meant only where the row names no day.
  const old = named && (named.covers || starts_on === undefined) ? await lockedCost(sql, named.id) : undefined
  if (!old) return createRow(sql, { ...cost, starts_on, next: named?.id }, { store_id: store?.id ?? null, today, keep })
  if (!mayShare && old.store === null)
    throw new AppError('invalid', 'The cost is shared by all stores, and you are limited to some.')
  if (cost.store !== undefined && (cost.store ?? null) !== old.store)
    throw new AppError('invalid', `The fixed cost ${old.id} is that of ${old.store ?? 'all stores'}.`)

  const asked = {
    name: id ? cost.name : old.name,
    amount: await amountIn(sql, cost.amount, cost.currency),
    currency: cost.currency,
    category: cost.category ?? old.category,
    interval: cost.interval ?? old.interval,
    ends_on: cost.ends_on === undefined ? old.ends_on : cost.ends_on,
  }
  const differs = Object.entries(asked).some(([field, value]) => value !== old[field as keyof typeof asked])
  if (!differs) return { result: 'unchanged' as const, id: old.id, from: { store: old.store, from: today } }
  await keep.before('fixed_cost', [old.id])
  const past = await changeFixedCost(sql, old, { ...asked, ...(starts_on && { from: starts_on }) }, today)
  if (past !== undefined) await keep.created('fixed_cost', [past])
  return { result: 'updated' as const, id: old.id, from: { store: old.store, from: old.starts_on } }
}

async function lockedCost(sql: Sql, id: number): Promise<FixedCost> {
  await lockFixedCost(sql, { id })
  const cost = await findFixedCost(sql, { id })
  if (!cost) throw new AppError('not_found', `There is no fixed cost ${id}.`)
  return cost
}

type Fresh = Omit<Row, 'row' | 'id'> & { next: number | undefined }

/** @param cost.next the next cost of the same name, before which this one ends */
async function createRow(
  sql: Sql,
  { next, ...cost }: Fresh,
  { store_id, today, keep }: { store_id: number | null; today: string; keep: Keeper },
) {
  const starts_on = cost.starts_on ?? PERIODS.this_month(today).from
  const later = next === undefined ? undefined : await findFixedCost(sql, { id: next })
  const ends_on = cost.ends_on ?? (later ? addDays(later.starts_on, -1) : null)
  mustNotEndBefore(starts_on, ends_on)
  if (later && ends_on !== null && ends_on >= later.starts_on)
    throw new AppError(
      'invalid',
      `The cost of this name runs again from ${later.starts_on} on (fixed cost ${later.id}).`,
    )
  const { name, currency, interval = 'month' as const, category = '' } = cost
  const amount = await amountIn(sql, cost.amount, currency)
  const { id } = await createFixedCost(sql, {
    name,
    currency,
    interval,
    category,
    amount,
    store_id,
    starts_on,
    ends_on,
  })
  await keep.created('fixed_cost', [id])
  return { result: 'created' as const, id, from: { store: cost.store ?? null, from: starts_on } }
}
