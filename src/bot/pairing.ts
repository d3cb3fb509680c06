import type { Context } from 'grammy'
import { pairingCode } from '../pairing.ts'
import type { BotDeps } from './context.ts'

/** What a stranger is answered, whatever they write: how to be let in, and nothing else. */
export const pairingMessage = (code: string | undefined) =>
  code
    ? `I do not know you yet.\n\nYour code: <code>${code}</code>\n\nGive it to someone who runs DealDome. They approve it in the dashboard (Account), or with\n<code>bun run pair ${code}</code>\n\nIt is valid for one hour.`
    : 'I do not know you yet, and too many people are waiting to be let in. Please try again in an hour.'

export const pairStrangers =
  ({ sql, now }: BotDeps) =>
  async (ctx: Context) => {
    if (ctx.callbackQuery) await ctx.answerCallbackQuery()
    if (!ctx.from) return
    const person = { telegram_id: ctx.from.id, first_name: ctx.from.first_name, username: ctx.from.username ?? null }
    await ctx.reply(pairingMessage(await pairingCode(sql, person, now())), { parse_mode: 'HTML' })
  }
