import { Composer, InlineKeyboard } from 'grammy'
import { listTasks, type Task } from '../../sql/tasks.ts'
import { mustBeAllowed } from '../access.ts'
import { changeTask, removeTask, runTaskNow } from '../tasks.ts'
import type { BotContext, BotDeps } from './context.ts'
import { escapeHtml } from './html.ts'
import { phrase } from './phrases.ts'
import { onTap, showTapped } from './taps.ts'

/** Tasks that fit into a message with their buttons. */
const SHOWN = 8

/** `/tasks`: what was scheduled, with buttons to pause it, let it go on, run it now and delete it. New ones are asked for in words. */
export const tasksCommand = ({ now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('tasks', async (ctx) => {
    mustBeAllowed(ctx.who, 'tasks:write')
    return ctx.reply(...(await shown(ctx)))
  })
  composer.use(
    onTap('task', async (ctx) => {
      const [told, what] = ctx.tap.args
      const id = Number(told)
      await ctx.db(async (sql) => {
        if (what === 'run') return runTaskNow(sql, ctx.who, id, now())
        if (what === 'delete') return removeTask(sql, ctx.who, id)
        const status = what === 'pause' ? 'paused' : 'active'
        return changeTask(sql, ctx.who, id, { asked: { status }, now: now() })
      })
      await showTapped(ctx, ...(await shown(ctx)))
    }),
  )
  return composer

  async function shown(ctx: BotContext): Promise<[string, { parse_mode: 'HTML'; reply_markup?: InlineKeyboard }]> {
    const { language } = ctx.words
    const asked = { user_id: ctx.who.user_id, status: null, limit: SHOWN + 1, offset: 0, after: null }
    const open = (await ctx.db((sql) => listTasks(sql, asked))).filter(({ status }) => status !== 'ended')
    if (open.length === 0) return [phrase('no_tasks', language), { parse_mode: 'HTML' }]
    const line = ({ title, status, next_local }: Task, at: number) =>
      `${at + 1}. <b>${escapeHtml(title.slice(0, 100))}</b>\n    ${status === 'paused' ? phrase('paused', language) : (next_local ?? '–')}`
    const keys = new InlineKeyboard()
    const button = (id: number, what: string) => ctx.button('task', [id, what], 'only this person')
    for (const [at, { id, status }] of open.slice(0, SHOWN).entries())
      keys
        .text(`${at + 1} ${status === 'paused' ? '▶️' : '⏸'}`, button(id, status === 'paused' ? 'resume' : 'pause'))
        .text(`${at + 1} ⚡`, button(id, 'run'))
        .text(`${at + 1} 🗑`, button(id, 'delete'))
        .row()
    return [open.slice(0, SHOWN).map(line).join('\n'), { parse_mode: 'HTML', reply_markup: keys }]
  }
}
