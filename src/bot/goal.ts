import { Composer } from 'grammy'
import { mustBeAllowed } from '../access.ts'
import { AppError } from '../errors.ts'
import { changeGoal, goalPacing } from '../goals.ts'
import type { BotContext, BotDeps } from './context.ts'
import { escapeHtml, table } from './html.ts'
import { phrase } from './phrases.ts'

const AMOUNT = /^(\d{1,12})(?:[.,](\d{1,4}))?$/

/** `/goal 10000` sets the net profit that this month is to bring, of the store that is meant here or of all; alone it tells where the month is. */
export const goalCommand = ({ now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('goal', async (ctx) => {
    mustBeAllowed(ctx.who, 'stats:read')
    const asked = ctx.match.trim()
    const amount = AMOUNT.exec(asked)
    if (asked && !amount) throw new AppError('invalid', 'Give an amount without separators: /goal 10000')
    const store = await ctx.storeHere()
    const { name, pacing } = await ctx.db(async (sql) => {
      const at = now()
      if (amount) await changeGoal(sql, ctx.who, { store, amount: `${amount[1]}.${amount[2] ?? 0}`, now: at })
      return goalPacing(sql, store, at)
    })
    const { words } = ctx
    if (!pacing) return ctx.reply(phrase('no_goal', words.language))
    const { goal, so_far, needed_per_day, forecast, low, high, revenue_needed, ad_spend_needed, currency } = pacing
    const amountOf = (text: string) => words.amount(text, currency)
    const text = [
      `<b>${escapeHtml(store ? name : phrase('all_stores', words.language))}</b> · ${phrase('goal', words.language)} · ${words.month(pacing.month)}, ${currency}`,
      table([
        [phrase('goal', words.language), amountOf(goal)],
        [phrase('so_far', words.language), amountOf(so_far)],
        [phrase('needed_per_day', words.language), amountOf(needed_per_day)],
        [phrase('forecast', words.language), amountOf(forecast)],
      ]),
      `${phrase('forecast', words.language)}: ${amountOf(low)} – ${amountOf(high)}`,
      revenue_needed !== null &&
        ad_spend_needed !== null &&
        phrase('needed', words.language, { revenue: amountOf(revenue_needed), spend: amountOf(ad_spend_needed) }),
    ]
    return ctx.reply(text.filter(Boolean).join('\n'), { parse_mode: 'HTML' })
  })
  return composer
}
