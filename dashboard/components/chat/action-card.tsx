'use client'

import { type SubmitEvent, useState } from 'react'
import { canUndo, changesOf, kindName, statusName, statusTone } from '../../lib/action-words.ts'
import { sentenceFor } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { useFormat } from '../../lib/preferences.ts'
import { useMay } from '../../lib/use-me.ts'
import { moment } from '../../lib/times.ts'
import { type Action, useDecisions } from '../../lib/use-actions.ts'
import rows from '../rooms/rows.module.css'
import { TextArea } from '../rooms/text-area.tsx'
import ui from '../ui.module.css'
import styles from './action-card.module.css'

/** A proposal: what it changes, why, what it does to the profit, and what can be made of it. */
export function ActionCard({ action }: { action: Action }) {
  const may = useMay('orders:write')
  const format = useFormat()
  const { status, effect, approvals, approvals_needed } = action
  return (
    <article className={styles.card} aria-label={`${kindName(action.kind)}: ${action.target}`} data-status={status}>
      <header className={styles.head}>
        <h3>
          {action.undo_of !== null && 'Undo: '}
          {kindName(action.kind)}
        </h3>
        <span className={rows.badge} data-tone={statusTone[status]}>
          {statusName[status]}
        </span>
      </header>
      <p className={styles.target}>{action.target}</p>
      <dl className={styles.changes}>
        {changesOf(action).map(({ name, before, after }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {before !== null && (
                <>
                  <del>{before}</del> <span aria-hidden="true">→</span>{' '}
                </>
              )}
              <ins>{after}</ins>
            </dd>
          </div>
        ))}
        {effect.map(({ amount, currency, basis }) => (
          <div key={currency + basis}>
            <dt>Profit</dt>
            <dd>
              <strong data-loss={amount < 0 || undefined}>
                {amount > 0 && '+'}
                {format.money(amount, currency)}
              </strong>{' '}
              <span className={styles.basis}>{basis}</span>
            </dd>
          </div>
        ))}
        <div>
          <dt>Why</dt>
          <dd>{action.reason}</dd>
        </div>
      </dl>
      {action.error !== null && <p className={rows.error}>{action.error}</p>}
      <p className={rows.meta}>
        <span>
          {action.agent ?? action.proposed_by ?? 'Somebody'}, {moment(action.created_at)}
        </span>
        {status === 'pending' && <span>open until {moment(action.expires_at)}</span>}
        {approvals.map(({ email, at }) => (
          <span key={email}>
            approved by {email}, {moment(at)}
          </span>
        ))}
        {status === 'pending' && approvals_needed > 1 && (
          <span>
            {approvals.length} of {approvals_needed} approvals
          </span>
        )}
        {action.replaced_by !== null && <span>see proposal {action.replaced_by}</span>}
      </p>
      {may && <Decide action={action} />}
    </article>
  )
}

function Decide({ action }: { action: Action }) {
  const { id, status } = action
  const { approve, reject, undo, differently } = useDecisions()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const [telling, setTelling] = useState(false)
  const [said, setSaid] = useState<string>()
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(sentenceFor(failure))
    }
    setBusy(false)
  }
  const tell = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const text = textOf(new FormData(event.currentTarget), 'text').trim()
    if (text === '') return
    void run(async () => {
      const { answer } = await differently(id, text)
      setSaid(answer.text)
      setTelling(false)
    })
  }
  const retry = status === 'executing'
  return (
    <>
      {(status === 'pending' || retry) && !telling && (
        <div className={styles.buttons}>
          <button type="button" className={ui.button} disabled={busy} onClick={() => void run(() => approve(id))}>
            {retry ? 'Try again' : 'Approve'}
          </button>
          {!retry && (
            <>
              <button type="button" className={ui.quiet} disabled={busy} onClick={() => void run(() => reject(id))}>
                Reject
              </button>
              <button type="button" className={rows.plain} disabled={busy} onClick={() => setTelling(true)}>
                Do it differently
              </button>
            </>
          )}
        </div>
      )}
      {telling && (
        <form className={rows.form} onSubmit={tell}>
          <TextArea label="How should it be instead?" name="text" required maxLength={2000} autoFocus />
          <div className={rows.end}>
            <button className={ui.button} disabled={busy}>
              {busy ? 'Alfred is thinking…' : 'Propose again'}
            </button>
            <button type="button" className={ui.quiet} disabled={busy} onClick={() => setTelling(false)}>
              Back
            </button>
          </div>
        </form>
      )}
      {canUndo(action) && (
        <div className={styles.buttons}>
          <button type="button" className={rows.plain} disabled={busy} onClick={() => void run(() => undo(id))}>
            Undo
          </button>
        </div>
      )}
      <div role="status">
        {said !== undefined && <p className={styles.said}>{said}</p>}
        {error !== undefined && <p className={rows.error}>{error}</p>}
      </div>
    </>
  )
}
