import { removeAlerts } from '../sql/alerts.ts'
import { seeing, type Sql, transaction } from '../sql/connect.ts'
import { dropDeliveries } from '../sql/deliveries.ts'
import {
  createTelegramPairing,
  findTelegramAccount,
  linkTelegramAccount,
  openTelegramPairings,
  settleTelegramPairing,
  unlinkTelegramAccount,
} from '../sql/telegram.ts'
import { findCredentials, findFirstOwner } from '../sql/users.ts'
import type { Who } from './access.ts'
import { audit } from './audit.ts'
import { AppError } from './errors.ts'
import { randomText } from './random-secret.ts'
import { mustManageUser } from './users.ts'

/** No letter or digit that is easily taken for another. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const MOST_OPEN = 3

export type Stranger = { telegram_id: number; first_name: string; username: string | null }

/**
 * The code that an unknown person is told: their open one, or a new one valid for an hour. It is undefined when three pairings of other
 * people are open already, so that strangers cannot flood the list.
 */
export function pairingCode(
  sql: Sql,
  person: Stranger,
  now: Date,
): Promise<{ code: string | undefined; isNew: boolean }> {
  return transaction(sql, async (tx) => {
    const { open, own } = await openTelegramPairings(tx, { telegram_id: person.telegram_id, now })
    if (own || open >= MOST_OPEN) return { code: own ?? undefined, isNew: false }
    const code = randomText(ALPHABET, 8)
    await createTelegramPairing(tx, { code, ...person, now })
    return { code, isNew: true }
  })
}

/**
 * Binds the person behind the code to a user: the named one, else the first owner.
 * @throws AppError `not_found` when the code is unknown, used or older than an hour, or nobody has the e-mail address
 */
export function approvePairing(
  sql: Sql,
  { code, email, now }: { code: string; email?: string | undefined; now: Date },
) {
  return transaction(sql, async (tx) => {
    const user = email ? await findCredentials(tx, { email }) : await findFirstOwner(tx, {})
    if (!user)
      throw new AppError(
        'not_found',
        email ? `Nobody here has the address ${email}.` : 'There is no owner yet. Create a user first.',
      )
    const person = await settle(tx, code, now)
    await linkTelegramAccount(tx, { ...person, user_id: user.id })
    return { telegram_id: person.telegram_id, first_name: person.first_name, email: user.email }
  })
}

/** Takes the request off the list; the person may ask again. @throws AppError `not_found` */
export const rejectPairing = (sql: Sql, { code, now }: { code: string; now: Date }) => settle(sql, code, now)

/**
 * Cuts a Telegram account from its user: their own, or for who manages users anybody's whose rights they have. Its chat is told nothing any
 * more; pairing it again is a new decision.
 * @throws AppError `not_found`, `forbidden` for the account of who may do more
 */
export function unlink(sql: Sql, who: Who, telegram_id: number): Promise<void> {
  return seeing(sql, 'all', async (tx) => {
    const account = await findTelegramAccount(tx, { telegram_id })
    if (!account) throw new AppError('not_found', `There is no Telegram account ${telegram_id} here.`)
    if (account.user_id !== who.user_id) await mustManageUser(tx, who, account)
    await unlinkTelegramAccount(tx, { telegram_id })
    await removeAlerts(tx, { chat_id: telegram_id })
    await dropDeliveries(tx, { chat_id: telegram_id, error: 'This Telegram was unlinked.' })
    const { email, first_name } = account
    await audit(tx, who, { action: 'telegram.unlinked', subject: email, old_value: { telegram_id, first_name } })
  })
}

async function settle(sql: Sql, code: string, now: Date) {
  const person = await settleTelegramPairing(sql, { code, now })
  if (!person)
    throw new AppError(
      'not_found',
      'This code is unknown, used or older than an hour. The bot gives a new one to anyone who writes to it.',
    )
  return person
}
