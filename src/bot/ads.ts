import { channelTotals } from '../../sql/channel-totals.ts'
import { pnl } from '../../sql/pnl.ts'
import { escapeHtml, table } from './html.ts'
import { phrase } from './phrases.ts'
import { reportCommand } from './report.ts'

/** `/ads [period] [store]`: what each platform got and claims, and what the shop as a whole made of it. */
export const adsCommand = reportCommand({
  name: 'ads',
  commands: { ads: 'this_month' },
  message: async ({ words }, sql, { scope, name, title, range, now }) => {
    const { store_ids, currency } = scope
    const { from: start, to: end } = range
    const [channels, [whole]] = await Promise.all([
      channelTotals(sql, { store_ids, currency, start, end }),
      pnl(sql, { store_ids, currency, periods: [{ key: 'asked', ...range }], now }),
    ])
    if (!whole) throw new Error('pnl answers a row per period')
    const amount = (text: string) => words.amount(text, currency)
    return [
      `<b>${escapeHtml(name)}</b> · ${escapeHtml(title)} · ${phrase('ads', words.language)}`,
      `${words.range({ start, end })}, ${currency}`,
      channels.length > 0
        ? table([
            ...channels.map(
              ({ platform, ad_spend, claimed_roas }) =>
                [`${platform} (${words.multiple(claimed_roas)})`, amount(ad_spend)] as const,
            ),
            'rule',
            [words.figure('ad_spend'), amount(whole.ad_spend)],
          ])
        : `${words.figure('ad_spend')} ${amount(whole.ad_spend)}`,
      phrase('claims', words.language),
      `MER <b>${words.multiple(whole.mer)}</b> · ${phrase('break_even', words.language)} ${words.multiple(whole.break_even_roas)} · POAS ${words.multiple(whole.poas)}`,
    ].join('\n')
  },
})
