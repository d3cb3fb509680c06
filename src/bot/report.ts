import { Composer, InlineKeyboard } from 'grammy'
import type { InlineKeyboardButton } from 'grammy/types'
import type { Sql } from '../../sql/connect.ts'
import { listStores, type Store } from '../../sql/stores.ts'
import { mustBeAllowed, storeScope, type StoreScope } from '../access.ts'
import { comparisonOf, dayIn, type PeriodName, PERIODS, type Range, samePartBefore } from '../day.ts'
import { AppError } from '../errors.ts'
import { type BotContext, type BotDeps } from './context.ts'
import { type PeriodAsked, readPeriod } from './period.ts'
import { periodTitle, phrase } from './phrases.ts'
import { onTap, showTapped } from './taps.ts'

/** What a report is asked about. */
export type Asked = {
  scope: StoreScope
  /** The name of the store, or of all together, in the asker's language. */
  name: string
  period: PeriodAsked
  title: string
  range: Range
  /** What the range is compared with: the same part of the period before. */
  earlier: Range
  today: string
  now: Date
}
/** A report in a message. `file` names it for the buttons Picture and File, which are shown where there is one. */
export type Report = {
  name: ReportName
  /** The commands that ask for it, with the period that is meant when none is named. */
  commands: Record<string, PeriodName>
  message: (ctx: BotContext, sql: Sql, asked: Asked) => Promise<string | { text: string; deeper: Deeper }>
}
/** Rows of buttons that lead from a report to what it is made of. */
export type Deeper = InlineKeyboardButton[][]
export const REPORTS = ['pnl', 'why', 'compare', 'top', 'ads', 'stores'] as const
export type ReportName = (typeof REPORTS)[number]

const PERIOD_BUTTONS: PeriodName[][] = [
  ['today', 'yesterday', 'this_week'],
  ['this_month', 'last_month', 'last_30_days'],
]
const isRunning = (name: PeriodName): name is 'today' | 'this_week' | 'this_month' =>
  name === 'today' || name === 'this_week' || name === 'this_month'

/** A report by command, with buttons for other periods, stores and reports that change the message in place. */
export const reportCommand =
  ({ name, commands, message }: Report) =>
  ({ now }: Pick<BotDeps, 'now'>) => {
    const composer = new Composer<BotContext>()
    for (const [command, otherwise] of Object.entries(commands))
      composer.command(command, async (ctx) => {
        const stores = await ctx.db((sql) => listStores(sql, {}))
        const { text, keys } = await told(ctx, stores, (today) =>
          readPeriod(ctx.match, slugsOf(stores), today, otherwise),
        )
        await ctx.reply(text, { parse_mode: 'HTML', reply_markup: keys })
      })
    composer.use(
      onTap(name, async (ctx) => {
        const stores = await ctx.db((sql) => listStores(sql, {}))
        const { text, keys } = await told(ctx, stores, () => readArgs(ctx.tap.args, stores))
        await showTapped(ctx, text, { parse_mode: 'HTML', reply_markup: keys })
      }),
    )
    return composer

    async function told(ctx: BotContext, stores: Store[], read: (today: string) => ReturnType<typeof readPeriod>) {
      mustBeAllowed(ctx.who, 'stats:read')
      const asked = await askedOf(ctx, read, now())
      const shown = await ctx.db((sql) => message(ctx, sql, asked))
      const { text, deeper } = typeof shown === 'string' ? { text: shown, deeper: [] } : shown
      return { text, keys: keyboard(ctx, name, asked, { stores, deeper }) }
    }
  }

/** What is asked, from words or from a button; `read` gets the day of today in the zone that is meant. */
export async function askedOf(
  ctx: BotContext,
  read: (today: string) => ReturnType<typeof readPeriod>,
  now: Date,
): Promise<Asked> {
  // The store decides what today is, and the words name the store.
  const { store } = read('2026-01-01')
  const slug = store ?? (ctx.callbackQuery ? null : await ctx.storeHere())
  const scope = await ctx.db((sql) => storeScope(sql, slug))
  const today = dayIn(scope.time_zone, now)
  const { period } = read(today)
  const range = 'range' in period ? period.range : PERIODS[period.name](today)
  const earlier =
    'name' in period && isRunning(period.name) ? samePartBefore(period.name, range) : comparisonOf(range, 'previous')
  const { language } = ctx.words
  const title = 'name' in period ? periodTitle(period.name, language) : phrase('statement', language)
  return {
    scope,
    name: scope.store ? scope.name : phrase('all_stores', language),
    period,
    title,
    range,
    earlier,
    today,
    now,
  }
}

const slugsOf = (stores: Store[]) => stores.map(({ slug }) => slug)

/** A period and a store as a button carries them; 0 is all stores. */
export const argsOf = (period: PeriodAsked, store_id: number): [string, number] => [
  'name' in period ? period.name : `${period.range.from}.${period.range.to}`.replaceAll('-', ''),
  store_id,
]

/** Buttons in rows of so many. */
export const inRows = (keys: InlineKeyboardButton[], width: number): Deeper =>
  Array.from({ length: Math.ceil(keys.length / width) }, (_, row) => keys.slice(row * width, (row + 1) * width))

export function readArgs(
  [told = '', store_id]: string[],
  stores: Store[],
): { period: PeriodAsked; store: string | null } {
  const store = stores.find(({ id }) => id === Number(store_id))?.slug ?? null
  if (Object.hasOwn(PERIODS, told)) return { period: { name: told as PeriodName }, store }
  const days = /^(\d{4})(\d\d)(\d\d)\.(\d{4})(\d\d)(\d\d)$/.exec(told)
  if (!days) throw new AppError('invalid', 'This button is from an older version. Ask again for new ones.')
  return { period: { range: { from: days.slice(1, 4).join('-'), to: days.slice(4).join('-') } }, store }
}

/** What the report is made of, periods, stores, and the other reports about the same. */
function keyboard(
  ctx: BotContext,
  report: ReportName,
  { period, scope }: Asked,
  { stores, deeper }: { stores: Store[]; deeper: Deeper },
): InlineKeyboard {
  const { language } = ctx.words
  const chosen = stores.find(({ slug }) => slug === scope.store)
  const mark = (text: string, isChosen: boolean) => (isChosen ? `• ${text}` : text)
  const keys = new InlineKeyboard([...deeper, []])
  for (const row of PERIOD_BUTTONS) {
    for (const name of row)
      keys.text(
        mark(periodTitle(name, language), 'name' in period && period.name === name),
        ctx.button(report, argsOf({ name }, chosen?.id ?? 0)),
      )
    keys.row()
  }
  if (report !== 'stores' && stores.length > 1 && stores.length <= 6) {
    keys.text(mark(phrase('all', language), !chosen), ctx.button(report, argsOf(period, 0)))
    for (const store of stores)
      keys.text(mark(store.slug.toUpperCase(), store === chosen), ctx.button(report, argsOf(period, store.id)))
    keys.row()
  }
  const others = ([['pnl', 'statement'], ['why', 'why'], ['top', 'top']] as const).filter(([name]) => name !== report) // prettier-ignore
  for (const [name, title] of others)
    keys.text(phrase(title, language), ctx.button(name, argsOf(period, chosen?.id ?? 0)))
  keys.text(phrase('picture', language), ctx.button('picture', argsOf(period, chosen?.id ?? 0)))
  keys.text(phrase('export', language), ctx.button('export', argsOf(period, chosen?.id ?? 0)))
  return keys
}
