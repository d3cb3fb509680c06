import { before, pnl } from '../../sql/pnl.ts'
import { pnlMessage } from './pnl-message.ts'
import { reportCommand } from './report.ts'

/** `/today` and `/pnl [period] [store]`. */
export const pnlCommand = reportCommand({
  name: 'pnl',
  commands: { pnl: 'this_month', today: 'today' },
  message: async ({ words }, sql, { scope, name, title, range, earlier, now }) => {
    const periods = [
      { key: 'asked', ...range },
      { key: before('asked'), ...earlier },
    ]
    const { store_ids, currency } = scope
    const [figures, compared] = await pnl(sql, { store_ids, currency, periods, now })
    if (!figures) throw new Error('pnl answers a row per period')
    return pnlMessage({ name, title, figures, earlier: compared, words })
  },
})
