import { Composer, InputFile, InputMediaBuilder } from 'grammy'
import { pnl } from '../../sql/pnl.ts'
import { listStores } from '../../sql/stores.ts'
import { mustBeAllowed } from '../access.ts'
import { columnsOf, daysOf } from '../day.ts'
import type { BotContext, BotDeps } from './context.ts'
import { type Asked, askedOf, readArgs } from './report.ts'
import { onTap } from './taps.ts'

/** The button Picture under a report: the same period and store as an album, in the colours that the person chose. */
export const pictureTaps = ({ now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.use(
    onTap('picture', async (ctx) => {
      mustBeAllowed(ctx.who, 'stats:read')
      const stores = await ctx.db((sql) => listStores(sql, {}))
      const asked = await askedOf(ctx, () => readArgs(ctx.tap.args, stores), now())
      await ctx.answerCallbackQuery()
      await ctx.replyWithChatAction('upload_photo')
      const photos = (await picturesOf(ctx, asked)).map((png, at) => new InputFile(png, `profit-${at + 1}.png`))
      await ctx.replyWithMediaGroup(photos.map((photo) => InputMediaBuilder.photo(photo)))
    }),
  )
  return composer
}

/** P&L bar and waterfall of the period, and its course when it has more than one day. */
async function picturesOf(ctx: BotContext, { scope, name, title, range, now }: Asked): Promise<Buffer[]> {
  const days = daysOf(range)
  const grain = days <= 62 ? 'day' : days <= 370 ? 'week' : 'month'
  const periods = [range, ...(days > 1 ? columnsOf(range, grain) : [])].map(({ from, to }, at) => ({
    key: String(at),
    from,
    to,
  }))
  const [{ pnlPicture }, { waterfallPicture }, { profitPicture }] = await Promise.all([
    import('../pictures/pnl-picture.ts'),
    import('../pictures/waterfall-picture.ts'),
    import('../pictures/profit-picture.ts'),
  ])
  const { store_ids, currency } = scope
  const [figures, ...columns] = await ctx.db((sql) => pnl(sql, { store_ids, currency, periods, now }))
  if (!figures) throw new Error('pnl answers a row per period')
  const of = { figures, name, title, words: ctx.words, theme: ctx.person.theme }
  return Promise.all([
    pnlPicture(of),
    waterfallPicture(of),
    ...(columns.length > 0 ? [profitPicture({ ...of, columns, grain })] : []),
  ])
}
