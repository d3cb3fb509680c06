import { Composer, InlineKeyboard } from 'grammy'
import { exactRows } from '../../sql/exact-rows.ts'
import { type OrderRow, productOrders } from '../../sql/product-orders.ts'
import { productReport } from '../../sql/product-report.ts'
import { findProducts } from '../../sql/products.ts'
import { listStores } from '../../sql/stores.ts'
import type { Sql } from '../../sql/connect.ts'
import { mayDo, mustBeAllowed, storeScope } from '../access.ts'
import { AppError } from '../errors.ts'
import type { BotContext, BotDeps } from './context.ts'
import { escapeHtml, table } from './html.ts'
import { phrase } from './phrases.ts'
import { argsOf, type Asked, askedOf, readArgs } from './report.ts'
import { onTap, showTapped } from './taps.ts'

/** Products or orders that become buttons. */
const SHOWN = 8
/** More products than any team has; the report has them all, and one is wanted. */
const ALL = 1_000_000

const LAST_30_DAYS = { period: { name: 'last_30_days' as const }, store: null }

/** `/product lamp`: what one product earned in the last 30 days, down to CM3, with its newest orders; several that fit become buttons. */
export const productCommand = ({ now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('product', async (ctx) => {
    mustBeAllowed(ctx.who, 'stats:read')
    const words = ctx.match.trim().slice(0, 100)
    if (words.length < 2) throw new AppError('invalid', 'Which one? /product lamp – by words of its name or by SKU.')
    const found = await ctx.db(async (sql) => {
      const { store_ids } = await storeScope(sql, await ctx.storeHere())
      return findProducts(sql, { words, store_ids, limit: SHOWN })
    })
    if (found.length === 0) throw new AppError('not_found', `There is no product with “${words}”.`)
    if (found.length === 1) return ctx.reply(...(await page(ctx, found[0]!.id, LAST_30_DAYS)))
    const keys = new InlineKeyboard()
    for (const { id, name } of found) keys.text(name.slice(0, 60), ctx.button('product', [id])).row()
    return ctx.reply('Which one?', { reply_markup: keys })
  })
  composer.use(
    onTap('product', async (ctx) => {
      const [id, period, store] = ctx.tap.args
      const stores = await ctx.db((sql) => listStores(sql, {}))
      const asked = period === undefined ? LAST_30_DAYS : readArgs([period, store ?? '0'], stores)
      await showTapped(ctx, ...(await page(ctx, Number(id), asked)))
    }),
  )
  return composer

  /** A product in a period, with its newest orders below, and the way back up. */
  async function page(ctx: BotContext, id: number, read: ReturnType<typeof readArgs>): Promise<Page> {
    mustBeAllowed(ctx.who, 'stats:read')
    const asked = await askedOf(ctx, () => read, now())
    const { period, scope, range } = asked
    const back = argsOf(period, scope.store ? (scope.store_ids[0] ?? 0) : 0)
    const { language } = ctx.words
    const keys = new InlineKeyboard()
    const { text, orders } = await ctx.db(async (sql) => ({
      text: await productText(ctx, sql, id, asked),
      orders: mayDo(ctx.who, 'orders:read')
        ? await exactRows(sql, productOrders, { product_id: id, store_ids: scope.store_ids, start: range.from, end: range.to, limit: SHOWN }) // prettier-ignore
        : [],
    }))
    for (const order of orders) keys.text(orderLabel(order, ctx), ctx.button('order', [order.id, ...back, id])).row()
    keys.text(`‹ ${phrase('top', language)}`, ctx.button('top', back))
    keys.text(`‹ ${asked.name.slice(0, 30)}`, ctx.button('pnl', back))
    return [text, { parse_mode: 'HTML', reply_markup: keys }]
  }
}

type Page = [text: string, options: { parse_mode: 'HTML'; reply_markup: InlineKeyboard }]

const orderLabel = ({ number, store, date, currency, cm2 }: OrderRow, { words }: BotContext) =>
  `${number.slice(0, 20)} · ${store} · ${words.shortDay(date)} · ${words.figure('cm2')} ${words.money(cm2, currency)}`

async function productText({ words }: BotContext, sql: Sql, id: number, asked: Asked): Promise<string> {
  const { scope, range, period, now } = asked
  const { store, store_ids, currency } = scope
  const { from: start, to: end } = range
  const [told] = await exactRows(sql, productReport, { store, store_ids, currency, start, end, sort: 'product', descending: false, limit: ALL, offset: 0, now }) // prettier-ignore
  const row = told?.data.find(({ product_id }) => product_id === id)
  const when = [asked.name, 'name' in period && asked.title, words.range({ start, end })].filter(
    (part) => part !== false,
  )
  if (!row) return `${escapeHtml(when.join(' · '))}: ${phrase('nothing', words.language)}`
  const amount = (value: string) => words.amount(value, currency)
  return [
    `<b>${escapeHtml(row.product.slice(0, 200))}</b>`,
    `${escapeHtml(when.join(' · '))}, ${currency}`,
    table([
      [words.figure('revenue'), amount(row.revenue)],
      [words.figure('cogs'), amount(row.cogs)],
      [words.figure('cm1'), amount(row.cm1)],
      [words.figure('shipping_cost'), amount(row.shared_shipping_cost)],
      [words.figure('transaction_fees'), amount(row.shared_transaction_fees)],
      [words.figure('cm2'), amount(row.cm2)],
      [words.figure('ad_spend'), amount(row.direct_ad_spend)],
      [`${words.figure('ad_spend')} (÷)`, amount(row.shared_ad_spend)],
      'rule',
      [words.figure('cm3'), amount(row.cm3)],
    ]),
    `${words.count(row.units_sold)} ${phrase('units', words.language)} · ${words.count(row.units_returned)} ${phrase('returned', words.language)} · ${words.figure('cm3')} ${words.percent(row.cm3_percent)}`,
  ].join('\n')
}
