import * as v from 'valibot'
import { listTasks } from '../../../sql/tasks.ts'
import { mustBeAllowed } from '../../access.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'

export const listTasksTool = tool({
  name: 'list_tasks',
  description:
    'The scheduled tasks and reminders of the person: id, title, text, rhythm, condition, status and when each is due next.',
  input: v.strictObject({}),
  run: ({ db, who }: AgentDeps) => {
    mustBeAllowed(who, 'tasks:write')
    return db(async (sql) => ({
      tasks: await listTasks(sql, { user_id: who.user_id, status: null, limit: 50, offset: 0, after: null }),
    }))
  },
})
