import type { SubmitEvent } from 'react'
import { textOf } from '../lib/form-text.ts'
import ui from './ui.module.css'
import styles from './word-search.module.css'

type Props = {
  /** What is searched for now. */
  q: string | undefined
  label: string
  placeholder: string
  /** Undefined for a search without words. */
  onSearch: (words: string | undefined) => void
}

/** Words to search a list for. */
export function WordSearch({ q, label, placeholder, onSearch }: Props) {
  const search = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    onSearch(textOf(new FormData(event.currentTarget), 'q').trim() || undefined)
  }
  return (
    <form role="search" className={styles.search} onSubmit={search}>
      <input
        key={q}
        className={ui.input}
        type="search"
        name="q"
        defaultValue={q}
        maxLength={100}
        aria-label={label}
        placeholder={placeholder}
      />
      <button type="submit" className={ui.quiet}>
        Search
      </button>
    </form>
  )
}
