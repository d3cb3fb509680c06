import { Elysia } from 'elysia'
import * as v from 'valibot'
import { seeing, type Sql } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { BookedSince, findReceipt, Receipt } from '../../sql/receipts.ts'
import { mayDo, type Who } from '../access.ts'
import { newTurn } from '../agents/agent-deps.ts'
import { explainReceipt } from '../agents/tools/explain-figure.ts'
import { AppError } from '../errors.ts'
import { entity } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'

/** Of a decimal figure as the receipt writes it: text, so that it stays exact. */
const Decimal = v.string()
const Explanation = v.object({
  receipt_id: v.number(),
  sql: v.record(v.string(), v.string()),
  now: v.nullable(
    v.union([
      v.object({ same: v.literal(true) }),
      v.object({
        same: v.literal(false),
        differences: v.array(v.object({ figure: v.string(), before: v.unknown(), now: v.unknown() })),
        more_differences: v.optional(v.number()),
        booked_since: v.array(v.object({ ...BookedSince.entries, effect_on_profit: Decimal })),
        other_changes: v.array(v.object({ what: v.string(), changes: v.number() })),
      }),
    ]),
  ),
})

/** What proves the figures of an answer. */
export const receiptRoutes = (deps: IdentityDeps) => {
  const db =
    (who: Who) =>
    <T>(work: (sql: Sql) => Promise<T>) =>
      seeing(deps.sql, who.stores, work, mayDo(who, 'admin') ? 'all' : who.user_id)
  const unknown = (id: number) => new AppError('not_found', `There is no receipt ${id}.`)

  return new Elysia({ prefix: '/receipts', tags: ['agents'] })
    .use(identity(deps))
    .get(
      '/:id/explanation',
      async ({ who, params: { id } }) => {
        const receipt = await db(who)((sql) => findReceipt(sql, { id }))
        if (!receipt) throw unknown(id)
        const asker = { db: db(who), now: deps.now, who, channel: 'api' as const, turn: newTurn(), progress: () => {} }
        const { sql, now = null } = await explainReceipt(asker, receipt)
        return { receipt_id: id, sql, now }
      },
      {
        needs: 'agents:use',
        params: IdParams,
        response: Explanation,
        detail: {
          operationId: 'explainReceipt',
          summary: 'The SQL behind a receipt, and whether the same question still gives the same figures',
          description:
            'The tool is asked again with your rights, as at the moment of the receipt. `now` is null when there is no such tool any more; where figures ' +
            'differ, it says which, and what was booked or changed since on those days.',
        },
      },
    )
    .get(
      '/:id',
      ({ who, params: { id } }) =>
        db(who)(async (sql) => {
          const text = (await jsonRows(sql, findReceipt, { id })).slice(1, -1)
          if (text === '') throw unknown(id)
          return entity(text)
        }),
      {
        needs: 'agents:use',
        params: IdParams,
        response: Receipt,
        detail: {
          operationId: 'getReceipt',
          summary: 'The proof of figures in an answer: the tool, its input, the queries and what they gave',
          description:
            'Of one’s own conversations; an admin sees those of others too. `as_of` is the moment that the figures are of, `last_entry_id` ' +
            'the end of the ledger then, and `result_hash` the SHA-256 of `result` as the database writes it.',
        },
      },
    )
}
