import styles from './skeleton.module.css'

/** Holds the place of text that is on its way: one line high, `width` characters wide. */
export function Skeleton({ width }: { width: number }) {
  return <span className={styles.skeleton} style={{ width: `${width}ch` }} aria-hidden="true" />
}
