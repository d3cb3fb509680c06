import { openPalette } from '../../lib/palette.ts'
import styles from './palette-opener.module.css'

/** The button of the command palette, for those without its keys. */
export function PaletteOpener() {
  return (
    <button
      type="button"
      className={styles.opener}
      aria-label="Go to or find"
      aria-keyshortcuts="Control+K Meta+K"
      aria-haspopup="dialog"
      title="Go to or find (Ctrl K)"
      onClick={openPalette}
    >
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        <circle cx="8.75" cy="8.75" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
        <path d="m13 13 4 4" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
    </button>
  )
}
