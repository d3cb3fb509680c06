import { Composer, type Context, InlineKeyboard } from 'grammy'
import { transaction } from '../../sql/connect.ts'
import { listTelegramAdmins } from '../../sql/telegram-chats.ts'
import { banFromTelegram, isBannedFromTelegram, listPairable } from '../../sql/telegram.ts'
import { mustBeAllowed } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { approvePairing, pairingCode, rejectPairing } from '../pairing.ts'
import { mustManageUser } from '../users.ts'
import type { BotContext, BotDeps } from './context.ts'
import { escapeHtml } from './html.ts'
import { onTap } from './taps.ts'

/** What a stranger is answered, whatever they write: how to be let in, and nothing else. */
export const pairingMessage = (code: string | undefined) =>
  code
    ? `I do not know you yet.\n\nYour code: <code>${code}</code>\n\nGive it to someone who runs DealDome. They approve it here in Telegram, in the dashboard (Account), or with\n<code>bun run pair ${code}</code>\n\nIt is valid for one hour.`
    : 'I do not know you yet, and too many people are waiting to be let in. Please try again in an hour.'

/** Answers a stranger in private; the first time, those who may let people in are asked. Somebody who was banned hears nothing. */
export const pairStrangers =
  ({ sql, now, buttons }: BotDeps) =>
  async (ctx: Context) => {
    if (ctx.callbackQuery) await ctx.answerCallbackQuery()
    if (!ctx.from || (await isBannedFromTelegram(sql, { telegram_id: ctx.from.id })).banned) return
    const person = { telegram_id: ctx.from.id, first_name: ctx.from.first_name, username: ctx.from.username ?? null }
    const [{ code, isNew }, admins, people] = await Promise.all([
      pairingCode(sql, person, now()),
      listTelegramAdmins(sql, {}),
      listPairable(sql, {}),
    ])
    await ctx.reply(pairingMessage(code), { parse_mode: 'HTML' })
    if (!code || !isNew) return
    const name = escapeHtml(`${person.first_name}${person.username ? ` (@${person.username})` : ''}`)
    for (const admin of admins) {
      const button = (name: string, ...args: (string | number)[]) =>
        buttons.data({ chat_id: admin.telegram_id, name, args: [code, ...args] })
      const keys = new InlineKeyboard()
      for (const { id, email, role } of people) keys.text(`Let in as ${email} (${role})`, button('pair', id)).row()
      keys.text('Reject', button('unpair')).text('Reject for good', button('ban'))
      const text = `<b>${name}</b> wants to be let in. Code: <code>${code}</code>\n\nAs whom? Rights and stores are that person's.`
      await ctx.api.sendMessage(admin.telegram_id, text, { parse_mode: 'HTML', reply_markup: keys })
    }
  }

/** The answers of those who may let people in. */
export const pairingTaps = ({ sql, now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.use(
    onTap('pair', async (ctx) => {
      const [code = '', user_id] = mayDecide(ctx)
      const person = await transaction(sql, async (tx) => {
        const user = (await listPairable(tx, {})).find(({ id }) => id === Number(user_id))
        if (!user) throw new AppError('not_found', 'This person is not among our users any more.')
        const approved = await approvePairing(tx, { code, email: user.email, now: now() })
        await mustManageUser(tx, ctx.who, approved)
        const new_value = { telegram_id: approved.telegram_id, first_name: approved.first_name }
        await audit(tx, ctx.who, { action: 'telegram.paired', subject: approved.email, new_value })
        return approved
      })
      await decided(ctx, `${person.first_name} is in as ${person.email}.`)
      await ctx.api.sendMessage(person.telegram_id, greeting(person.first_name))
    }),
    onTap('unpair', async (ctx) => {
      const [code = ''] = mayDecide(ctx)
      const { first_name } = await rejectPairing(sql, { code, now: now() })
      await decided(ctx, `${first_name} was not let in.`)
    }),
    onTap('ban', async (ctx) => {
      const [code = ''] = mayDecide(ctx)
      const { first_name } = await transaction(sql, async (tx) => {
        const { telegram_id, first_name } = await rejectPairing(tx, { code, now: now() })
        await banFromTelegram(tx, { telegram_id, first_name, user_id: ctx.who.user_id })
        await audit(tx, ctx.who, { action: 'telegram.banned', subject: first_name, new_value: { telegram_id } })
        return { telegram_id, first_name }
      })
      await decided(ctx, `${first_name} was not let in, and will not be asked about again.`)
    }),
  )
  return composer

  function mayDecide(ctx: BotContext): string[] {
    mustBeAllowed(ctx.who, 'admin')
    return ctx.tap.args
  }
  async function decided(ctx: BotContext, text: string) {
    await ctx.editMessageText(text)
    await ctx.answerCallbackQuery()
  }
}

export const greeting = (first_name: string) => `You are in, ${first_name}. Try /today or just ask me something.`
