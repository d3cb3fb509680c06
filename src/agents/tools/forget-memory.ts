import * as v from 'valibot'
import { personSaid } from '../../../sql/person-said.ts'
import { AppError } from '../../errors.ts'
import { forget } from '../../memory/forget.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'

export const forgetMemory = tool({
  name: 'forget_memory',
  description:
    'Forgets a memory when the person asks for it. Take memory_id from list_memories. Those of the team only an admin can forget.',
  input: v.object({ memory_id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) }),
  writes: true,
  doing: () => 'Forgetting that',
  run: async ({ db, who, now, conversation_id }: AgentDeps, { memory_id }) => {
    await db(async (sql) => {
      const asked = conversation_id !== undefined && (await personSaid(sql, { conversation_id, content: '' })).forgets
      if (!asked) throw new AppError('conflict', 'The person did not ask to forget anything. Ask them first.')
      await forget(sql, who, memory_id, now())
    })
    return { memory_id, result: 'forgotten' }
  },
})
