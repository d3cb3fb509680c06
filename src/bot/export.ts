import { Composer, InlineKeyboard, InputFile } from 'grammy'
import { pnl } from '../../sql/pnl.ts'
import { jsonRows } from '../../sql/query.ts'
import { listStores } from '../../sql/stores.ts'
import { mustBeAllowed } from '../access.ts'
import { columnsOf, daysOf, type Range } from '../day.ts'
import { exportTable } from '../export/export.ts'
import { pnlTable } from '../export/report-tables.ts'
import type { BotContext, BotDeps } from './context.ts'
import { readPeriod } from './period.ts'
import { argsOf, type Asked, askedOf, readArgs } from './report.ts'
import { onTap } from './taps.ts'

const FORMATS = ['csv', 'xlsx', 'pdf'] as const

/** `/export [period] [store]` and the button File: the statement as CSV, XLSX or PDF. */
export const exportCommand = ({ now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('export', async (ctx) => {
    mustBeAllowed(ctx.who, 'stats:read')
    const stores = await ctx.db((sql) => listStores(sql, {}))
    const slugs = stores.map(({ slug }) => slug)
    const asked = await askedOf(ctx, (today) => readPeriod(ctx.match, slugs, today), now())
    await ctx.reply(...choice(ctx, asked, stores.find(({ slug }) => slug === asked.scope.store)?.id ?? 0))
  })
  composer.use(
    onTap('export', async (ctx) => {
      mustBeAllowed(ctx.who, 'stats:read')
      const stores = await ctx.db((sql) => listStores(sql, {}))
      const [period = '', store_id = '0', told] = ctx.tap.args
      const asked = await askedOf(ctx, () => readArgs([period, store_id], stores), now())
      const format = FORMATS.find((one) => one === told)
      if (!format) {
        await ctx.answerCallbackQuery()
        await ctx.reply(...choice(ctx, asked, Number(store_id)))
        return
      }
      await ctx.answerCallbackQuery()
      await ctx.replyWithChatAction('upload_document')
      await ctx.replyWithDocument(await fileOf(ctx, asked, format))
    }),
  )
  return composer
}

function choice(ctx: BotContext, { name, title, period }: Asked, store_id: number): Parameters<BotContext['reply']> {
  const keys = new InlineKeyboard()
  for (const format of FORMATS)
    keys.text(format.toUpperCase(), ctx.button('export', [...argsOf(period, store_id), format]))
  return [`${name} · ${title}`, { reply_markup: keys }]
}

/** Columns of a statement that are read as one. */
const grainOf = (range: Range) => (daysOf(range) <= 31 ? 'day' : daysOf(range) <= 120 ? 'week' : 'month')

async function fileOf(ctx: BotContext, { scope, name, title, range, now }: Asked, format: (typeof FORMATS)[number]) {
  const { store, store_ids, currency } = scope
  const file = `pnl-${store ?? 'all-stores'}-${range.from}-${range.to}`
  const columns = columnsOf(range, grainOf(range)).map(({ from, to }) => ({ key: from, from, to }))
  if (format === 'pdf') {
    const periods = [{ key: 'asked', ...range }, ...columns]
    const [figures, ...rest] = await ctx.db((sql) => pnl(sql, { store_ids, currency, periods, now }))
    if (!figures) throw new Error('pnl answers a row per period')
    const { statementPdf } = await import('../pictures/statement-pdf.ts')
    return new InputFile(statementPdf({ figures, columns: rest, name, title, words: ctx.words }), `${file}.pdf`)
  }
  const data = await ctx.db((sql) => jsonRows(sql, pnl, { store_ids, currency, periods: columns, now }))
  const answer = await exportTable(pnlTable(data), { format, name: file })
  return new InputFile(new Uint8Array(await answer.arrayBuffer()), `${file}.${format}`)
}
