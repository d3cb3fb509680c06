import { transaction } from '../../sql/connect.ts'
import { endAllSessions } from '../../sql/sessions.ts'
import { findCredentials } from '../../sql/users.ts'
import { AppError } from '../errors.ts'
import { generatePassword, hashPassword } from '../password.ts'
import { storePassword } from '../users.ts'
import { command } from './command.ts'

await command('bun run user:password EMAIL', async (sql, [email]) => {
  if (!email) return undefined
  const user = await findCredentials(sql, { email })
  if (!user) throw new AppError('not_found', `Nobody here has the address ${email}.`)
  const password = generatePassword()
  const password_hash = await hashPassword(password)
  await transaction(sql, async (tx) => {
    await storePassword(tx, null, { user_id: user.id, email: user.email, password_hash, how: 'in the terminal' })
    await endAllSessions(tx, { user_id: user.id, now: new Date() })
  })
  return `New password of ${user.email}, shown only now: ${password}\nAll its sessions are ended.`
})
