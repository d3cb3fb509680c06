import * as v from 'valibot'
import { findTask } from '../../../sql/tasks.ts'
import { changeTask, ChangedTask, mustBeAsked, nextTimes, removeTask } from '../../tasks.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { mustSpeakOfTasks } from './must-speak-of-tasks.ts'

export const changeTaskTool = tool({
  name: 'change_task',
  description:
    'Changes a task of the person: give only what changes. status "paused" pauses it, "active" lets it go on; delete: true deletes it. ' +
    'Find its id with list_tasks.',
  writes: true,
  input: v.strictObject({
    task_id: v.pipe(v.number(), v.integer(), v.minValue(1)),
    delete: v.optional(v.boolean()),
    ...ChangedTask.entries,
  }),
  run: ({ db, now, who, channel, conversation_id }: AgentDeps, { task_id, delete: gone, ...asked }) =>
    db(async (sql) => {
      mustBeAsked(channel)
      await mustSpeakOfTasks(sql, conversation_id)
      if (gone) {
        await removeTask(sql, who, task_id)
        return { task_id, result: 'deleted' }
      }
      await changeTask(sql, who, task_id, { asked, now: now() })
      const task = (await findTask(sql, { id: task_id, user_id: who.user_id }))!
      const times = task.status === 'active' ? await nextTimes(sql, { ...task, now: now(), most: 3 }) : []
      return { task_id, title: task.title, status: task.status, time_zone: task.time_zone, next_times: times }
    }),
})
