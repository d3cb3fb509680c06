import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { listTaskRuns, TaskRun } from '../../sql/task-runs.ts'
import { findTask, listTasks, Task, TaskStatus } from '../../sql/tasks.ts'
import { Id } from '../../sql/units.ts'
import type { Who } from '../access.ts'
import { AppError } from '../errors.ts'
import { addTask, changeTask, ChangedTask, NewTask, removeTask, runTaskNow } from '../tasks.ts'
import { afterId, entity, listAnswer, listing, mustMatch, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'

/** What a person wants done at certain times: reminders, questions for the desk, and figures to be watched. Each sees their own. */
export const taskRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  const textOf = async (sql: Sql, { user_id }: Who, id: number) => {
    const text = (await jsonRows(sql, findTask, { id, user_id })).slice(1, -1)
    if (text === '') throw new AppError('not_found', `You have no task ${id}.`)
    return text
  }

  return new Elysia({ prefix: '/tasks', tags: ['tasks'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, who: { user_id }, query: { status, limit, offset, cursor, count, format } }) =>
        db((tx) =>
          listAnswer(
            tx,
            listTasks,
            { user_id, status: status ?? null, limit, offset, after: afterId(cursor) },
            { db, format, count, name: 'tasks' },
          ),
        ),
      {
        needs: 'tasks:write',
        query: v.object({ ...listing, status: v.optional(TaskStatus) }),
        response: Page(Task),
        detail: { summary: 'Your scheduled tasks, newest first' },
      },
    )
    .get('/:id', ({ db, who, params: { id } }) => db(async (tx) => entity(await textOf(tx, who, id))), {
      needs: 'tasks:write',
      params: IdParams,
      response: Task,
      detail: { summary: 'A task of yours' },
    })
    .post(
      '',
      ({ db, who, body }) =>
        db(async (tx) => {
          const { id } = await addTask(tx, who, body, { now: now() })
          return entity(await textOf(tx, who, id), 201)
        }),
      {
        needs: 'tasks:write',
        body: NewTask,
        response: { 201: Task },
        detail: {
          summary: 'Schedule a reminder, a question or a watched figure',
          description:
            'Times are of the clocks in `time_zone`, by default that of the store or the workspace, and stay so when the clocks change. A question ' +
            'or a condition gets a trial run at once: see its runs. Results go to your Telegram chat, if you have one, and stay in the runs.',
        },
      },
    )
    .patch(
      '/:id',
      ({ db, who, request, params: { id }, body }) =>
        db(async (tx) => {
          const check = async () => mustMatch(request, await textOf(tx, who, id))
          await changeTask(tx, who, id, { asked: body, now: now(), check })
          return entity(await textOf(tx, who, id))
        }),
      {
        needs: 'tasks:write',
        params: IdParams,
        body: ChangedTask,
        response: Task,
        detail: { summary: 'Change a task, pause it or let it go on' },
      },
    )
    .delete(
      '/:id',
      ({ db, who, request, params: { id } }) =>
        db(async (tx) => {
          await removeTask(tx, who, id, { check: async () => mustMatch(request, await textOf(tx, who, id)) })
          return { id, result: 'deleted' as const }
        }),
      {
        needs: 'tasks:write',
        params: IdParams,
        response: v.object({ id: Id, result: v.literal('deleted') }),
        detail: { summary: 'Delete a task with its runs' },
      },
    )
    .post(
      '/:id/run',
      ({ db, who, params: { id }, set }) =>
        db(async (tx) => {
          const run_id = await runTaskNow(tx, who, id, now())
          set.status = 202
          return { run_id }
        }),
      {
        needs: 'tasks:write',
        params: IdParams,
        response: { 202: v.object({ run_id: Id }) },
        detail: { summary: 'Run a task now, beside its times' },
      },
    )
    .get(
      '/:id/runs',
      ({ db, who, params: { id }, query: { limit, offset, cursor, count, format } }) =>
        db(async (tx) => {
          await textOf(tx, who, id)
          const args = { task_id: id, limit, offset, after: afterId(cursor) }
          return listAnswer(tx, listTaskRuns, args, { db, format, count, name: 'task-runs' })
        }),
      {
        needs: 'tasks:write',
        params: IdParams,
        query: v.object(listing),
        response: Page(TaskRun),
        detail: { summary: 'The runs of a task, newest first, with the answer and what became of its message' },
      },
    )
}
