'use client'

import { useState } from 'react'
import { sentenceFor } from '../lib/api.ts'
import { type Pairing, usePairings } from '../lib/use-pairings.ts'
import { Field } from './field.tsx'
import { Notice } from './notice.tsx'
import styles from './pairings.module.css'
import { Skeleton } from './skeleton.tsx'
import ui from './ui.module.css'

/** Who waits to be let in by the bot, each with the two answers. */
export function Pairings() {
  const { pairings, error, retry, approve, reject } = usePairings()
  const [outcome, setOutcome] = useState('')
  const answer = async (work: Promise<string>) => {
    try {
      setOutcome(await work)
    } catch (failure) {
      setOutcome(sentenceFor(failure))
    }
  }
  const letIn = async ({ code, ...pairing }: Pairing, email: string) => {
    const linked = await approve(code, email)
    return `${linked.first_name ?? nameOf(pairing)} now talks to the bot as ${linked.email}.`
  }
  const turnAway = async ({ code, ...pairing }: Pairing) => {
    await reject(code)
    return `${nameOf(pairing)} was turned away.`
  }
  return (
    <div className={styles.pairings}>
      {error !== undefined && !pairings && (
        <Notice tone="attention" onRetry={retry}>
          {sentenceFor(error)}
        </Notice>
      )}
      {error === undefined && !pairings && (
        <p>
          <Skeleton width={30} />
        </p>
      )}
      {pairings?.length === 0 && (
        <p className={styles.empty}>
          Nobody is waiting. Write anything to the bot in Telegram: it answers with a code, and the request appears
          here.
        </p>
      )}
      {pairings && pairings.length > 0 && (
        <ul className={styles.list}>
          {pairings.map((pairing) => (
            <Request
              key={pairing.code}
              pairing={pairing}
              onApprove={(email) => answer(letIn(pairing, email))}
              onReject={() => answer(turnAway(pairing))}
            />
          ))}
        </ul>
      )}
      <p role="status" className={styles.outcome}>
        {outcome}
      </p>
    </div>
  )
}

type RequestProps = { pairing: Pairing; onApprove: (email: string) => Promise<void>; onReject: () => Promise<void> }

function Request({ pairing, onApprove, onReject }: RequestProps) {
  const [email, setEmail] = useState('')
  const [busy, setBusy] = useState(false)
  const run = async (work: () => Promise<void>) => {
    setBusy(true)
    await work()
    setBusy(false)
  }
  return (
    <li>
      <div className={styles.who}>
        <p>
          <strong>{pairing.first_name ?? 'Someone'}</strong>
          {pairing.username && <span> @{pairing.username}</span>}
        </p>
        <p className={styles.code}>{pairing.code}</p>
        <p className={styles.until}>Valid until {clock.format(new Date(pairing.expires_at))}</p>
      </div>
      <form
        className={styles.answer}
        onSubmit={(event) => {
          event.preventDefault()
          void run(() => onApprove(email.trim()))
        }}
      >
        <Field
          label="E-mail of their account (optional)"
          type="email"
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <div className={styles.buttons}>
          <button className={ui.button} disabled={busy}>
            Approve
          </button>
          <button type="button" className={ui.quiet} disabled={busy} onClick={() => void run(onReject)}>
            Reject
          </button>
        </div>
      </form>
    </li>
  )
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

const nameOf = ({ first_name, username }: Omit<Pairing, 'code'>): string =>
  first_name ?? (username ? `@${username}` : 'The sender')
