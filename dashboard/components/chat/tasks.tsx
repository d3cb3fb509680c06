'use client'

import { useState } from 'react'
import { sentenceFor } from '../../lib/api.ts'
import { chatPages } from '../../lib/chat-pages.ts'
import { rhythmWords } from '../../lib/rhythm.ts'
import { words } from '../../lib/tools.ts'
import { useMay } from '../../lib/use-me.ts'
import { type Task, useTaskChanges, useTasks } from '../../lib/use-tasks.ts'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Room } from '../rooms/room.tsx'
import rows from '../rooms/rows.module.css'
import { useUndo } from '../rooms/use-undo.tsx'
import ui from '../ui.module.css'
import { NewTaskForm } from './new-task.tsx'
import { TaskRuns } from './task-runs.tsx'

/** What Alfred does for the user at certain times. */
export function Tasks() {
  const asked = useTasks()
  const { drop } = useTaskChanges()
  const { gone, later, undo } = useUndo<number>()
  const may = useMay('tasks:write')
  const [adding, setAdding] = useState(false)
  return (
    <Room
      name="Chat"
      pages={chatPages}
      title="Tasks"
      intro="Reminders, and questions that Alfred answers at certain times or when a figure passes a limit. Answers also go to your Telegram chat, when you have one."
    >
      {may && (
        <div className={rows.bar}>
          <button type="button" className={ui.button} aria-expanded={adding} onClick={() => setAdding(!adding)}>
            New task
          </button>
        </div>
      )}
      {adding && <NewTaskForm onDone={() => setAdding(false)} />}
      <Asked asked={asked}>
        {({ data }) => {
          const shown = data.filter(({ id }) => !gone.has(id))
          return shown.length === 0 ? (
            <Notice>Nothing is scheduled. Try “every Monday at nine, tell me how last week went”.</Notice>
          ) : (
            <ul className={rows.rows}>
              {shown.map((task) => (
                <Row
                  key={task.id}
                  task={task}
                  onDrop={() => later(task.id, `“${task.title}” is deleted.`, () => drop(task.id))}
                />
              ))}
            </ul>
          )
        }}
      </Asked>
      {undo}
    </Room>
  )
}

function Row({ task, onDrop }: { task: Task; onDrop: () => void }) {
  const { setStatus, run } = useTaskChanges()
  const [open, setOpen] = useState(false)
  const [error, setError] = useState<string>()
  const attempt = async (work: () => Promise<unknown>) => {
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(sentenceFor(failure))
    }
  }
  const { status, condition, store } = task
  return (
    <li className={rows.row} data-quiet={status !== 'active' || undefined}>
      <div className={rows.main}>
        <p>
          {task.title}{' '}
          {status !== 'active' && <span className={rows.badge}>{status === 'paused' ? 'paused' : 'ended'}</span>}
        </p>
        <p className={rows.text}>{task.text}</p>
        <p className={rows.meta}>
          <span>{rhythmWords(task.rhythm)}</span>
          {store !== null && <span>{store}</span>}
          {condition && (
            <span>
              only when {words(condition.metric).toLowerCase()} of {condition.period.replaceAll('_', ' ')} is{' '}
              {condition.is} {condition.value}
              {condition.compare_with && '% against before'}
            </span>
          )}
          {task.next_local !== null && (
            <span>
              next {task.next_local} ({task.time_zone})
            </span>
          )}
          {task.ended_because !== null && <span>{task.ended_because}</span>}
        </p>
        {error !== undefined && (
          <p className={rows.error} role="alert">
            {error}
          </p>
        )}
      </div>
      <div className={rows.actions}>
        <button
          type="button"
          className={rows.plain}
          onClick={() => void attempt(() => run(task.id).then(() => setOpen(true)))}
        >
          Run now
        </button>
        {status !== 'ended' && (
          <button
            type="button"
            className={rows.plain}
            onClick={() => void attempt(() => setStatus(task.id, status === 'active' ? 'paused' : 'active'))}
          >
            {status === 'active' ? 'Pause' : 'Go on'}
          </button>
        )}
        <button type="button" className={rows.plain} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide runs' : 'Runs'}
        </button>
        <button type="button" className={rows.plain} data-tone="loss" onClick={onDrop}>
          Delete
        </button>
      </div>
      {open && <TaskRuns id={task.id} />}
    </li>
  )
}
