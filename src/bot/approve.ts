import { Composer } from 'grammy'
import { listActions } from '../../sql/actions.ts'
import { mustBeAllowed, storeScope } from '../access.ts'
import { approve, reject, undo } from '../actions/decide.ts'
import { differently } from '../actions/differently.ts'
import { NEEDS } from '../actions/values.ts'
import { AppError } from '../errors.ts'
import { actionMessage } from './action-message.ts'
import { actionOf, keysOf, sendAction } from './action-card.ts'
import { actionWords, WISH } from './action-words.ts'
import type { BotContext, BotDeps } from './context.ts'
import { onTap, showTapped } from './taps.ts'

/** Proposals that `/approve` shows at once. */
const SHOWN = 5

/** `/approve` shows what waits for a yes; buttons decide, each with the rights of who taps. */
export const approveCommand = (deps: BotDeps) => {
  const { now } = deps
  const composer = new Composer<BotContext>()
  composer.command('approve', async (ctx) => {
    mustBeAllowed(ctx.who, 'orders:read')
    const actions = await ctx.db(async (sql) => {
      const { store_ids } = await storeScope(sql, null)
      return listActions(sql, {
        store_ids,
        status: 'pending',
        kind: null,
        now: now(),
        limit: SHOWN,
        offset: 0,
        after: null,
      })
    })
    if (actions.length === 0) return ctx.reply(actionWords(ctx.words.language).word('nothing'))
    for (const action of actions) await sendAction(ctx, action)
    return undefined
  })
  composer.use(
    onTap('act', async (ctx) => {
      const [told, decision] = ctx.tap.args
      const id = Number(told)
      const { word } = actionWords(ctx.words.language)
      if (ctx.tap.expired) throw new AppError('conflict', word('old'))
      if (decision === 'other') {
        const action = await actionOf(ctx, id)
        mustBeAllowed(ctx.who, NEEDS[action.kind as keyof typeof NEEDS])
        await ctx.answerCallbackQuery()
        await ctx.reply(word('how', { id: String(id) }), {
          reply_markup: { force_reply: true, selective: true },
        })
        return
      }
      if (decision === 'yes') await approve(deps, ctx.who, id)
      else if (decision === 'no') await reject(deps, ctx.who, id)
      else if (decision === 'undo') {
        const { error } = await actionOf(ctx, await undo(deps, ctx.who, id))
        if (error !== null) throw new AppError('conflict', error)
      }
      const action = await actionOf(ctx, id)
      await showTapped(ctx, actionMessage(action, ctx.words), { parse_mode: 'HTML', ...keysOf(ctx, action) })
    }),
  )
  composer.on('message:text', async (ctx, next) => {
    const asked = ctx.message.reply_to_message
    const id =
      asked?.from?.id === ctx.me.id
        ? WISH.exec(asked.text ?? '')
            ?.slice(1)
            .find(Boolean)
        : undefined
    if (id === undefined) return next()
    const wish = { id: Number(id), text: ctx.message.text, channel: 'telegram' as const, chat_id: ctx.chat.id }
    return deps.answers.show(ctx, ({ signal }) => differently(deps, ctx.who, { ...wish, signal }))
  })
  return composer
}
