import { Elysia } from 'elysia'
import { jsonRows } from '../../sql/query.ts'
import { findReceipt, Receipt } from '../../sql/receipts.ts'
import { mayDo } from '../access.ts'
import { AppError } from '../errors.ts'
import { entity } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'

/** What proves the figures of an answer. */
export const receiptRoutes = (deps: IdentityDeps) =>
  new Elysia({ prefix: '/receipts', tags: ['agents'] }).use(identity(deps)).get(
    '/:id',
    ({ db, who, params: { id } }) =>
      db(async (sql) => {
        const asked = { id, user_id: who.user_id, sees_others: mayDo(who, 'admin') }
        const text = (await jsonRows(sql, findReceipt, asked)).slice(1, -1)
        if (text === '') throw new AppError('not_found', `There is no receipt ${id}.`)
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
