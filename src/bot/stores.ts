import { exactRows } from '../../sql/exact-rows.ts'
import { storeComparison } from '../../sql/store-comparison.ts'
import { listStores } from '../../sql/stores.ts'
import { escapeHtml } from './html.ts'
import { phrase } from './phrases.ts'
import { argsOf, inRows, reportCommand } from './report.ts'

/** Stores that have a button. */
const BUTTONS = 12

/** `/stores [period]`: the stores side by side, each in its own currency, and all of them together; a button opens the statement of one. */
export const storesCommand = reportCommand({
  name: 'stores',
  commands: { stores: 'this_month' },
  message: async ({ words, button }, sql, { scope, period, title, range, now }) => {
    const { store_ids, currency } = scope
    const [told] = await exactRows(sql, storeComparison, { store_ids, currency, start: range.from, end: range.to, now })
    if (!told) throw new Error('the comparison of stores answers a row')
    const line = (figures: typeof told.total) =>
      `${words.figure('revenue')} ${words.money(figures.revenue, figures.currency)} · ${words.figure('net_profit')} <b>${words.money(figures.net_profit, figures.currency)}</b> · ${words.percent(figures.margin_percent)}`
    const text = [
      `<b>${phrase('stores', words.language)}</b> · ${escapeHtml(title)}`,
      words.range({ start: range.from, end: range.to }),
      ...told.data.flatMap(({ store, name, own }) => ['', `<b>${escapeHtml(name)}</b> (${store})`, line(own)]),
      '',
      `<b>${phrase('all_stores', words.language)}</b>`,
      line(told.total),
    ].join('\n')
    const stores = (await listStores(sql, {})).slice(0, BUTTONS)
    const keys = stores.map(({ id, name }) => ({
      text: name.slice(0, 30),
      callback_data: button('pnl', argsOf(period, id)),
    }))
    return { text, deeper: inRows(keys, 3) }
  },
})
