import type { Sql } from '../../sql/connect.ts'
import { forgetMemory, lockMemory } from '../../sql/memories.ts'
import { mayDo, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'

/**
 * The memory, held until the end of the transaction, for who may decide on it: on their own and on what they said in a chat the person, on
 * what the whole team remembers an admin, who may decide on all of them.
 * @throws AppError `not_found`, also for a memory of somebody else, or `forbidden`
 */
export async function takenMemory(sql: Sql, who: Who, id: number) {
  const memory = await lockMemory(sql, { id })
  if (!memory) throw new AppError('not_found', `There is no memory ${id}.`)
  if (mayDo(who, 'admin')) return memory
  if (memory.scope === 'team')
    throw new AppError('forbidden', 'What the whole team remembers an admin decides on. Ask one.')
  if (memory.owner_id !== who.user_id) throw new AppError('not_found', `There is no memory ${id}.`)
  return memory
}

/** Forgets a memory: its words are gone. Forgetting it again changes nothing. */
export async function forget(sql: Sql, who: Who, id: number, now: Date): Promise<void> {
  const { scope } = await takenMemory(sql, who, id)
  if ((await forgetMemory(sql, { id, now })) === 0) return
  await audit(sql, who, { action: 'memory.forgotten', subject: `memory ${id} of the ${scope}` })
}
