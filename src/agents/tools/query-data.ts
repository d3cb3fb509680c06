import * as v from 'valibot'
import { answerQuestion, becomeReader } from '../../../sql/ask.ts'
import { mustBeAllowed } from '../../access.ts'
import { AppError } from '../../errors.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { withDecimalTexts } from '../../../sql/exact-rows.ts'

const [MOST_ROWS, MOST_COST] = [200, 200_000]

/** What Postgres says of a question that is wrong in itself: names, types, values, grouping. The model can correct these. */
const OF_THE_QUESTION = /^(?:42(?!501)|22|21|0A)/

export const queryData = tool({
  name: 'query_data',
  description: `A question in SQL for what no other tool answers; always try the other tools first, their figures follow the team's definitions. One PostgreSQL
SELECT over these views (amounts are exact decimals in the store's currency; filter by store and day; never add up different currencies):
stores(store, name, currency, time_zone)
daily_profit(store, day, currency, orders, units_sold, units_returned, revenue, cogs, shipping_cost, transaction_fees, ad_spend, cm3)
order_facts(order_number, store, day, placed_at, type, status, country, gateway, currency, revenue, cogs, shipping_cost, transaction_fees, cm2)
order_lines(order_number, store, day, line_no, account, sku, product_id, product, quantity, unit_price, amount, discount, currency, country, status)
refunds(order_number, store, day, order_day, sku, product_id, product, quantity, amount, restocked, currency, country)
products(product_id, product, status)
product_days(store, day, product_id, product, units_sold, units_returned, revenue, cogs, ad_spend, currency)
ad_spend(store, day, platform, account, campaign, product, amount, claimed, currency)
fixed_costs(name, category, store, amount, currency, every, starts_on, ends_on)
unit_costs(product_id, product, unit_cost, currency, valid_from, valid_to)
Give columns plain English names. At most ${MOST_ROWS} rows and 2 seconds. Call the answer ad hoc when you tell it.`,
  input: v.object({
    question: v.pipe(v.string(), v.minLength(3), v.maxLength(500), v.description('What is asked, in one sentence')),
    sql: v.pipe(v.string(), v.minLength(8), v.maxLength(8_000)),
  }),
  queries: { answerQuestion },
  run: async ({ db, who }: AgentDeps, { question, sql: text }) => {
    for (const scope of ['stats:read', 'orders:read', 'products:read'] as const) mustBeAllowed(who, scope)
    // The parser of Postgres is loaded when first asked for.
    const { viewsOf } = await import('../one-select.ts')
    const select = text.trim().replace(/;\s*$/, '')
    const views = viewsOf(select)
    if (views.includes('fixed_costs') && who.role === 'marketer')
      throw new AppError('forbidden', 'Your role marketer does not include fixed costs.')
    const answered = await db(async (sql) => {
      await becomeReader(sql, {})
      return answerQuestion(sql, { question: select, most: MOST_ROWS, most_cost: MOST_COST })
    }).catch((error: unknown) => {
      throw spoken(error)
    })
    const rows = withDecimalTexts(answered.rows) as object[]
    return {
      label: 'ad hoc',
      question,
      sql: select,
      rows: rows.slice(0, MOST_ROWS),
      ...(rows.length > MOST_ROWS && {
        hint: `There are more than ${MOST_ROWS} rows, these are the first. Group or filter to see all.`,
      }),
    }
  },
})

/** The error as the model may read it, so that it can ask better; anything else stays what it is. */
function spoken(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const code = String(error.code)
  if (code === '57014') return new AppError('invalid', 'That takes longer than 2 seconds. Narrow it by store and days, or join less.', { cause: error }) // prettier-ignore
  if (code === '42501') return new AppError('forbidden', 'That is not in the views that questions may read.', { cause: error }) // prettier-ignore
  return OF_THE_QUESTION.test(code)
    ? new AppError('invalid', `Postgres says: ${error.message}.`, { cause: error })
    : error
}
