import { Composer } from 'grammy'
import { type CostTier, listCostTiers } from '../../sql/cost-tiers.ts'
import { findAction } from '../../sql/actions.ts'
import { type MissingCost, missingCosts } from '../../sql/missing-costs.ts'
import { findProducts } from '../../sql/products.ts'
import { listProductCosts } from '../../sql/product-costs.ts'
import { mustBeAllowed, storeScope } from '../access.ts'
import { propose } from '../actions/propose.ts'
import { dayIn, PERIODS } from '../day.ts'
import { AppError } from '../errors.ts'
import { sendAction } from './action-card.ts'
import type { BotContext, BotDeps } from './context.ts'
import { escapeHtml, table } from './html.ts'
import { phrase } from './phrases.ts'

const HOW = 'Try: /cost lamp – or to change it: /cost lamp 12.50 EUR, /cost lamp 12.50 EUR from 2026-04-01.'
/** Costs that fit into a message. */
const SHOWN = 10

type Wanted = { words: string; unit_cost?: string; currency?: string; from?: string }

/** Reads `lamp`, `lamp 12.50 EUR` and `lamp 12.50 EUR from 2026-04-01`; a decimal comma is fine. */
function read(text: string): Wanted {
  const given =
    /^(.*?)\s+(\d{1,9}(?:[.,]\d{1,6})?)\s*([A-Za-z]{3})?(?:\s+(?:from|vanaf|ab)\s+(20\d\d-\d\d-\d\d))?$/.exec(
      text.trim(),
    )
  if (!given) return { words: text.trim() }
  const [, words = '', amount = '', currency, from] = given
  return {
    words,
    unit_cost: amount.replace(',', '.'),
    ...(currency && { currency: currency.toUpperCase() }),
    ...(from && { from }),
  }
}

/** `/cost` lists what is missing, `/cost lamp` the dated unit costs of a product; with an amount it proposes a new one, which waits for a yes. */
export const costCommand = ({ now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('cost', async (ctx) => {
    mustBeAllowed(ctx.who, 'products:read')
    const asked = read(ctx.match)
    if (asked.words === '') return ctx.reply(await missingMessage(ctx, now()), { parse_mode: 'HTML' })
    if (asked.words.length < 2) throw new AppError('invalid', HOW)
    const { product, costs, tiers, scope } = await ctx.db(async (sql) => {
      const scope = await storeScope(sql, await ctx.storeHere())
      const [product, ...others] = await findProducts(sql, { words: asked.words, store_ids: scope.store_ids, limit: 6 })
      if (!product) throw new AppError('not_found', `There is no product with “${asked.words.slice(0, 60)}”.`)
      const isExact = [product.name, ...product.skus].some((name) => name.toLowerCase() === asked.words.toLowerCase())
      if (others.length > 0 && !isExact)
        throw new AppError(
          'conflict',
          `Several fit: ${[product, ...others].map(({ name }) => name.slice(0, 40)).join(', ')}. Use the SKU or more of the name.`,
        )
      const listed = { product_id: product.id, limit: SHOWN, offset: 0, after: null }
      const costs = await listProductCosts(sql, listed)
      return { product, costs, tiers: await listCostTiers(sql, listed), scope }
    })
    if (asked.unit_cost === undefined)
      return ctx.reply(costMessage(ctx, product.name, [...costs, ...tiers]), { parse_mode: 'HTML' })
    const { unit_cost, from } = asked
    const currency = asked.currency ?? costs[0]?.currency ?? scope.currency
    const proposal = {
      kind: 'unit_cost' as const,
      product_id: product.id,
      unit_cost,
      currency,
      ...(from && { from }),
      reason: 'asked for with /cost',
    }
    const by = { who: ctx.who, now: now(), agent: null, conversation_id: null }
    const id = await propose({ db: ctx.db }, by, proposal)
    const action = await ctx.db((sql) => findAction(sql, { id, now: now() }))
    if (!action) throw new Error('a proposal is gone right after it was made')
    return sendAction(ctx, action)
  })
  return composer
}

type Cost = Awaited<ReturnType<typeof listProductCosts>>[number] | CostTier

function costMessage({ words }: BotContext, name: string, costs: Cost[]): string {
  const days = (cost: Cost) => {
    const { from, to } = cost
    const of = 'min_quantity' in cost ? `${cost.country ?? ''} ≥${cost.min_quantity} ` : ''
    return `${of}${from ? words.day(from) : '…'} – ${to ? words.day(to) : '…'}`.trim()
  }
  return [
    `<b>${escapeHtml(name.slice(0, 200))}</b>`,
    costs.length > 0
      ? table(
          costs.map((cost) => [days(cost), `${words.amount(cost.unit_cost, cost.currency)} ${cost.currency}`] as const),
        )
      : 'No unit cost is known.',
    HOW,
  ].join('\n')
}

/** The costs that nobody said, by the revenue of the last 30 days that stands on them. */
async function missingMessage(ctx: BotContext, now: Date): Promise<string> {
  const { words } = ctx
  const { missing, currency } = await ctx.db(async (sql) => {
    const { store_ids, currency, time_zone } = await storeScope(sql, await ctx.storeHere())
    const { from: start, to: end } = PERIODS.last_30_days(dayIn(time_zone, now))
    const asked = { store_ids, currency, start, end, limit: SHOWN, offset: 0, after: null }
    return { missing: await missingCosts(sql, asked), currency }
  })
  if (missing.length === 0) return `${phrase('all_known', words.language)}\n${HOW}`
  const name = ({ missing, product, country, gateway }: MissingCost) =>
    missing === 'unit_cost'
      ? (product ?? '–').slice(0, 24)
      : `${words.figure(missing === 'fee_rule' ? 'transaction_fees' : 'shipping_cost')} ${(gateway ?? country ?? '–').slice(0, 14)}`
  return [
    phrase('missing', words.language, { currency }),
    table(missing.map((one) => [name(one), words.amount(one.revenue, currency)] as const)),
    HOW,
  ].join('\n')
}
