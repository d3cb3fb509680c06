'use client'

import { useTheme } from '../lib/preferences.ts'
import styles from './shell.module.css'

/** Switches between light and dark; following the system again is a choice on the account page. */
export function ThemeToggle() {
  const { shown, choose } = useTheme()
  const other = shown === 'dark' ? 'light' : 'dark'
  return (
    <button type="button" className={styles.icon} aria-label={`Use the ${other} theme`} onClick={() => choose(other)}>
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        <circle cx="10" cy="10" r="7.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
        <path d="M10 2.8a7.2 7.2 0 0 1 0 14.4z" fill="currentColor" />
      </svg>
    </button>
  )
}
