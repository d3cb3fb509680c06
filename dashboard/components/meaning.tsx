import styles from './meaning.module.css'

/** What the columns of a table mean, for those who open it. */
export function Meaning({ columns }: { columns: readonly { name: string; label: string; text: string }[] }) {
  return (
    <details className={styles.meaning}>
      <summary>What the columns mean</summary>
      <dl>
        {columns.map(({ name, label, text }) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
