'use client'

import Link from 'next/link'
import { moment } from '../../lib/times.ts'
import { type TaskRun, useTaskRuns } from '../../lib/use-tasks.ts'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import styles from './task-runs.module.css'

const statuses: Record<TaskRun['status'], string> = {
  queued: 'waits',
  running: 'is running',
  done: 'done',
  quiet: 'nothing to say',
  failed: 'failed',
  missed: 'missed',
}
const causes: Record<TaskRun['cause'], string> = { schedule: 'on time', trial: 'trial', person: 'by hand' }

/** What a task's last runs gave. */
export function TaskRuns({ id }: { id: number }) {
  const asked = useTaskRuns(id)
  return (
    <div className={`${rows.whole} ${styles.runs}`}>
      <Asked asked={asked} lines={1}>
        {({ data }) =>
          data.length === 0 ? (
            <p className={rows.meta}>It has not run yet.</p>
          ) : (
            <ul>
              {data.map((run) => (
                <li key={run.id}>
                  <p className={rows.meta}>
                    <span>{moment(run.scheduled_for)}</span>
                    <span>{causes[run.cause]}</span>
                    <span className={rows.badge} data-tone={run.status === 'failed' ? 'loss' : undefined}>
                      {statuses[run.status]}
                    </span>
                    {run.delivery !== 'none' && <span>message {run.delivery}</span>}
                    {run.conversation_id !== null && (
                      <span>
                        <Link href={`/chat?conversation=${run.conversation_id}`}>conversation</Link>
                      </span>
                    )}
                  </p>
                  {(run.answer ?? run.error) !== null && <p className={rows.text}>{run.answer ?? run.error}</p>}
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </div>
  )
}
