import { Composer, InlineKeyboard } from 'grammy'
import { before, pnl } from '../../sql/pnl.ts'
import { listStores, type Store } from '../../sql/stores.ts'
import { mustBeAllowed, storeScope } from '../access.ts'
import { comparisonOf, dayIn, type PeriodName, PERIODS, samePartBefore } from '../day.ts'
import { AppError } from '../errors.ts'
import type { BotContext, BotDeps } from './context.ts'
import { type PeriodAsked, periodTitles, readPeriod } from './period.ts'
import { pnlMessage } from './pnl-message.ts'
import { onTap, showTapped } from './taps.ts'

const BUTTONS: PeriodName[][] = [
  ['today', 'yesterday', 'this_week'],
  ['this_month', 'last_month', 'last_30_days'],
]
const isRunning = (name: PeriodName) => name === 'today' || name === 'this_week' || name === 'this_month'

/** `/today` and `/pnl [period] [store]`, with buttons for other periods and stores that change the message in place. */
export const pnlCommand = ({ now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('today', async (ctx) => {
    const stores = await storesOf(ctx)
    const { store } = readPeriod(ctx.match, slugs(stores))
    await ctx.reply(...(await statement(ctx, { name: 'today' }, store ?? (await ctx.storeHere()), stores)))
  })
  composer.command('pnl', async (ctx) => {
    const stores = await storesOf(ctx)
    const { period, store } = readPeriod(ctx.match, slugs(stores))
    await ctx.reply(...(await statement(ctx, period, store ?? (await ctx.storeHere()), stores)))
  })
  composer.use(
    onTap('pnl', async (ctx) => {
      const [name = '', store_id] = ctx.tap.args
      if (!Object.hasOwn(PERIODS, name))
        throw new AppError('invalid', 'This button is from an older version. Send /pnl again.')
      const stores = await storesOf(ctx)
      const store = stores.find((s) => s.id === Number(store_id))
      const answer = await statement(ctx, { name: name as PeriodName }, store?.slug ?? null, stores)
      await showTapped(ctx, ...answer)
    }),
  )
  return composer

  async function statement(ctx: BotContext, period: PeriodAsked, slug: string | null, stores: Store[]) {
    mustBeAllowed(ctx.who, 'stats:read')
    const { scope, figures, earlier } = await ctx.db(async (sql) => {
      const scope = await storeScope(sql, slug)
      const range = 'range' in period ? period.range : PERIODS[period.name](dayIn(scope.time_zone, now()))
      const compared =
        'name' in period && isRunning(period.name)
          ? samePartBefore(period.name, range)
          : comparisonOf(range, 'previous')
      const periods = [
        { key: 'asked', ...range },
        { key: before('asked'), ...compared },
      ]
      const { store_ids, currency } = scope
      const [figures, earlier] = await pnl(sql, { store_ids, currency, periods, now: now() })
      return { scope, figures, earlier }
    })
    if (!figures) throw new Error('pnl answers a row per period')
    const title = 'name' in period ? periodTitles[period.name] : 'Profit and loss'
    const text = pnlMessage({ name: scope.name, title, figures, earlier })
    return [text, { parse_mode: 'HTML' as const, reply_markup: keyboard(ctx, period, slug, stores) }] as const
  }
}

const storesOf = (ctx: BotContext) => ctx.db((sql) => listStores(sql, {}))
const slugs = (stores: Store[]) => stores.map((store) => store.slug)

function keyboard(ctx: BotContext, period: PeriodAsked, slug: string | null, stores: Store[]) {
  const chosen = stores.find((store) => store.slug === slug)
  const current = 'name' in period ? period.name : undefined
  const keys = new InlineKeyboard()
  for (const row of BUTTONS) {
    for (const name of row)
      keys.text(`${name === current ? '• ' : ''}${periodTitles[name]}`, ctx.button('pnl', [name, chosen?.id ?? 0]))
    keys.row()
  }
  if (stores.length > 1 && stores.length <= 6) {
    keys.text(chosen ? 'All' : '• All', ctx.button('pnl', [current ?? 'this_month', 0]))
    for (const store of stores)
      keys.text(
        `${store === chosen ? '• ' : ''}${store.slug.toUpperCase()}`,
        ctx.button('pnl', [current ?? 'this_month', store.id]),
      )
  }
  return keys
}
