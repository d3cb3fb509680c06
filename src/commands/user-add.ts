import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { transaction } from '../../sql/connect.ts'
import { Role } from '../../sql/users.ts'
import { AppError } from '../errors.ts'
import { inviteUser } from '../users.ts'
import { command } from './command.ts'

const Email = v.pipe(v.string(), v.maxLength(320), v.email())

await command('bun run user:add EMAIL ROLE [--stores nl,de]', async (sql, args) => {
  const options = { stores: { type: 'string' } } as const
  const { positionals, values } = parseArgs({ args, options, allowPositionals: true, strict: false })
  const { stores: list, ...unknown } = values
  const [address, roleName, ...more] = positionals
  if (!address || !roleName || more.length > 0 || Object.keys(unknown).length > 0) return undefined
  if (list === '' || typeof list === 'boolean') return undefined
  const email = v.safeParse(Email, address)
  if (!email.success) throw new AppError('invalid', `${address} is not an e-mail address.`)
  const role = v.safeParse(Role, roleName)
  if (!role.success) throw new AppError('invalid', `There is no role ${roleName}. Roles: ${Role.options.join(', ')}.`)
  const asked = { email: email.output, role: role.output, stores: list?.split(',') ?? null, now: new Date() }
  const user = await transaction(sql, (tx) => inviteUser(tx, null, asked))
  const service = process.env.PUBLIC_URL?.replace(/\/+$/, '') || `http://localhost:${process.env.PORT || 3000}`
  return [
    `${user.email} was added as ${user.role}. This link sets the password. It works once, for 24 hours, and is shown only now:`,
    `${service}${user.link}`,
  ].join('\n')
})
