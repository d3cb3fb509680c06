import ui from '../ui.module.css'
import styles from './conflict.module.css'

type Props = {
  /** What it is called, such as “This memory”. */
  what: string
  /** What it says on the server now. */
  theirs: string
  onKeep: () => void
  onTake: () => void
}

/** Somebody else changed what is being edited: shows theirs, and lets the person choose. */
export function Conflict({ what, theirs, onKeep, onTake }: Props) {
  return (
    <div className={styles.conflict} role="alert">
      <p>{what} was changed by somebody else while you were editing it. It now says:</p>
      <blockquote>{theirs}</blockquote>
      <div className={styles.buttons}>
        <button type="button" className={ui.button} onClick={onKeep}>
          Save mine over it
        </button>
        <button type="button" className={ui.quiet} onClick={onTake}>
          Keep theirs
        </button>
      </div>
    </div>
  )
}
