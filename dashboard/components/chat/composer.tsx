'use client'

import { type KeyboardEvent, type RefObject, useState } from 'react'
import { useStores } from '../../lib/use-stores.ts'
import text from '../rooms/text-area.module.css'
import ui from '../ui.module.css'
import styles from './composer.module.css'

type Props = {
  field: RefObject<HTMLTextAreaElement | null>
  busy: boolean
  /** What stands in it at first. */
  first: string
  /** Sends what was typed; false gives it back. */
  onSend: (text: string, store: string | null) => Promise<boolean>
  onStop: () => void
}

/** Where a question is typed: Enter sends it, Shift and Enter begins a new line. */
export function Composer({ field, busy, first, onSend, onStop }: Props) {
  const [typed, setTyped] = useState(first)
  const [store, setStore] = useState('')
  const { data: stores } = useStores()
  const send = async () => {
    const question = typed.trim()
    if (question === '' || busy) return
    setTyped('')
    // What was typed meanwhile is not thrown away for what failed.
    if (!(await onSend(question, store || null))) setTyped((now) => now || question)
  }
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    void send()
  }
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <textarea
        ref={field}
        className={text.area}
        rows={1}
        autoFocus={first !== ''}
        value={typed}
        maxLength={8000}
        aria-label="Your question"
        placeholder="Ask about profit, orders, products, ads or the material"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={press}
      />
      <div className={styles.below}>
        <label className={ui.chevron}>
          <select
            className={ui.select}
            aria-label="Store that the question is about"
            value={store}
            onChange={(event) => setStore(event.target.value)}
          >
            <option value="">All stores</option>
            {stores?.data.map(({ slug, name }) => (
              <option key={slug} value={slug}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {busy ? (
          <button type="button" className={ui.quiet} onClick={onStop}>
            Stop
          </button>
        ) : (
          <button className={ui.button} disabled={typed.trim() === ''}>
            Ask
          </button>
        )}
      </div>
    </form>
  )
}
