import type { ReactNode } from 'react'
import { ApiError, sentenceFor } from '../../lib/api.ts'
import { Notice } from '../notice.tsx'
import { Skeleton } from '../skeleton.tsx'
import styles from './rows.module.css'

type Props<T> = {
  asked: { data?: T | undefined; error?: unknown; mutate: () => unknown }
  /** Lines that hold the place of what is asked for. */
  lines?: number
  children: (data: T) => ReactNode
}

/** What was asked for; its place while it is on its way; why it is not there when it cannot be had. */
export function Asked<T>({ asked: { data, error, mutate }, lines = 3, children }: Props<T>) {
  const refused = error instanceof ApiError && error.status === 403
  return (
    <>
      {error !== undefined &&
        (refused ? (
          <Notice>{sentenceFor(error)}</Notice>
        ) : (
          <Notice tone="attention" onRetry={mutate}>
            {data === undefined ? '' : 'This could not be refreshed. '}
            {sentenceFor(error)}
          </Notice>
        ))}
      {data === undefined && error === undefined && (
        <ul className={styles.rows} aria-hidden="true">
          {Array.from({ length: lines }, (_, line) => (
            <li key={line} className={styles.row}>
              <div className={styles.main}>
                <p>
                  <Skeleton width={24 - (line % 3) * 4} />
                </p>
                <p className={styles.meta}>
                  <Skeleton width={36} />
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
      {data !== undefined && children(data)}
    </>
  )
}
