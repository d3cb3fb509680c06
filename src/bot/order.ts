import { Composer, InlineKeyboard } from 'grammy'
import { exactRows } from '../../sql/exact-rows.ts'
import { listOrders, orderDetails } from '../../sql/orders.ts'
import { listStores } from '../../sql/stores.ts'
import { mustBeAllowed, storeScope } from '../access.ts'
import { AppError } from '../errors.ts'
import type { BotContext } from './context.ts'
import { orderMessage } from './order-message.ts'
import { phrase } from './phrases.ts'
import { argsOf, readArgs } from './report.ts'
import { onTap, showTapped } from './taps.ts'

/** Orders that a search shows. */
const SHOWN = 8
/** Products of an order that become buttons. */
const PRODUCTS = 3

/** `/order 1001`: an order with all that was taken off it, and where each figure comes from; several that fit become buttons. */
export const orderCommand = () => {
  const composer = new Composer<BotContext>()
  composer.command('order', async (ctx) => {
    mustBeAllowed(ctx.who, 'orders:read')
    const q = ctx.match.trim().replace(/^#/, '')
    if (!q) throw new AppError('invalid', 'Which one? /order 1001 – by number, customer or SKU.')
    const found = await ctx.db(async (sql) => {
      const { store_ids } = await storeScope(sql, await ctx.storeHere())
      return listOrders(sql, {
        store_ids,
        start: null,
        end: null,
        q: q.slice(0, 200),
        limit: SHOWN + 1,
        offset: 0,
        after: null,
      })
    })
    const exact = found.filter(({ number }) => number.replace(/^#/, '').toLowerCase() === q.toLowerCase())
    const orders = exact.length > 0 ? exact : found
    if (orders.length === 0) throw new AppError('not_found', `There is no order with “${q.slice(0, 60)}”.`)
    if (orders.length === 1) return ctx.reply(...(await page(ctx, orders[0]!.id, [])))
    const keys = new InlineKeyboard()
    for (const { id, number, store, date } of orders.slice(0, SHOWN))
      keys.text(`${number} · ${store} · ${ctx.words.shortDay(date)}`, ctx.button('order', [id])).row()
    const more = orders.length > SHOWN ? ' These are the newest; use more of the number for others.' : ''
    return ctx.reply(`Which one?${more}`, { reply_markup: keys })
  })
  composer.use(
    onTap('order', async (ctx) => {
      const [id, ...from] = ctx.tap.args
      await showTapped(ctx, ...(await page(ctx, Number(id), from)))
    }),
  )
  return composer

  /** An order, with buttons to its products and the statement of its store: in the period that it was reached from. */
  async function page(ctx: BotContext, id: number, from: string[]): Promise<Page> {
    mustBeAllowed(ctx.who, 'orders:read')
    const [[order], stores] = await ctx.db((sql) =>
      Promise.all([exactRows(sql, orderDetails, { id }), listStores(sql, {})]),
    )
    if (!order) throw new AppError('not_found', `There is no order ${id}.`)
    const [period = 'last_30_days', store = stores.find(({ slug }) => slug === order.store)?.id ?? 0, reached] = from
    const { period: asked, store: slug } = readArgs([period, String(store)], stores)
    const back = argsOf(asked, slug === null ? 0 : Number(store))
    const products = new Map(order.lines.flatMap((line) => (line.product_id === null ? [] : [[line.product_id, line.product ?? line.sku]]))) // prettier-ignore
    const keys = new InlineKeyboard()
    for (const [product_id, name] of [...products]
      .toSorted(([one], [other]) => Number(other === Number(reached)) - Number(one === Number(reached)))
      .slice(0, PRODUCTS))
      // prettier-ignore
      keys.text(`‹ ${name.slice(0, 40)}`, ctx.button('product', [product_id, ...back])).row()
    const name = stores.find((one) => one.slug === slug)?.name ?? phrase('all_stores', ctx.words.language)
    keys.text(`‹ ${name.slice(0, 40)}`, ctx.button('pnl', back))
    return [orderMessage(order, ctx.words), { parse_mode: 'HTML', reply_markup: keys }]
  }
}

type Page = [text: string, options: { parse_mode: 'HTML'; reply_markup: InlineKeyboard }]
