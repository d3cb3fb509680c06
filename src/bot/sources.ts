import { Composer } from 'grammy'
import { type StoreFreshness, storeFreshness } from '../../sql/store-freshness.ts'
import { mustBeAllowed, storeScope } from '../access.ts'
import type { BotContext } from './context.ts'
import { escapeHtml } from './html.ts'
import { phrase } from './phrases.ts'

/** `/sources`: how fresh the facts of each store are. */
export const sourcesCommand = () => {
  const composer = new Composer<BotContext>()
  composer.command('sources', async (ctx) => {
    mustBeAllowed(ctx.who, 'stats:read')
    const rows = await ctx.db(async (sql) => storeFreshness(sql, await storeScope(sql, null)))
    const { words } = ctx
    const text = ({ store, name, last_order, platforms, last_import }: StoreFreshness) =>
      [
        `<b>${escapeHtml(name)}</b> (${store})`,
        `${phrase('last_order', words.language)}: ${last_order ? words.day(last_order) : '–'}`,
        ...platforms.map(({ platform, last_day }) => `${platform}: ${words.day(last_day)}`),
        last_import &&
          `${phrase('last_import', words.language)}: ${escapeHtml(last_import.file_name.slice(0, 60))}, ${words.day(last_import.applied_at)}`,
      ]
        .filter(Boolean)
        .join('\n')
    return ctx.reply(rows.map(text).join('\n\n') || '–', { parse_mode: 'HTML' })
  })
  return composer
}
