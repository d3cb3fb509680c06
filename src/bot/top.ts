import { exactRows } from '../../sql/exact-rows.ts'
import { productReport } from '../../sql/product-report.ts'
import { escapeHtml } from './html.ts'
import { phrase } from './phrases.ts'
import { argsOf, inRows, reportCommand } from './report.ts'

/** Products on each end of the list. */
const NAMED = 5

/** `/top [period] [store]`: the products that earned most and least, by CM3, costs and ad spend shared; a button opens one of them. */
export const topCommand = reportCommand({
  name: 'top',
  commands: { top: 'this_month' },
  message: async ({ words, button }, sql, { scope, name, period, title, range, now }) => {
    const { store, store_ids, currency } = scope
    const { from: start, to: end } = range
    const listed = async (descending: boolean) => {
      const asked = { store, store_ids, currency, start, end, sort: 'cm3' as const, descending, limit: NAMED + 1, offset: 0, now } // prettier-ignore
      const [told] = await exactRows(sql, productReport, asked)
      return (told?.data ?? []).filter(({ product_id }) => product_id !== null).slice(0, NAMED)
    }
    const [best, worst] = [await listed(true), await listed(false)]
    const shown = new Set(best.map(({ product_id }) => product_id))
    const lowest = worst.filter(({ product_id }) => !shown.has(product_id))
    const line = ({ product, cm3, cm3_percent, units_sold, return_rate }: (typeof best)[number], place: number) =>
      `${place}. ${escapeHtml(product.slice(0, 120))}\n    <b>${words.amount(cm3, currency)}</b> (${words.percent(cm3_percent)}) · ${words.count(units_sold)} ${phrase('units', words.language)}` +
      (Number(return_rate ?? 0) > 0
        ? ` · ${words.percent(Number(return_rate) * 100)} ${phrase('returned', words.language)}`
        : '')
    const store_id = store ? (store_ids[0] ?? 0) : 0
    const key = (mark: string, { product_id, product }: (typeof best)[number]) => ({
      text: `${mark} ${product.slice(0, 40)}`,
      callback_data: button('product', [product_id ?? 0, ...argsOf(period, store_id)]),
    })
    const keys = [...best.map((row, at) => key(`${at + 1}.`, row)), ...lowest.slice(0, 1).map((row) => key('▾', row))]
    const text = [
      `<b>${escapeHtml(name)}</b> · ${escapeHtml(title)} · ${phrase('top', words.language)}`,
      `${words.range({ start, end })}, ${currency}, CM3`,
      '',
      ...(best.length === 0 ? [phrase('nothing', words.language)] : best.map((row, at) => line(row, at + 1))),
      ...(lowest.length > 0
        ? ['', `<b>${phrase('lowest', words.language)}</b>`, ...lowest.map((row, at) => line(row, at + 1))]
        : []),
    ].join('\n')
    return { text, deeper: inRows(keys, 2) }
  },
})
