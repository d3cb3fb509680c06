import { Elysia } from 'elysia'
import * as v from 'valibot'
import { transaction } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { listTelegramPairings, TelegramPairing } from '../../sql/telegram.ts'
import { audit } from '../audit.ts'
import { approvePairing, rejectPairing } from '../pairing.ts'
import { mustManageUser } from '../users.ts'
import { json } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'

const Code = v.object({
  code: v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{8}$/, 'must be the code of eight letters and digits')),
})

/** `onApproved` tells the person in Telegram; pairing does not depend on it. */
export type PairingDeps = IdentityDeps & { onApproved?: (person: { telegram_id: number; first_name: string }) => void }

export const telegramPairingRoutes = (deps: PairingDeps) => {
  const { sql, now, onApproved } = deps
  return new Elysia({ prefix: '/telegram/pairings', tags: ['telegram'] })
    .use(identity(deps))
    .get('', async () => json(`{"data":${await jsonRows(sql, listTelegramPairings, { now: now() })},"next":null}`), {
      needs: 'admin',
      response: v.object({ data: v.array(TelegramPairing), next: v.null() }),
      detail: { summary: 'People who wrote to the bot and wait for a yes' },
    })
    .post(
      '/:code/approve',
      async ({ params: { code }, body, who }) => {
        const person = await transaction(sql, async (tx) => {
          const approved = await approvePairing(tx, { code, email: body?.email ?? who.email, now: now() })
          await mustManageUser(tx, who, approved)
          const new_value = { telegram_id: approved.telegram_id, first_name: approved.first_name }
          await audit(tx, who, { action: 'telegram.paired', subject: approved.email, new_value })
          return approved
        })
        onApproved?.(person)
        return { first_name: person.first_name, email: person.email }
      },
      {
        needs: 'admin',
        params: Code,
        body: v.optional(v.object({ email: v.optional(v.pipe(v.string(), v.maxLength(320))) })),
        response: v.object({ first_name: v.string(), email: v.string() }),
        detail: { summary: 'Bind the person to a user: the named one, else yourself' },
      },
    )
    .post(
      '/:code/reject',
      async ({ params: { code }, set }) => {
        await rejectPairing(sql, { code, now: now() })
        set.status = 204
      },
      { needs: 'admin', params: Code, detail: { summary: 'Take a request off the list' } },
    )
}
