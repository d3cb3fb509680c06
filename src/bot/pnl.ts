import { Composer, GrammyError, InlineKeyboard } from 'grammy'
import { before, pnl } from '../../sql/pnl.ts'
import { listStores } from '../../sql/stores.ts'
import { mustBeAllowed, storeScope } from '../access.ts'
import { comparisonOf, dayIn, type PeriodName, PERIODS, samePartBefore } from '../day.ts'
import { AppError } from '../errors.ts'
import type { BotContext, BotDeps } from './bot.ts'
import { type PeriodAsked, periodTitles, readPeriod } from './period.ts'
import { pnlMessage } from './pnl-message.ts'

const BUTTONS: PeriodName[][] = [
  ['today', 'yesterday', 'this_week'],
  ['this_month', 'last_month', 'last_30_days'],
]
const isRunning = (name: PeriodName) => name === 'today' || name === 'this_week' || name === 'this_month'

/** `/today` and `/pnl [period] [store]`, with buttons for other periods and stores that change the message in place. */
export const pnlCommand = ({ sql, now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('today', async (ctx) => {
    const { store } = readPeriod(ctx.match, await slugs())
    await ctx.reply(...(await statement(ctx, { name: 'today' }, store)))
  })
  composer.command('pnl', async (ctx) => {
    const { period, store } = readPeriod(ctx.match, await slugs())
    await ctx.reply(...(await statement(ctx, period, store)))
  })
  composer.callbackQuery(/^pnl:(\w+):(\d+)$/, async (ctx) => {
    const [, name = '', store_id] = ctx.match
    if (!Object.hasOwn(PERIODS, name))
      throw new AppError('invalid', 'This button is from an older version. Send /pnl again.')
    const store = (await listStores(sql, {})).find((s) => s.id === Number(store_id))
    const [text, options] = await statement(ctx, { name: name as PeriodName }, store?.slug ?? null)
    try {
      await ctx.editMessageText(text, options)
    } catch (error) {
      // The same button again while nothing changed.
      if (!(error instanceof GrammyError && error.description.includes('message is not modified'))) throw error
    }
    await ctx.answerCallbackQuery()
  })
  return composer

  async function slugs() {
    return (await listStores(sql, {})).map((store) => store.slug)
  }

  async function statement(ctx: BotContext, period: PeriodAsked, slug: string | null) {
    mustBeAllowed(ctx.who.role, 'stats:read')
    const scope = await storeScope(sql, slug)
    const range = 'range' in period ? period.range : PERIODS[period.name](dayIn(scope.time_zone, now()))
    const earlier =
      'name' in period && isRunning(period.name) ? samePartBefore(period.name, range) : comparisonOf(range, 'previous')
    const asked = { store_ids: scope.store_ids, currency: scope.currency, now: now() }
    const [figures, compared] = await pnl(sql, {
      ...asked,
      periods: [
        { key: 'asked', ...range },
        { key: before('asked'), ...earlier },
      ],
    })
    if (!figures) throw new Error('pnl answers a row per period')
    const title = 'name' in period ? periodTitles[period.name] : 'Profit and loss'
    const text = pnlMessage({ name: scope.name, title, figures, earlier: compared })
    return [text, { parse_mode: 'HTML' as const, reply_markup: await keyboard(period, slug) }] as const
  }

  async function keyboard(period: PeriodAsked, slug: string | null) {
    const stores = await listStores(sql, {})
    const chosen = stores.find((store) => store.slug === slug)
    const current = 'name' in period ? period.name : undefined
    const keys = new InlineKeyboard()
    for (const row of BUTTONS) {
      for (const name of row)
        keys.text(`${name === current ? '• ' : ''}${periodTitles[name]}`, `pnl:${name}:${chosen?.id ?? 0}`)
      keys.row()
    }
    if (stores.length > 1 && stores.length <= 6) {
      keys.text(chosen ? 'All' : '• All', `pnl:${current ?? 'this_month'}:0`)
      for (const store of stores)
        keys.text(
          `${store === chosen ? '• ' : ''}${store.slug.toUpperCase()}`,
          `pnl:${current ?? 'this_month'}:${store.id}`,
        )
    }
    return keys
  }
}
