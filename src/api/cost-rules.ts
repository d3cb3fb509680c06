import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { FeeRule } from '../../sql/fee-rules.ts'
import { ProfitEffect } from '../../sql/profit-effect.ts'
import { jsonRows } from '../../sql/query.ts'
import { ShippingRule } from '../../sql/shipping-rules.ts'
import { findStore, type Store } from '../../sql/stores.ts'
import { lockStores } from '../../sql/booking.ts'
import { storeScope } from '../access.ts'
import { audit } from '../audit.ts'
import { Day } from '../day.ts'
import { AppError } from '../errors.ts'
import { changeRule, type Dated, FEES, removeRule, type RuleKind, setRule, SHIPPING } from '../ledger/cost-rules.ts'
import { previewEffect } from '../ledger/preview-effect.ts'
import { amountIn, FixedAmount } from '../ledger/save-fixed-costs.ts'
import { orTooLarge } from '../ledger/too-large.ts'
import { afterId, entity, json, listAnswer, listing, mustMatch, Page, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams, NameInput, PercentInput } from './inputs.ts'

const Least = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000_000))
const MaybeDay = v.optional(v.nullable(Day))
const DAYS = { from: MaybeDay, to: MaybeDay, reason: v.optional(NameInput) }
/** What may be said of a rule when its terms or days change. */
const TERMS = {
  '/fee-rules': { percent: v.optional(PercentInput), fixed: v.optional(FixedAmount) },
  '/shipping-rules': { per_order: v.optional(FixedAmount), per_unit: v.optional(FixedAmount) },
}
const NEW = {
  '/fee-rules': v.strictObject({
    store: Slug,
    gateway: v.optional(v.nullable(NameInput), null),
    percent: v.optional(PercentInput, '0'),
    fixed: v.optional(FixedAmount, '0'),
    ...DAYS,
  }),
  '/shipping-rules': v.strictObject({
    store: Slug,
    country: v.optional(v.nullable(NameInput), null),
    min_units: v.optional(Least, 0),
    min_grams: v.optional(Least, 0),
    per_order: v.optional(FixedAmount, '0'),
    per_unit: v.optional(FixedAmount, '0'),
    ...DAYS,
  }),
}
const WORDS = {
  '/fee-rules': {
    many: 'What payments cost, by gateway and days, newest first; without a gateway it is the default of the store, an estimate',
    one: 'A fee rule',
    add: 'Set what payments by a gateway cost on a range of days; orders there are restated',
    change: 'Change terms or days of a fee rule; a `to` ends it; orders it prices are restated',
    gone: 'Take a fee rule away as if it had never been; orders it priced are restated',
    previewNew: 'What setting this fee rule would do to the net profit, by month; nothing is kept',
    preview: 'What changing this fee rule would do to the net profit, or taking it away with `delete`; nothing is kept',
  },
  '/shipping-rules': {
    many: 'What sending an order costs, by country, pieces, weight and days, newest first; without a country for all others',
    one: 'A shipping rule',
    add: 'Set what sending to a country costs on a range of days, for orders of at least so many pieces and grams; orders there are restated',
    change: 'Change terms or days of a shipping rule; a `to` ends it; orders it prices are restated',
    gone: 'Take a shipping rule away as if it had never been; orders it priced are restated',
    previewNew: 'What setting this shipping rule would do to the net profit, by month; nothing is kept',
    preview:
      'What changing this shipping rule would do to the net profit, or taking it away with `delete`; nothing is kept',
  },
}

type Path = keyof typeof NEW
type Listed = Parameters<typeof listAnswer<{ store_ids: number[]; at: string | null; limit: number; offset: number; after: number | null }>>[1] // prettier-ignore
type Resource<Rule extends Dated & { store: string }> = RuleKind<Rule> & {
  list: Listed
  find: ((sql: Sql, rule: { id: number }) => Promise<(Rule & { id: number }) | undefined>) & Parameters<typeof jsonRows<{ id: number }>>[1] // prettier-ignore
}
type Asked = { from?: string | null; to?: string | null; reason?: string; delete?: true }
const MONEY = ['fixed', 'per_order', 'per_unit'] as const

function mustNotEndBefore({ from, to }: Dated): void {
  if (from !== null && to !== null && to < from)
    throw new AppError('invalid', `The last day ${to} (to) is before the first day ${from} (from).`)
}

/** The amounts of the terms with the decimals of the currency. @throws AppError `invalid` */
async function exact<Rule extends object>(sql: Sql, rule: Rule, currency: string): Promise<Rule> {
  const terms = { ...rule } as Record<string, unknown>
  for (const name of MONEY)
    if (typeof terms[name] === 'string') terms[name] = await amountIn(sql, terms[name], currency)
  return terms as Rule
}

/**
 * Dated rules for what sources do not tell. A new one takes the place of those of the same subject on its days. Every change restates the
 * orders that the rule prices, in the transaction of the change.
 */
function ruleRoutes<Rule extends Dated & { store: string }>(
  deps: IdentityDeps,
  path: Path,
  kind: Resource<Rule>,
  row: v.GenericSchema,
) {
  const { now } = deps
  const words = WORDS[path]
  const Changed = v.strictObject({ ...TERMS[path], ...DAYS })
  const Previewed = v.strictObject({ ...Changed.entries, delete: v.optional(v.literal(true)) })
  const action = kind.name.replace(' ', '_')

  const textOf = async (sql: Sql, id: number) => {
    const text = (await jsonRows(sql, kind.find, { id })).slice(1, -1)
    if (text === '') throw new AppError('not_found', `There is no ${kind.name} ${id}.`)
    return text
  }
  const lockedStore = async (sql: Sql, slug: string): Promise<Store> => {
    const store = await findStore(sql, { slug })
    if (!store) throw new AppError('invalid', `There is no store "${slug}".`)
    await lockStores(sql, { store_ids: [store.id] })
    return store
  }
  /** What a body asks to set, with its store locked. */
  const toSet = async (sql: Sql, body: unknown) => {
    const { from = null, to = null, reason, ...terms } = body as Asked & { store: string }
    const store = await lockedStore(sql, terms.store)
    const rule = (await exact(sql, { ...terms, from, to }, store.currency)) as unknown as Rule
    mustNotEndBefore(rule)
    return {
      store,
      rule,
      set: (tx: Sql) => setRule(tx, kind, rule, reason).catch(orTooLarge(`This ${kind.name} makes`)),
    }
  }
  /** A rule as it was read by who wants to change it, with its store locked, and what a body asks to become of it. */
  const toChange = async (sql: Sql, id: number, { body, request }: { body: unknown; request?: Request }) => {
    const seen = await kind.find(sql, { id })
    if (!seen) throw new AppError('not_found', `There is no ${kind.name} ${id}.`)
    const store = await lockedStore(sql, seen.store)
    const text = await textOf(sql, id)
    if (request) mustMatch(request, text)
    const old = (await kind.find(sql, { id })) ?? seen
    const { reason, delete: gone, ...asked } = body as Asked
    const rule = await exact(sql, { ...old, ...asked }, store.currency)
    mustNotEndBefore(rule)
    const change = (tx: Sql) =>
      (gone ? removeRule(tx, kind, old) : changeRule(tx, kind, { old, rule, reason })).catch(
        orTooLarge(`This ${kind.name} makes`),
      )
    return { store, old, change }
  }

  return new Elysia({ prefix: path, tags: ['cost rules'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { store, at = null, limit, offset, cursor, count, format } }) =>
        db(async (sql) => {
          const { store_ids } = await storeScope(sql, store)
          return listAnswer(
            sql,
            kind.list,
            { store_ids, at, limit, offset, after: afterId(cursor) },
            { db, format, count, name: path.slice(1) },
          )
        }),
      {
        needs: 'products:read',
        query: v.object({ ...listing, store: v.optional(Slug), at: v.optional(Day) }),
        response: Page(row),
        detail: { summary: words.many },
      },
    )
    .get('/:id', ({ db, params: { id } }) => db(async (sql) => entity(await textOf(sql, id))), {
      needs: 'products:read',
      params: IdParams,
      response: row,
      detail: { summary: words.one },
    })
    .post(
      '',
      ({ db, who, body }) =>
        db(async (sql) => {
          const { rule, set } = await toSet(sql, body)
          const old_value = await kind.within(sql, rule)
          const id = await set(sql)
          const new_value = await kind.find(sql, { id })
          await audit(sql, who, { action: `${action}.set`, subject: `${kind.name} ${id}`, old_value, new_value })
          return entity(await textOf(sql, id), 201)
        }),
      {
        needs: 'products:write',
        body: NEW[path],
        response: { 201: row },
        detail: {
          summary: words.add,
          description:
            'Days are included at both ends; without `from` or `to` it is open there. Rules of the same subject keep their other days.',
        },
      },
    )
    .post(
      '/preview',
      ({ db, body }) =>
        db(async (sql) => {
          const { store, set } = await toSet(sql, body)
          return json(await previewEffect(sql, { store_ids: [store.id], now: now(), work: set }))
        }),
      {
        needs: 'products:write',
        body: NEW[path],
        response: ProfitEffect,
        detail: { summary: words.previewNew },
      },
    )
    .patch(
      '/:id',
      ({ db, who, request, params: { id }, body }) =>
        db(async (sql) => {
          const { old: old_value, change } = await toChange(sql, id, { body, request })
          await change(sql)
          const new_value = await kind.find(sql, { id })
          await audit(sql, who, { action: `${action}.changed`, subject: `${kind.name} ${id}`, old_value, new_value })
          return entity(await textOf(sql, id))
        }),
      {
        needs: 'products:write',
        params: IdParams,
        body: Changed,
        response: row,
        detail: { summary: words.change },
      },
    )
    .post(
      '/:id/preview',
      ({ db, params: { id }, body }) =>
        db(async (sql) => {
          const { store, change } = await toChange(sql, id, { body })
          return json(await previewEffect(sql, { store_ids: [store.id], now: now(), work: change }))
        }),
      {
        needs: 'products:write',
        params: IdParams,
        body: Previewed,
        response: ProfitEffect,
        detail: { summary: words.preview },
      },
    )
    .delete(
      '/:id',
      ({ db, who, request, params: { id }, set }) =>
        db(async (sql) => {
          const { old: old_value, change } = await toChange(sql, id, { body: { delete: true }, request })
          await change(sql)
          await audit(sql, who, { action: `${action}.removed`, subject: `${kind.name} ${id}`, old_value })
          set.status = 204
        }),
      { needs: 'products:write', params: IdParams, detail: { summary: words.gone } },
    )
}

export const feeRuleRoutes = (deps: IdentityDeps) => ruleRoutes(deps, '/fee-rules', FEES, FeeRule)
export const shippingRuleRoutes = (deps: IdentityDeps) => ruleRoutes(deps, '/shipping-rules', SHIPPING, ShippingRule)
