import type { ReactNode } from 'react'
import styles from './page-head.module.css'

type Props = { title: ReactNode; children?: ReactNode; tools?: ReactNode }

/** The title of a page, a line about what it shows, and what can be done with the whole of it. */
export function PageHead({ title, children, tools }: Props) {
  return (
    <header className={styles.head}>
      <div>
        <h1>{title}</h1>
        {children !== undefined && <p>{children}</p>}
      </div>
      {tools !== undefined && <div className={styles.tools}>{tools}</div>}
    </header>
  )
}
