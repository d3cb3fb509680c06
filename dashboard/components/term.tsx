'use client'

import { useEffect, useId, useRef, useState } from 'react'
import { type DefinedFigure, type Definition, definitions } from '../lib/definitions.ts'
import styles from './term.module.css'

const EDGE = 8
const GAP = 6

/** The name of a figure; hover, focus or tap opens its definition. */
export const Term = ({ name }: { name: DefinedFigure }) => <Meant {...definitions[name]} />

/** The same for what no line of the statement is. */
export function Meant({ label, text }: Definition) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const tip = useRef<HTMLSpanElement>(null)
  const [open, setOpen] = useState(false)

  useEffect(() => {
    const [box, anchor] = [tip.current, button.current]
    if (!open || !box || !anchor) return undefined
    const place = () => {
      const { top, bottom, left } = anchor.getBoundingClientRect()
      const fits = bottom + GAP + box.offsetHeight + EDGE < window.innerHeight
      const rightmost = document.documentElement.clientWidth - box.offsetWidth - EDGE
      box.style.top = `${fits ? bottom + GAP : top - box.offsetHeight - GAP}px`
      box.style.left = `${Math.max(EDGE, Math.min(left, rightmost))}px`
    }
    box.showPopover()
    place()
    window.addEventListener('scroll', place, { capture: true, passive: true })
    return () => {
      window.removeEventListener('scroll', place, { capture: true })
      box.hidePopover()
    }
  }, [open])

  return (
    <>
      <button
        ref={button}
        type="button"
        className={styles.term}
        aria-describedby={id}
        onPointerEnter={(event) => event.pointerType === 'mouse' && setOpen(true)}
        onPointerLeave={(event) => event.pointerType === 'mouse' && setOpen(false)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onClick={() => setOpen(true)}
        onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
      >
        {label}
      </button>
      <span ref={tip} id={id} role="tooltip" popover="manual" className={styles.tip}>
        <strong>{label}</strong> {text}
      </span>
    </>
  )
}
