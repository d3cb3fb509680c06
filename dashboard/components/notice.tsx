import type { ReactNode } from 'react'
import styles from './notice.module.css'
import ui from './ui.module.css'

type Props = { tone?: 'plain' | 'attention'; children: ReactNode; onRetry?: () => unknown }

/** A short message in place of, or above, what cannot be shown. With `onRetry` it offers to try again. */
export function Notice({ tone = 'plain', children, onRetry }: Props) {
  return (
    <div className={styles.notice} data-tone={tone} role={tone === 'attention' ? 'alert' : undefined}>
      <p>{children}</p>
      {onRetry && (
        <button type="button" className={ui.quiet} onClick={() => void onRetry()}>
          Try again
        </button>
      )}
    </div>
  )
}
