import { Elysia } from 'elysia'
import * as v from 'valibot'
import { jsonRows } from '../../sql/query.ts'
import { listTelegramAccounts, TelegramAccount } from '../../sql/telegram.ts'
import { unlink } from '../pairing.ts'
import { json } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'

/** Whose Telegram is linked. One's own is cut in Telegram as well, by `/unlink`. */
export const telegramAccountRoutes = (deps: IdentityDeps) => {
  const { sql } = deps
  return new Elysia({ prefix: '/telegram/accounts', tags: ['telegram'] })
    .use(identity(deps))
    .get('', async () => json(`{"data":${await jsonRows(sql, listTelegramAccounts, {})},"next":null}`), {
      needs: 'admin',
      response: v.object({ data: v.array(TelegramAccount), next: v.null() }),
      detail: { summary: 'Telegram accounts that are linked to users, paired last first' },
    })
    .delete(
      '/:id',
      async ({ who, set, params: { id } }) => {
        await unlink(sql, who, id)
        set.status = 204
      },
      {
        needs: 'admin',
        params: IdParams,
        detail: {
          summary: 'Cut a Telegram account from its user',
          description: 'What was queued for its chat is not sent, and its digests and alerts end.',
        },
      },
    )
}
