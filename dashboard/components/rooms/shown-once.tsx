'use client'

import { useState } from 'react'
import ui from '../ui.module.css'
import styles from './shown-once.module.css'

type Props = { title: string; note: string; value: string; onClose: () => void }

/** Something that is shown now and never again, to be copied. */
export function ShownOnce({ title, note, value, onClose }: Props) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(value)
    setCopied(true)
  }
  return (
    <section className={styles.once} aria-label={title}>
      <h2>{title}</h2>
      <p>{note}</p>
      <code>{value}</code>
      <div>
        <button type="button" className={ui.button} onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </button>
        <button type="button" className={ui.quiet} onClick={onClose}>
          Done
        </button>
      </div>
    </section>
  )
}
