import { approvePairing } from '../pairing.ts'
import { command } from './command.ts'

await command('bun run pair CODE [EMAIL]', async (sql, [code, email]) => {
  if (!code) return undefined
  const person = await approvePairing(sql, { code, email, now: new Date() })
  return `${person.first_name} is paired with ${person.email}.`
})
