import type { Sql } from '../sql/connect.ts'
import { countUsers, createUser, findCredentials } from '../sql/users.ts'
import { generatePassword, hashPassword } from './password.ts'

/**
 * Makes sure that somebody can sign in. With `email` and `password` set, that owner is created unless the address is known already (a
 * password that was changed since stays). Otherwise, when there is no user at all and `fallbackEmail` is given, an owner with a
 * generated password, which is returned to be shown once.
 */
export async function ensureFirstUser(
  sql: Sql,
  {
    email,
    password,
    fallbackEmail,
  }: { email?: string | undefined; password?: string | undefined; fallbackEmail?: string },
): Promise<{ email: string; password: string } | undefined> {
  if (email && password) {
    if (await findCredentials(sql, { email })) return undefined
    await createUser(sql, { email, role: 'owner', password_hash: await hashPassword(password, email) })
    return undefined
  }
  const address = email ?? fallbackEmail
  const { users } = await countUsers(sql, {})
  if (users > 0 || !address) return undefined
  const generated = generatePassword()
  const created = await createUser(sql, { email: address, role: 'owner', password_hash: await hashPassword(generated) })
  return created && { email: created.email, password: generated }
}
