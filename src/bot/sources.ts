import { Composer } from 'grammy'
import { reconciliationOfStores } from '../../sql/reconciliation.ts'
import { type StoreFreshness, storeFreshness } from '../../sql/store-freshness.ts'
import { listSyncs, type Sync } from '../../sql/sync-state.ts'
import { mustBeAllowed, storeScope } from '../access.ts'
import { matchOfStore } from '../alerts/reconciliation-line.ts'
import type { BotContext } from './context.ts'
import { escapeHtml } from './html.ts'
import { phrase } from './phrases.ts'
import type { Language } from '../wording.ts'

/** Connections that are told of at most. */
const MOST = 40

/** `/sources`: how fresh the facts of each store are. */
export const sourcesCommand = ({ now }: { now: () => Date }) => {
  const composer = new Composer<BotContext>()
  composer.command('sources', async (ctx) => {
    mustBeAllowed(ctx.who, 'stats:read')
    const { words } = ctx
    const [rows, syncs, compared] = await ctx.db(async (sql) => [
      await storeFreshness(sql, await storeScope(sql, null)),
      await listSyncs(sql, { id: null, store_ids: null, limit: MOST, offset: 0, after: null, now: now() }),
      await reconciliationOfStores(sql, await storeScope(sql, null)),
    ])
    const synced = (of: string | null) =>
      syncs.filter(({ store }) => store === of).map((sync) => syncLine(sync, words.language))
    const text = ({ store, name, last_order, platforms, last_import }: StoreFreshness) =>
      [
        `<b>${escapeHtml(name)}</b> (${store})`,
        `${phrase('last_order', words.language)}: ${last_order ? words.day(last_order) : '–'}`,
        ...platforms.map(({ platform, last_day }) => `${platform}: ${words.day(last_day)}`),
        last_import &&
          `${phrase('last_import', words.language)}: ${escapeHtml(last_import.file_name.slice(0, 60))}, ${words.day(last_import.applied_at)}`,
        ...synced(store),
        ...compared.filter((one) => one.store === store).map((one) => matchOfStore(one, words)),
      ]
        .filter(Boolean)
        .join('\n')
    const parts = [...rows.map(text), synced(null).join('\n')].filter(Boolean)
    return ctx.reply(parts.join('\n\n') || '–', { parse_mode: 'HTML' })
  })
  return composer
}

function syncLine(
  { connector, account, resource, status, error, lag_seconds, done, expected }: Sync,
  language: Language,
) {
  const name = [connector, account, resource].filter(Boolean).join(' ')
  const state = error
    ? `⚠️ ${error.slice(0, 200)}`
    : status === 'running' && expected
      ? `${done} / ${expected}`
      : lag_seconds === null
        ? '–'
        : phrase('behind', language, { minutes: String(Math.ceil(lag_seconds / 60)) })
  return escapeHtml(`${name}: ${state}`)
}
