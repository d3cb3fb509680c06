import * as v from 'valibot'
import { command, query } from './query.ts'
import { Id } from './units.ts'
import { Role } from './users.ts'

type One = { id: number; now: Date }
const ONE: One = { id: 1, now: new Date(0) }

/** Begins to execute an approved action; 0 when another does. */
export const startAction = command(
  ONE,
  (sql, { id, now }: One) =>
    sql`update actions set status = 'executing', started_at = ${now} where id = ${id} and status = 'approved'`,
)

/** Goes on with an action whose execution broke off: its outcome is not known, or nobody came back for two minutes. 0 when there is none. */
export const resumeAction = command(
  ONE,
  (sql, { id, now }: One) => sql`
    update actions set started_at = ${now}, error = null
    where id = ${id} and status = 'executing' and (error is not null or started_at < ${now}::timestamptz - interval '2 minutes')`,
)

const Interrupted = v.object({ id: Id, user_id: Id, email: v.string(), role: Role })
export type Interrupted = v.InferOutput<typeof Interrupted>

/** Actions approved within a day whose execution broke off two minutes ago or before, with who approved them last. */
export const listInterruptedActions = query(
  Interrupted,
  { now: new Date(0) },
  (sql, { now }: { now: Date }) => sql`
    select a.id, u.id as user_id, u.email, u.role
    from actions a
    join users u on u.id = a.decided_by
    where a.status = 'executing' and a.started_at < ${now}::timestamptz - interval '2 minutes'
      and a.decided_at > ${now}::timestamptz - interval '1 day'
    order by a.id
    limit 20`,
)

type Ended = {
  id: number
  status: 'executed' | 'failed' | 'executing'
  result: object | null
  error: string | null
  now: Date
}
const ENDED: Ended = { id: 1, status: 'executed', result: {}, error: null, now: new Date(0) }

/** Notes how the execution ended; still `executing` with an error: its outcome is not known. */
export const endAction = command(
  ENDED,
  (sql, { id, status, result, error, now }: Ended) => sql`
    update actions
    set status = ${status}, result = ${sql.json(result as never)}, error = ${error},
        executed_at = case when ${status} = 'executed' then ${now}::timestamptz end
    where id = ${id} and status = 'executing'`,
)

/** The action that another one took back. */
export const markUndone = command(
  { id: 1 },
  (sql, { id }: { id: number }) => sql`update actions set status = 'undone' where id = ${id} and status = 'executed'`,
)
