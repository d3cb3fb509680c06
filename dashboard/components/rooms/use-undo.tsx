'use client'

import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { sentenceFor } from '../../lib/api.ts'
import styles from './undo.module.css'

const SECONDS = 6

type Waiting = { sentence: string; commit: () => Promise<unknown>; timer: ReturnType<typeof setTimeout> }

const sentencesOf = <Key,>(waiting: ReadonlyMap<Key, Waiting>): ReadonlyMap<Key, string> =>
  new Map([...waiting].map(([key, { sentence }]) => [key, sentence]))

/**
 * Does at once on the page what cannot be taken back on the server, and sends it only after a few seconds, so that it can be undone. `gone` has
 * the keys of what is to be hidden; `undo` is the message with the button, to be rendered on the page. Leaving the page sends it at once.
 */
export function useUndo<Key extends string | number>() {
  const waiting = useRef(new Map<Key, Waiting>())
  const [gone, setGone] = useState<ReadonlyMap<Key, string>>(new Map())
  const [failure, setFailure] = useState<string>()

  const settle = useCallback(async (key: Key) => {
    const it = waiting.current.get(key)
    if (!it) return
    clearTimeout(it.timer)
    waiting.current.delete(key)
    try {
      await it.commit()
    } catch (error) {
      setFailure(sentenceFor(error))
    }
    setGone(sentencesOf(waiting.current))
  }, [])

  useEffect(() => {
    const { current } = waiting
    const all = () => current.forEach((_, key) => void settle(key))
    window.addEventListener('pagehide', all)
    return () => {
      window.removeEventListener('pagehide', all)
      all()
    }
  }, [settle])

  const later = (key: Key, sentence: string, commit: () => Promise<unknown>) => {
    const timer = setTimeout(() => void settle(key), SECONDS * 1000)
    waiting.current.set(key, { sentence, commit, timer })
    setFailure(undefined)
    setGone(sentencesOf(waiting.current))
  }
  const keep = (key: Key) => {
    clearTimeout(waiting.current.get(key)?.timer)
    waiting.current.delete(key)
    setGone(sentencesOf(waiting.current))
  }

  const undo: ReactNode = (
    <div className={styles.undo} role="status">
      {[...gone].map(([key, sentence]) => (
        <p key={key}>
          <span>{sentence}</span>
          <button type="button" onClick={() => keep(key)}>
            Undo
          </button>
        </p>
      ))}
      {failure !== undefined && (
        <p>
          <span>{failure}</span>
          <button type="button" onClick={() => setFailure(undefined)}>
            Close
          </button>
        </p>
      )}
    </div>
  )
  return { gone, later, undo }
}
