import * as v from 'valibot'
import { Rhythm } from '../../../sql/rhythm.ts'
import { findTask } from '../../../sql/tasks.ts'
import { storeScope } from '../../access.ts'
import { dayIn } from '../../day.ts'
import { AppError } from '../../errors.ts'
import { addTask, mustBeAsked, NewTask, nextTimes, watch } from '../../tasks.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { mustSpeakOfTasks } from './must-speak-of-tasks.ts'

export const scheduleTask = tool({
  name: 'schedule_task',
  description:
    'Schedules something for the person: kind "reminder" sends the text as it is, kind "question" has the desk answer the text then. ' +
    'A condition makes it speak only when a figure is above or below a value. Times are local to time_zone (by default the zone of the ' +
    'store or the team). Weekdays: 1 is Monday. Ask when the day, the time or the figure is not clear. Confirm with the returned next ' +
    'times, word for word.',
  writes: true,
  input: v.strictObject({
    ...NewTask.entries,
    rhythm: v.optional(Rhythm),
    in_minutes: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.maxValue(1_440),
        v.description('Once, so many minutes from now; instead of rhythm'),
      ),
    ),
  }),
  run: ({ db, now, who, channel, conversation_id, message_id }: AgentDeps, { rhythm: given, in_minutes, ...asked }) =>
    db(async (sql) => {
      mustBeAsked(channel)
      await mustSpeakOfTasks(sql, conversation_id)
      const zone = asked.time_zone ?? (await storeScope(sql, asked.store)).time_zone
      const wanted =
        given ?? (in_minutes === undefined ? undefined : soon(zone, new Date(now().getTime() + in_minutes * 60_000)))
      if (!wanted) throw new AppError('invalid', 'Give rhythm, or in_minutes for something soon.')
      const { id, trial } = await addTask(
        sql,
        who,
        { ...asked, rhythm: wanted },
        { now: now(), conversation_id, message_id },
      )
      const { rhythm, time_zone, condition, store, title } = (await findTask(sql, { id, user_id: who.user_id }))!
      const times = await nextTimes(sql, { rhythm, time_zone, now: now(), most: 3 })
      const state = condition && (await watch(sql, { condition, store, now: now() }))
      return {
        task_id: id,
        title,
        time_zone,
        next_times: times,
        ...(state && { condition_now: state.sentence }),
        ...(trial && { trial_run: 'It runs once now, so that the person sees what they will get.' }),
      }
    }),
})

/** The minute of an instant on the clocks of a zone. */
function soon(timeZone: string, at: Date): Rhythm {
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone, hour: '2-digit', minute: '2-digit' }).format(at)
  return { every: 'once', day: dayIn(timeZone, at), at: time }
}
