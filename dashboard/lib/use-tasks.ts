import useSWR, { useSWRConfig } from 'swr'
import { change, get, post, remove } from './api.ts'
import { changeInList } from './change-in-list.ts'
import type { Rhythm } from './rhythm.ts'

export type Condition = {
  metric: string
  period: string
  is: 'above' | 'below'
  value: number
  compare_with?: 'previous' | 'year'
}

/** What is done for the user at certain times. */
export type Task = {
  id: number
  title: string
  kind: 'reminder' | 'question'
  text: string
  store: string | null
  condition: Condition | null
  rhythm: Rhythm
  time_zone: string
  status: 'active' | 'paused' | 'ended'
  ended_because: string | null
  next_local: string | null
}

export type NewTask = Pick<Task, 'title' | 'kind' | 'text' | 'rhythm'> & {
  store?: string
  condition?: Condition
}

export type TaskRun = {
  id: number
  cause: 'schedule' | 'trial' | 'person'
  scheduled_for: string
  status: 'queued' | 'running' | 'done' | 'quiet' | 'failed' | 'missed'
  answer: string | null
  error: string | null
  conversation_id: number | null
  delivery: 'queued' | 'sent' | 'failed' | 'none'
}

const LIST = '/tasks?limit=200'

/** The user's scheduled tasks, newest first. */
export const useTasks = () => useSWR<{ data: Task[] }>(LIST, get, { refreshInterval: 30_000 })

/** The runs of a task, newest first, asked again while one is under way. */
export const useTaskRuns = (id: number) =>
  useSWR<{ data: TaskRun[] }>(`/tasks/${id}/runs?limit=10`, get, {
    refreshInterval: (runs) =>
      runs?.data.some(({ status }) => status === 'queued' || status === 'running') ? 2_000 : 0,
  })

/** What can be done with tasks. All throw `ApiError`. */
export const useTaskChanges = () => {
  const { mutate } = useSWRConfig()
  const done = async <T>(work: Promise<T>): Promise<T> => {
    const value = await work
    await mutate(LIST)
    return value
  }
  return {
    add: (task: NewTask) => done(post<Task>('/tasks', task)),
    /** Shown at once, and taken back when the server refuses. */
    setStatus: (id: number, status: 'active' | 'paused') =>
      changeInList<Task>(mutate, LIST, id, { status }, () => change('PATCH', `/tasks/${id}`, { status })),
    run: async (id: number) => {
      await post(`/tasks/${id}/run`)
      await mutate(`/tasks/${id}/runs?limit=10`)
    },
    drop: (id: number) => done(remove(`/tasks/${id}`)),
  }
}
