import { Composer, InlineKeyboard } from 'grammy'
import { exactRows } from '../../sql/exact-rows.ts'
import { productReport } from '../../sql/product-report.ts'
import { findProducts } from '../../sql/products.ts'
import { mustBeAllowed, storeScope } from '../access.ts'
import { dayIn, PERIODS } from '../day.ts'
import { AppError } from '../errors.ts'
import type { BotContext, BotDeps } from './context.ts'
import { escapeHtml, table } from './html.ts'
import { periodTitle, phrase } from './phrases.ts'
import { onTap, showTapped } from './taps.ts'

const SHOWN = 8
/** More products than any team has; the report has them all, and one is wanted. */
const ALL = 1_000_000

/** `/product lamp`: what one product earned in the last 30 days, down to CM3; several that fit become buttons. */
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
    if (found.length === 1) return ctx.reply(await shown(ctx, found[0]!.id), { parse_mode: 'HTML' })
    const keys = new InlineKeyboard()
    for (const { id, name } of found) keys.text(name.slice(0, 60), ctx.button('product', [id])).row()
    return ctx.reply('Which one?', { reply_markup: keys })
  })
  composer.use(
    onTap('product', async (ctx) => {
      mustBeAllowed(ctx.who, 'stats:read')
      await showTapped(ctx, await shown(ctx, Number(ctx.tap.args[0])), { parse_mode: 'HTML' })
    }),
  )
  return composer

  async function shown(ctx: BotContext, id: number): Promise<string> {
    const { words } = ctx
    const place = ctx.callbackQuery ? null : await ctx.storeHere()
    return ctx.db(async (sql) => {
      const { store, store_ids, currency, time_zone } = await storeScope(sql, place)
      const { from: start, to: end } = PERIODS.last_30_days(dayIn(time_zone, now()))
      const [told] = await exactRows(sql, productReport, { store, store_ids, currency, start, end, sort: 'product', descending: false, limit: ALL, offset: 0, now: now() }) // prettier-ignore
      const row = told?.data.find(({ product_id }) => product_id === id)
      const title = periodTitle('last_30_days', words.language)
      if (!row) return `${title}: ${phrase('nothing', words.language)}`
      const amount = (value: string) => words.amount(value, currency)
      return [
        `<b>${escapeHtml(row.product.slice(0, 200))}</b>`,
        `${title}, ${words.range({ start, end })}, ${currency}`,
        table([
          [words.figure('revenue'), amount(row.revenue)],
          [words.figure('cogs'), amount(row.cogs)],
          ['CM1', amount(row.cm1)],
          [words.figure('shipping_cost'), amount(row.shared_shipping_cost)],
          [words.figure('transaction_fees'), amount(row.shared_transaction_fees)],
          ['CM2', amount(row.cm2)],
          [words.figure('ad_spend'), amount(row.direct_ad_spend)],
          [`${words.figure('ad_spend')} (÷)`, amount(row.shared_ad_spend)],
          'rule',
          ['CM3', amount(row.cm3)],
        ]),
        `${words.count(row.units_sold)} ${phrase('units', words.language)} · ${words.count(row.units_returned)} ${phrase('returned', words.language)} · CM3 ${words.percent(row.cm3_percent)}`,
      ].join('\n')
    })
  }
}
