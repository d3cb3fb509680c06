import { Elysia } from 'elysia'
import { seeing } from '../../sql/connect.ts'
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
    ({ who, params: { id } }) =>
      seeing(
        deps.sql,
        who.stores,
        async (sql) => {
          const text = (await jsonRows(sql, findReceipt, { id })).slice(1, -1)
          if (text === '') throw new AppError('not_found', `There is no receipt ${id}.`)
          return entity(text)
        },
        mayDo(who, 'admin') ? 'all' : who.user_id,
      ),
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
