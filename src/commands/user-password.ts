import { endAllSessions, findCredentials, setPasswordHash } from '../../sql/users.ts'
import { transaction } from '../../sql/connect.ts'
import { AppError } from '../errors.ts'
import { generatePassword, hashPassword } from '../password.ts'
import { command } from './command.ts'

await command('bun run user:password EMAIL', async (sql, [email]) => {
  if (!email) return undefined
  const user = await findCredentials(sql, { email })
  if (!user) throw new AppError('not_found', `Nobody here has the address ${email}.`)
  const password = generatePassword()
  const password_hash = await hashPassword(password)
  await transaction(sql, async (tx) => {
    await setPasswordHash(tx, { user_id: user.id, password_hash })
    await endAllSessions(tx, { user_id: user.id, now: new Date() })
  })
  return `New password of ${user.email}, shown only now: ${password}\nAll its sessions are ended.`
})
