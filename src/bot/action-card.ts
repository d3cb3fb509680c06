import { InlineKeyboard } from 'grammy'
import { type Action, findAction } from '../../sql/actions.ts'
import { EXECUTORS } from '../actions/executors.ts'
import { AppError } from '../errors.ts'
import { actionMessage } from './action-message.ts'
import { actionWords } from './action-words.ts'
import type { BotContext } from './context.ts'

/** The action as this person sees it now. @throws AppError `not_found` */
export async function actionOf(ctx: BotContext, id: number): Promise<Action> {
  const action = await ctx.db((sql) => findAction(sql, { id, now: ctx.at }))
  if (!action) throw new AppError('not_found', `There is no action ${id}.`)
  return action
}

/** The card of a proposal with its buttons. */
export const sendAction = (ctx: BotContext, action: Action) =>
  ctx.reply(actionMessage(action, ctx.words), { parse_mode: 'HTML', ...keysOf(ctx, action) })

/** Sends the cards of what was proposed in an answer. */
export async function sendActions(ctx: BotContext, ids: readonly number[]): Promise<void> {
  for (const id of ids) await sendAction(ctx, await actionOf(ctx, id))
}

/** The buttons that fit its state. */
export function keysOf(ctx: BotContext, { id, kind, status }: Action) {
  const keys = new InlineKeyboard()
  const { word } = actionWords(ctx.words.language)
  if (status === 'pending' || status === 'executing') keys.text(word('approve'), ctx.button('act', [id, 'yes']))
  if (status === 'pending')
    keys
      .text(word('reject'), ctx.button('act', [id, 'no']))
      .row()
      .text(word('differently'), ctx.button('act', [id, 'other']))
  if (status === 'executed' && EXECUTORS[kind as keyof typeof EXECUTORS].undo)
    keys.text(word('undo'), ctx.button('act', [id, 'undo']))
  return keys.inline_keyboard.length > 0 ? { reply_markup: keys } : {}
}
