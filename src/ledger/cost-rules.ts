import type { Sql } from '../../sql/connect.ts'
import {
  addCostTier,
  costTiersWithin,
  deleteCostTier,
  findCostTier,
  listCostTiers,
  type NewCostTier,
  ordersOfCostTier,
  updateCostTier,
} from '../../sql/cost-tiers.ts'
import {
  addFeeRule,
  deleteFeeRule,
  feeRulesWithin,
  findFeeRule,
  listFeeRules,
  type NewFeeRule,
  ordersOfFeeRule,
  updateFeeRule,
} from '../../sql/fee-rules.ts'
import {
  addShippingRule,
  deleteShippingRule,
  findShippingRule,
  listShippingRules,
  type NewShippingRule,
  ordersOfShippingRule,
  shippingRulesWithin,
  updateShippingRule,
} from '../../sql/shipping-rules.ts'
import { addDays } from '../day.ts'
import { AppError } from '../errors.ts'
import { bookOrders } from './book.ts'

/** Dated rules for what sources do not tell. */
export const FEES = {
  name: 'fee rule',
  list: listFeeRules,
  find: findFeeRule,
  within: feeRulesWithin,
  add: addFeeRule,
  update: updateFeeRule,
  remove: deleteFeeRule,
  orders: ordersOfFeeRule,
  of: ({ gateway }: NewFeeRule) => gateway ?? 'all other gateways',
}
export const SHIPPING = {
  name: 'shipping rule',
  list: listShippingRules,
  find: findShippingRule,
  within: shippingRulesWithin,
  add: addShippingRule,
  update: updateShippingRule,
  remove: deleteShippingRule,
  orders: ordersOfShippingRule,
  of: ({ country }: NewShippingRule) => country ?? 'all other countries',
}

export const TIERS = {
  name: 'cost tier',
  list: listCostTiers,
  find: findCostTier,
  within: costTiersWithin,
  add: addCostTier,
  update: updateCostTier,
  remove: deleteCostTier,
  orders: ordersOfCostTier,
  of: ({ product_id, country, min_quantity }: NewCostTier) =>
    `${min_quantity} and more of product ${product_id} to ${country ?? 'any country'}`,
}

export type Dated = { from: string | null; to: string | null }
/** A kind of rules, as `FEES`, `SHIPPING` and `TIERS` are. */
export type RuleKind<Rule extends Dated> = {
  name: string
  within: (sql: Sql, rule: Rule) => Promise<(Rule & { id: number })[]>
  add: (sql: Sql, rule: Rule) => Promise<{ id: number }>
  update: (sql: Sql, rule: Rule & { id: number }) => Promise<unknown>
  remove: (sql: Sql, rule: { id: number }) => Promise<unknown>
  orders: (sql: Sql, rule: Rule) => Promise<{ store_id: number; order_ids: number[] }[]>
  of: (rule: Rule) => string
}

/**
 * Sets a rule on its days, in place of those of the same subject there, whose other days keep them, and restates every order that it may
 * decide. The stores must be locked.
 * @returns the id of the rule
 */
export async function setRule<Rule extends Dated>(sql: Sql, kind: RuleKind<Rule>, rule: Rule, reason?: string) {
  for (const old of await kind.within(sql, rule)) {
    const [first, ...others] = daysLeft(old, rule)
    if (first) await kind.update(sql, { ...old, ...first })
    else await kind.remove(sql, old)
    for (const days of others) await kind.add(sql, { ...old, ...days })
  }
  const { id } = await kind.add(sql, rule)
  await rebook(sql, kind, { rules: [rule], reason })
  return id
}

/** The days of a rule that another one leaves to it. */
function daysLeft({ from, to }: Dated, other: Dated): { from: string | null; to: string | null }[] {
  const left = []
  if (other.from !== null && (from === null || from < other.from)) left.push({ from, to: addDays(other.from, -1) })
  if (other.to !== null && (to === null || to > other.to)) left.push({ from: addDays(other.to, 1), to })
  return left
}

/**
 * Changes terms or days of a rule, and restates every order that it decided or decides now. The stores must be locked.
 * @throws AppError `conflict` when another rule of the same subject holds on some of its days
 */
export async function changeRule<Rule extends Dated>(
  sql: Sql,
  kind: RuleKind<Rule>,
  { old, rule, reason }: { old: Rule; rule: Rule & { id: number }; reason?: string | undefined },
): Promise<void> {
  const other = (await kind.within(sql, rule)).find(({ id }) => id !== rule.id)
  if (other)
    throw new AppError(
      'conflict',
      `Another ${kind.name} for ${kind.of(rule)} holds from ${other.from ?? 'ever'} to ${other.to ?? 'further notice'} (${other.id}). Change that one first.`,
    )
  await kind.update(sql, rule)
  await rebook(sql, kind, { rules: [old, rule], reason })
}

/** Takes a rule away as if it had never been, and restates every order that it decided. The stores must be locked. */
export async function removeRule<Rule extends Dated>(
  sql: Sql,
  kind: RuleKind<Rule>,
  old: Rule & { id: number },
): Promise<void> {
  await kind.remove(sql, old)
  await rebook(sql, kind, { rules: [old] })
}

async function rebook<Rule extends Dated>(
  sql: Sql,
  kind: RuleKind<Rule>,
  { rules, reason }: { rules: Rule[]; reason?: string | undefined },
): Promise<void> {
  const touched = new Map<number, Set<number>>()
  for (const rule of rules)
    for (const { store_id, order_ids } of await kind.orders(sql, rule))
      touched.set(store_id, (touched.get(store_id) ?? new Set()).union(new Set(order_ids)))
  const why = reason ?? `${kind.name} for ${kind.of(rules[0]!)}`
  for (const [store_id, ids] of touched)
    await bookOrders(sql, { store_id, order_ids: [...ids].toSorted((a, b) => a - b), reason: why })
}
