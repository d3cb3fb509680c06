import type { ReactNode } from 'react'
import { ApiError, sentenceFor } from '../../lib/api.ts'
import { Notice } from '../notice.tsx'
import ui from '../ui.module.css'
import styles from './table.module.css'

type Props = {
  label: string
  /** Of whatever the table needs; shown in place of it, or above it when it holds older rows. */
  error?: unknown
  onRetry: () => unknown
  /** True when there are rows to show, also older ones. */
  known: boolean
  /** What to say instead of a table without rows; undefined while there are some, or none are known. */
  empty?: ReactNode
  /** Asks for further rows, when there are. */
  more?: (() => unknown) | undefined
  isLoading?: boolean
  /** True while the table still shows what was before. */
  late?: boolean
  children: ReactNode
}

/** A table with what can stand in its place: nothing found, an error with another try, or that it is not for this person. */
export function TablePanel({
  label,
  error,
  onRetry,
  known,
  empty,
  more,
  isLoading = false,
  late = false,
  children,
}: Props) {
  const refused = error instanceof ApiError && error.status === 403
  return (
    <>
      {refused && <Notice>{sentenceFor(error)}</Notice>}
      {error !== undefined && !refused && (
        <Notice tone="attention" onRetry={onRetry}>
          {known ? 'These figures could not be refreshed. ' : ''}
          {sentenceFor(error)}
        </Notice>
      )}
      {empty !== undefined ? (
        <Notice>{empty}</Notice>
      ) : (
        (error === undefined || (known && !refused)) && (
          <section className={styles.panel} aria-label={label} aria-busy={late || undefined}>
            {children}
          </section>
        )
      )}
      {more && (
        <p className={styles.end}>
          <button type="button" className={ui.quiet} disabled={isLoading} onClick={() => void more()}>
            {isLoading ? 'Looking…' : 'Show more'}
          </button>
        </p>
      )}
    </>
  )
}
