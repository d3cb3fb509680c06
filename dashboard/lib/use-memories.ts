import useSWR, { useSWRConfig } from 'swr'
import { change, get, getTagged, post, remove, type Tagged, withQuery } from './api.ts'

export type Memory = {
  id: number
  content: string
  category: string
  scope: 'person' | 'chat' | 'team'
  kind: 'rule' | 'preference' | 'episode'
  status: 'proposed' | 'active' | 'forgotten' | 'superseded'
  store: string | null
  owner: string
  agent: string | null
  approved_by: string | null
  contradicts: number[]
  valid_until: string | null
  use_count: number
  last_used_at: string | null
  created_at: string
}

export type NewMemory = { content: string; scope: 'person' | 'team'; kind: Memory['kind'] }

const isList = (key: unknown): boolean => typeof key === 'string' && key.startsWith('/memories?')

/** What the agents remember of the user and of the team, with these words in it (null: all), newest first. */
export const useMemories = (q: string | null) =>
  useSWR<{ data: Memory[]; next: string | null }>(withQuery('/memories', { q, limit: '200' }), get, {
    keepPreviousData: true,
  })

/** What can be done with memories. All throw `ApiError`: 422 for a figure, which is never remembered. */
export const useMemoryChanges = () => {
  const { mutate } = useSWRConfig()
  const done = async <T>(work: Promise<T>): Promise<T> => {
    const value = await work
    await mutate(isList)
    return value
  }
  return {
    /** As it is now, with its ETag. */
    read: (id: number): Promise<Tagged<Memory>> => getTagged(`/memories/${id}`),
    add: (memory: NewMemory) => done(post<Memory>('/memories', memory)),
    correct: (id: number, content: string, etag: string) =>
      done(change<Memory>('PATCH', `/memories/${id}`, { content }, etag)),
    approve: (id: number) => done(change<Memory>('PATCH', `/memories/${id}`, { status: 'active' })),
    forget: (id: number) => done(remove(`/memories/${id}`)),
  }
}
