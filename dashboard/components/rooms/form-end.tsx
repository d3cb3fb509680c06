import type { ComponentProps, ReactNode } from 'react'
import ui from '../ui.module.css'
import { Conflict } from './conflict.tsx'
import rows from './rows.module.css'

type Props = {
  busy: boolean
  /** Why it was refused. */
  error: string | undefined
  /** What somebody else has saved meanwhile: the question which of the two stays then stands in place of the buttons. */
  conflict: ComponentProps<typeof Conflict> | undefined
  onCancel: () => void
  /** What is told before it is saved. */
  told?: ReactNode
  /** Buttons beside the one that saves. */
  children?: ReactNode
}

/** The end of a form that changes what others may change at the same time: what went wrong, whose change stays, and the buttons. */
export function FormEnd({ busy, error, conflict, onCancel, told, children }: Props) {
  return (
    <>
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      {told}
      {conflict ? (
        <Conflict {...conflict} />
      ) : (
        <div className={rows.end}>
          <button className={ui.button} disabled={busy}>
            Save
          </button>
          {children}
          <button type="button" className={ui.quiet} onClick={onCancel}>
            Cancel
          </button>
        </div>
      )}
    </>
  )
}
