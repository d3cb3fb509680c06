import { Composer, InlineKeyboard } from 'grammy'
import { listMemories, type Memory } from '../../sql/memories.ts'
import { mustBeAllowed } from '../access.ts'
import { forget } from '../memory/forget.ts'
import type { BotContext, BotDeps } from './context.ts'
import { escapeHtml } from './html.ts'
import { phrase } from './phrases.ts'
import { onTap, showTapped } from './taps.ts'

const SHOWN = 10

/** `/memory`: what the agents remember of this person, this chat and the team, each with a button to forget it. */
export const memoryCommand = ({ now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('memory', async (ctx) => {
    mustBeAllowed(ctx.who, 'agents:use')
    return ctx.reply(...(await shown(ctx)))
  })
  composer.use(
    onTap('memory', async (ctx) => {
      await ctx.db((sql) => forget(sql, ctx.who, Number(ctx.tap.args[0]), now()))
      await showTapped(ctx, ...(await shown(ctx)))
    }),
  )
  return composer
}

async function shown(ctx: BotContext): Promise<[string, { parse_mode: 'HTML'; reply_markup?: InlineKeyboard }]> {
  const { language } = ctx.words
  const chat_id = ctx.chat?.id ?? null
  // In a group only what belongs to it: a person's own memories are nobody else's.
  const scope = ctx.chat?.type === 'private' ? null : 'chat'
  const asked = { user_id: ctx.who.user_id, chat_id, scope, status: null, q: null, limit: SHOWN, offset: 0, after: null } as const // prettier-ignore
  const memories = await ctx.db((sql) => listMemories(sql, asked))
  if (memories.length === 0) return [phrase('no_memories', language), { parse_mode: 'HTML' }]
  const line = ({ content, scope: of, status, use_count }: Memory, at: number) =>
    `${at + 1}. ${escapeHtml(content.slice(0, 300))}\n    ${of}${status === 'proposed' ? ` · ${phrase('proposed', language)}` : ''} · ${use_count}×`
  const keys = new InlineKeyboard()
  for (const [at, { id }] of memories.entries()) {
    keys.text(`${at + 1} 🗑`, ctx.button('memory', [id], 'only this person'))
    if (at % 5 === 4) keys.row()
  }
  return [memories.map(line).join('\n'), { parse_mode: 'HTML', reply_markup: keys }]
}
