import type { ReactNode } from 'react'
import { Mark } from './brand.tsx'
import styles from './login-page.module.css'

const ticks = Array.from({ length: 61 }, (_, index) => index)

/** A quiet page for one thing, above the dial that gives the product its name. */
export function LoginPage({ children }: { children: ReactNode }) {
  return (
    <main className={styles.page}>
      <p className={styles.brand}>
        <Mark size={34} />
        <span>DealDome</span>
      </p>
      <div className={styles.content}>{children}</div>
      <svg className={styles.dial} viewBox="-100 -100 200 100" aria-hidden="true">
        {ticks.map((tick) => (
          <line
            key={tick}
            y1={-98}
            y2={tick % 5 === 0 ? -90 : -94}
            transform={`rotate(${tick * 3 - 90})`}
            data-strong={tick % 5 === 0 || undefined}
          />
        ))}
        <path d="M-84 0a84 84 0 0 1 168 0" />
        <line className={styles.hand} y1={-98} y2={-86} transform="rotate(12)" />
      </svg>
    </main>
  )
}
