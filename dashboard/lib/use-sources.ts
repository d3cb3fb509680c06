import useSWR, { useSWRConfig } from 'swr'
import { get, post, remove, send } from './api.ts'

export type Source = {
  id: number
  kind: 'video' | 'document' | 'resource'
  title: string
  url: string | null
  format: string
  duration: number | null
  status: 'ready' | 'embedding' | 'failed' | 'text_only'
  error: string | null
  notes: string[]
  chunks: number
  embedded: number
  created_at: string
}

export type Added = Source & { result: 'created' | 'replaced' | 'unchanged' }

const LIST = '/sources?limit=200'

/** The material that the agents may cite, newest first, asked again while some of it is being read. */
export const useSources = () =>
  useSWR<{ data: Source[] }>(LIST, get, {
    refreshInterval: (sources) => (sources?.data.some(({ status }) => status === 'embedding') ? 3_000 : 0),
  })

/** What can be done with the material. All throw `ApiError`: 413 above 20 MB, 415 and 422 for what cannot be read. */
export const useSourceChanges = () => {
  const { mutate } = useSWRConfig()
  const done = async <T>(work: Promise<T>): Promise<T> => {
    const value = await work
    await mutate(LIST)
    return value
  }
  return {
    upload: (file: File) => {
      const body = new FormData()
      body.append('file', file)
      return done(send('/sources', { method: 'POST', body }).then((response) => response.json() as Promise<Added>))
    },
    write: (title: string, text: string) => done(post<Added>('/sources', { title, text, kind: 'document' })),
    drop: (id: number) => done(remove(`/sources/${id}`)),
  }
}
