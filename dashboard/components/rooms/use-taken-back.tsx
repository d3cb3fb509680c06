'use client'

import { type ReactNode, useEffect, useRef, useState } from 'react'
import { sentenceFor } from '../../lib/api.ts'
import styles from './undo.module.css'

const SECONDS = 20

export type TakenBack = ReturnType<typeof useTakenBack>

type Done = { sentence: string; back?: (() => Promise<unknown>) | undefined }

/**
 * Says what was done, with a button that takes it back on the server. `done` shows it in place of what was done before; `undo` is the message, to
 * be rendered on the page. After a while it goes.
 */
export function useTakenBack() {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [shown, setShown] = useState<Done>()
  const [busy, setBusy] = useState(false)

  useEffect(() => () => clearTimeout(timer.current), [])

  const done = (sentence: string, back?: () => Promise<unknown>) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setShown(undefined), SECONDS * 1000)
    setShown({ sentence, back })
  }
  const take = async (back: () => Promise<unknown>) => {
    clearTimeout(timer.current)
    setBusy(true)
    try {
      await back()
      done('It is as it was before.')
    } catch (error) {
      done(sentenceFor(error))
    }
    setBusy(false)
  }
  const undo: ReactNode = (
    <div className={styles.undo} role="status">
      {shown && (
        <p>
          <span>{shown.sentence}</span>
          {shown.back && (
            <button type="button" disabled={busy} onClick={() => shown.back && void take(shown.back)}>
              Undo
            </button>
          )}
        </p>
      )}
    </div>
  )
  return { done, undo }
}
