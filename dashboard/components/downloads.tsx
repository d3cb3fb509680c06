import { withQuery } from '../lib/api.ts'
import styles from './downloads.module.css'
import rows from './rooms/rows.module.css'

type Props = { path: string; query: Parameters<typeof withQuery>[1] | undefined }

/** Links to the same rows as a file, which the API writes; none leads anywhere until it is known what is asked. */
export function Downloads({ path, query }: Props) {
  const address = (format: string) => query && withQuery(path, { ...query, format })
  return (
    <span className={styles.files}>
      <a className={rows.plain} href={address('csv')} download>
        CSV
      </a>
      <a className={rows.plain} href={address('xlsx')} download>
        Excel
      </a>
    </span>
  )
}
