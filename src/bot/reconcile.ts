import { Composer } from 'grammy'
import type { Sql } from '../../sql/connect.ts'
import {
  listReconciledDays,
  orderDifferences,
  type ReconciledDay,
  reconciliationOfStores,
  type StoreReconciliation,
} from '../../sql/reconciliation.ts'
import { findStore } from '../../sql/stores.ts'
import { mayDo, mustBeAllowed, storeScope } from '../access.ts'
import { dayDifference, matchOfStore } from '../alerts/reconciliation-line.ts'
import type { Wording } from '../wording.ts'
import type { BotContext } from './context.ts'
import { escapeHtml } from './html.ts'
import { phrase } from './phrases.ts'

/** Days of a store, and orders of each, that are told of. */
const [DAYS, ORDERS] = [5, 3]

/** `/reconcile [store]`: whether the books match what the shops say, and which orders make the days that do not, each with its cause. */
export const reconcileCommand = () => {
  const composer = new Composer<BotContext>()
  composer.command('reconcile', async (ctx) => {
    mustBeAllowed(ctx.who, 'stats:read')
    const { words } = ctx
    const seesOrders = mayDo(ctx.who, 'orders:read')
    const parts = await ctx.db(async (sql) => {
      const scope = await storeScope(sql, ctx.match.trim() || (await ctx.storeHere()))
      const stores = await reconciliationOfStores(sql, scope)
      const told: string[] = []
      for (const store of stores) told.push(await storeText(sql, store, { words, seesOrders }))
      return told
    })
    return ctx.reply(parts.join('\n\n') || phrase('no_shops', words.language), { parse_mode: 'HTML' })
  })
  return composer
}

type Telling = { words: Wording; seesOrders: boolean }

async function storeText(sql: Sql, of: StoreReconciliation, telling: Telling): Promise<string> {
  const { words } = telling
  const lines = [`<b>${escapeHtml(of.name)}</b> (${of.store})`, matchOfStore(of, words)]
  if (of.error) lines.push(escapeHtml(`⚠️ ${of.error.slice(0, 200)}`))
  lines.push(...of.gaps.slice(0, 2).map(({ reason }) => `<i>${escapeHtml(reason.slice(0, 250))}</i>`))
  const store = await findStore(sql, { slug: of.store })
  if (!store || of.differing_days === 0) return lines.join('\n')
  const asked = { store_ids: [store.id], start: of.first_day, end: of.last_day, status: 'differs' as const, limit: DAYS, offset: 0, after: null } // prettier-ignore
  for (const day of await listReconciledDays(sql, asked)) lines.push(...(await dayLines(sql, store.id, day, telling)))
  return lines.join('\n')
}

async function dayLines(sql: Sql, store_id: number, day: ReconciledDay, { words, seesOrders }: Telling) {
  const line = `<b>${dayDifference(day, words)}</b>`
  if (!seesOrders) return ['', line]
  const found = (await orderDifferences(sql, { store_id, day: day.date })).filter(({ by_rule }) => !by_rule)
  const told = found.slice(0, ORDERS).map(({ order, words: why }) => `• ${escapeHtml(`${order} ${why}`.trim().slice(0, 300))}`) // prettier-ignore
  const more = day.differing_orders - ORDERS
  return ['', line, ...told, ...(more > 0 ? [`… +${more}`] : [])]
}
