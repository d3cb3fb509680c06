'use client'

import { useState } from 'react'
import { sentenceFor } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { isAhead, moment } from '../../lib/times.ts'
import { type Alert, type AlertChange, useAlertChange, useAlerts } from '../../lib/use-alerts.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Field } from '../field.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import styles from './alerts.module.css'
import { SettingsRoom } from './settings-room.tsx'

const WEEK = 7 * 86_400_000

type Kind = { kind: string; title: string; what: string; limit?: string }

const kinds: Kind[] = [
  { kind: 'morning', title: 'Morning digest', what: 'Yesterday, with pictures, every morning.' },
  { kind: 'weekly', title: 'Weekly review', what: 'The week that ended, every Monday.' },
  {
    kind: 'order_loss',
    title: 'An order loses money',
    what: 'An order whose contribution is below zero.',
    limit: 'Loss above',
  },
  { kind: 'refund', title: 'A large refund', what: 'A refund above the limit.', limit: 'Refund above' },
  {
    kind: 'spend_without_sales',
    title: 'Spend without sales',
    what: 'Ads cost money and nothing is sold.',
    limit: 'Spend above',
  },
  {
    kind: 'negative_cm3',
    title: 'Contribution 3 below zero',
    what: 'A day’s ads cost more than the goods leave.',
    limit: 'Loss above',
  },
  {
    kind: 'margin_drop',
    title: 'Margin drops',
    what: 'Against the same weekday of four weeks.',
    limit: 'Percentage points',
  },
  {
    kind: 'reconciliation',
    title: 'Not what Shopify says',
    what: 'A day that differs from Shopify for longer than an hour.',
  },
  { kind: 'failure', title: 'Something failed', what: 'A job, a connection or a rate that is missing. For admins.' },
]

/** What the user is told in Telegram without asking. */
export function Alerts() {
  const asked = useAlerts()
  return (
    <SettingsRoom
      title="Alerts"
      intro="What you are told in Telegram without asking. Each event is told once, with its likely cause."
    >
      <Asked asked={asked} lines={6}>
        {({ data }) => (
          <ul className={rows.rows}>
            {kinds.map((kind) => (
              <Row key={kind.kind} {...kind} alert={data.find((alert) => alert.kind === kind.kind)} />
            ))}
          </ul>
        )}
      </Asked>
    </SettingsRoom>
  )
}

function Row({ kind, title, what, limit, alert }: Kind & { alert: Alert | undefined }) {
  const save = useAlertChange()
  const [editing, setEditing] = useState(false)
  const [failed, setFailed] = useState<string>()
  const where = alert && { chat_id: alert.chat_id }
  const attempt = async (changed: AlertChange) => {
    setFailed(undefined)
    try {
      await save(kind, { ...where, ...changed })
    } catch (failure) {
      setFailed(sentenceFor(failure))
    }
  }
  const { busy, error, submit } = useSubmit(async (entered) => {
    const [threshold, at] = [textOf(entered, 'threshold').replace(',', '.'), textOf(entered, 'at')]
    await save(kind, { ...where, ...(threshold !== '' && { threshold: Number(threshold) }), ...(at !== '' && { at }) })
    setEditing(false)
  })
  const on = alert?.active === true
  const until = alert?.muted_until ?? null
  const muted = isAhead(until)
  return (
    <li className={rows.row} data-near>
      <div className={rows.main}>
        <p>{title}</p>
        <p className={rows.meta}>
          <span>{what}</span>
          {on && alert.threshold !== null && limit && (
            <span>
              {limit.toLowerCase()} {alert.threshold}
            </span>
          )}
          {on && alert.at !== null && <span>at {alert.at}</span>}
          {on && alert.store !== null && <span>{alert.store}</span>}
          {muted && until !== null && <span>muted until {moment(until)}</span>}
        </p>
        {failed !== undefined && (
          <p className={rows.error} role="alert">
            {failed}
          </p>
        )}
      </div>
      <div className={styles.actions}>
        {on && (
          <>
            <button type="button" className={rows.plain} aria-expanded={editing} onClick={() => setEditing(!editing)}>
              Change
            </button>
            <button
              type="button"
              className={rows.plain}
              onClick={() => void attempt({ muted_until: muted ? null : new Date(Date.now() + WEEK).toISOString() })}
            >
              {muted ? 'Unmute' : 'Mute for a week'}
            </button>
          </>
        )}
        <button
          type="button"
          role="switch"
          className={styles.switch}
          aria-checked={on}
          aria-label={title}
          onClick={() => void attempt({ active: !on })}
        />
      </div>
      {editing && alert && (
        <form className={`${rows.form} ${rows.whole}`} aria-label={title} onSubmit={submit}>
          <div className={rows.pair}>
            {limit && alert.threshold !== null && (
              <Field
                label={limit}
                name="threshold"
                inputMode="decimal"
                defaultValue={alert.threshold}
                pattern="[0-9]+([.,][0-9]+)?"
                required
              />
            )}
            {alert.at !== null && <Field label="Time" name="at" type="time" defaultValue={alert.at} required />}
          </div>
          <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
          <div className={rows.end}>
            <button className={ui.button} disabled={busy}>
              Save
            </button>
            <button type="button" className={ui.quiet} onClick={() => setEditing(false)}>
              Cancel
            </button>
          </div>
        </form>
      )}
    </li>
  )
}
