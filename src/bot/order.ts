import { Composer, InlineKeyboard } from 'grammy'
import { exactRows } from '../../sql/exact-rows.ts'
import { listOrders, orderDetails } from '../../sql/orders.ts'
import { mustBeAllowed, storeScope } from '../access.ts'
import { AppError } from '../errors.ts'
import type { BotContext } from './context.ts'
import { escapeHtml } from './html.ts'
import { orderMessage } from './order-message.ts'
import { onTap, showTapped } from './taps.ts'

/** Orders that a search shows. */
const SHOWN = 8

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
    if (orders.length === 1) return ctx.reply(await shown(ctx, orders[0]!.id), { parse_mode: 'HTML' })
    const keys = new InlineKeyboard()
    for (const { id, number, store, date } of orders.slice(0, SHOWN))
      keys.text(`${number} · ${store} · ${ctx.words.shortDay(date)}`, ctx.button('order', [id])).row()
    const more = orders.length > SHOWN ? ' These are the newest; use more of the number for others.' : ''
    return ctx.reply(`Which one?${more}`, { reply_markup: keys })
  })
  composer.use(
    onTap('order', async (ctx) => {
      mustBeAllowed(ctx.who, 'orders:read')
      await showTapped(ctx, await shown(ctx, Number(ctx.tap.args[0])), { parse_mode: 'HTML' })
    }),
  )
  return composer

  async function shown(ctx: BotContext, id: number): Promise<string> {
    const [order] = await ctx.db((sql) => exactRows(sql, orderDetails, { id }))
    if (!order) throw new AppError('not_found', `There is no order ${escapeHtml(String(id))}.`)
    return orderMessage(order, ctx.words)
  }
}
