import { InlineKeyboard } from 'grammy'
import { mustBeAllowed } from '../access.ts'
import { type GivenSource, readSource } from '../ingest/knowledge/add-source.ts'
import { READABLE_ENDINGS } from '../ingest/knowledge/format.ts'
import { keepSource, removeSource } from '../knowledge/keep-source.ts'
import type { BotContext } from './context.ts'
import { escapeHtml } from './html.ts'

/** Whether a file is read by people rather than by a spreadsheet: a transcript or a document for Elisa. */
export const isSource = (name: string): boolean =>
  READABLE_ENDINGS.some((ending) => name.toLowerCase().endsWith(`.${ending}`))

const RESULTS = {
  created: 'Elisa knows it from now on and cites it.',
  replaced: 'It takes the place of the one with this title.',
  unchanged: 'Elisa knows it already, word for word.',
}

/** Takes a transcript or document for Elisa, with a button to take it back. A caption is its title. */
export async function takeSource(ctx: BotContext, { bytes, name, title }: GivenSource): Promise<void> {
  mustBeAllowed(ctx.who, 'knowledge:write')
  const source = await readSource({ bytes, name, ...(title && { title: title.slice(0, 200) }) })
  const { id, result } = await ctx.db((sql) => keepSource(sql, ctx.who, source))
  const keys = new InlineKeyboard().text('🗑 Remove', ctx.button('source', [id, 'remove']))
  const about = [source.kind, `${source.chunks.length} passages`, source.language].filter(Boolean).join(' · ')
  const text = [
    `<b>${escapeHtml(source.title)}</b>`,
    escapeHtml(about),
    RESULTS[result],
    ...source.notes.slice(0, 3).map(escapeHtml),
  ]
  await ctx.reply(text.join('\n'), { parse_mode: 'HTML', ...(result === 'created' && { reply_markup: keys }) })
}

/** The button that takes a source back. */
export async function removeTapped(ctx: BotContext): Promise<void> {
  mustBeAllowed(ctx.who, 'knowledge:write')
  const removed = await ctx.db((sql) => removeSource(sql, ctx.who, Number(ctx.tap.args[0])))
  await ctx.editMessageText(removed ? 'Removed.' : 'It is gone already.')
  await ctx.answerCallbackQuery()
}
