import { transaction } from '../../sql/connect.ts'
import { endAllSessions } from '../../sql/sessions.ts'
import { findCredentials } from '../../sql/users.ts'
import { AppError } from '../errors.ts'
import { generatePassword, hashPassword } from '../password.ts'
import { removeFrom } from '../second-factor.ts'
import { storePassword } from '../users.ts'
import { command } from './command.ts'

await command('bun run user:password EMAIL [--without-second-factor]', async (sql, [email, option]) => {
  if (!email || (option !== undefined && option !== '--without-second-factor')) return undefined
  const user = await findCredentials(sql, { email })
  if (!user) throw new AppError('not_found', `Nobody here has the address ${email}.`)
  const password = generatePassword()
  const password_hash = await hashPassword(password)
  await transaction(sql, async (tx) => {
    await storePassword(tx, null, { user_id: user.id, email: user.email, password_hash, how: 'in the terminal' })
    if (option && user.second_factor) await removeFrom(tx, null, { user_id: user.id, email: user.email })
    await endAllSessions(tx, { user_id: user.id, now: new Date() })
  })
  const second = !user.second_factor ? '' : option ? ' The second factor is gone.' : ' The second factor stays.'
  return `New password of ${user.email}, shown only now: ${password}\nAll its sessions are ended.${second}`
})
