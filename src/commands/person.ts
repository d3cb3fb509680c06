import { transaction } from '../../sql/connect.ts'
import { findCredentials } from '../../sql/users.ts'
import { AppError } from '../errors.ts'
import { erasePerson, exportCustomer, exportPerson, forgetCustomer } from '../personal-data.ts'
import { command } from './command.ts'

const USAGE = `bun run person export|erase EMAIL|ID
       bun run person export|erase STORE CUSTOMER`

await command(USAGE, async (sql, [verb, first, customer, ...more]) => {
  if (!first || more.length > 0 || (verb !== 'export' && verb !== 'erase')) return undefined
  const now = new Date()
  if (customer !== undefined) {
    const of = { store: first, customer }
    if (verb === 'export') return transaction(sql, (tx) => exportCustomer(tx, null, of))
    const { orders, pseudonym, actions } = await transaction(sql, (tx) => forgetCustomer(tx, null, { ...of, now }))
    return `${orders} orders are of ${pseudonym} now, and ${actions} actions name nobody any more.`
  }
  const user_id = /^\d{1,15}$/.test(first) ? Number(first) : (await findCredentials(sql, { email: first }))?.id
  if (user_id === undefined)
    throw new AppError('not_found', `Nobody here signs in as ${first}. Name the id of who was disabled.`)
  if (verb === 'export') return exportPerson(sql, null, { user_id })
  const { pseudonym } = await transaction(sql, (tx) => erasePerson(tx, null, { user_id, now }))
  return `${first} is ${pseudonym} now.`
})
