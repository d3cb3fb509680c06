import { Composer } from 'grammy'
import { findGoalPacing, setGoal } from '../../sql/goals.ts'
import { mustBeAllowed, storeScope } from '../access.ts'
import { audit } from '../audit.ts'
import { dayIn, firstOfMonth } from '../day.ts'
import { AppError } from '../errors.ts'
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
    if (amount) mustBeAllowed(ctx.who, 'financials:write')
    const slug = await ctx.storeHere()
    const { scope, pacing } = await ctx.db(async (sql) => {
      const scope = await storeScope(sql, slug)
      if (!slug && amount && ctx.who.stores !== 'all')
        throw new AppError('forbidden', 'You do not see all stores: set the goal of one, with /store first.')
      const today = dayIn(scope.time_zone, now())
      const store_id = slug ? scope.store_ids[0]! : null
      const { currency, store_ids } = scope
      if (amount) {
        const goal = { store_id, month: firstOfMonth(today), amount: `${amount[1]}.${amount[2] ?? 0}`, currency }
        await setGoal(sql, { ...goal, user_id: ctx.who.user_id, now: now() })
        await audit(sql, ctx.who, { action: 'goal.set', subject: slug ?? 'all stores', new_value: goal })
      }
      return { scope, pacing: await findGoalPacing(sql, { store_id, store_ids, currency, today, now: now() }) }
    })
    const { words } = ctx
    if (!pacing) return ctx.reply(phrase('no_goal', words.language))
    const { goal, so_far, forecast, low, high, revenue_needed, ad_spend_needed, currency } = pacing
    const amountOf = (text: string) => words.amount(text, currency)
    const text = [
      `<b>${escapeHtml(slug ? scope.name : phrase('all_stores', words.language))}</b> · ${phrase('goal', words.language)} · ${words.month(pacing.month)}, ${currency}`,
      table([
        [phrase('goal', words.language), amountOf(goal)],
        [phrase('so_far', words.language), amountOf(so_far)],
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
