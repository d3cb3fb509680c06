import useSWRInfinite from 'swr/infinite'
import { get, withQuery } from './api.ts'

export type AuditEntry = {
  id: number
  at: string
  email: string | null
  token_id: number | null
  action: string
  subject: string
  old_value: unknown
  new_value: unknown
}

type AuditPage = { data: AuditEntry[]; next: string | null }

/** Who changed money, access or secrets, newest first, page by page; `more` asks for the next one, and is undefined at the end. */
export const useAuditLog = () => {
  const { data, error, mutate, size, setSize, isValidating } = useSWRInfinite<AuditPage>(
    (page, before: AuditPage | null) =>
      page > 0 && !before?.next ? null : withQuery('/audit-log', { limit: '50', cursor: before?.next }),
    get,
    { revalidateFirstPage: false },
  )
  const last = data?.at(-1)
  return {
    asked: { data: data?.flatMap((page) => page.data), error: error as unknown, mutate },
    isLoading: isValidating,
    more: last?.next ? () => setSize(size + 1) : undefined,
  }
}
