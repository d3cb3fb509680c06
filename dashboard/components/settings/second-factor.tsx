'use client'

import { useState } from 'react'
import { HOME } from '../../lib/address.ts'
import { sentenceFor } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { dayOf } from '../../lib/times.ts'
import { useMe } from '../../lib/use-me.ts'
import { type BegunFactor, type SecondFactor as Factor, useSecondFactor } from '../../lib/use-second-factor.ts'
import { useSettings } from '../../lib/use-settings.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { CodeField } from '../code-field.tsx'
import { PasswordField } from '../password-field.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import once from '../rooms/shown-once.module.css'
import ui from '../ui.module.css'
import styles from './second-factor.module.css'

type Step = 'resting' | 'beginning' | 'renewing' | 'removing'

/** The user's second factor: setting it up with an app, new recovery codes, taking it away; for owners, asking it of everybody. */
export function SecondFactor() {
  const { asked, refresh } = useSecondFactor()
  const [step, setStep] = useState<Step>('resting')
  const [codes, setCodes] = useState<string[]>()
  const rest = () => setStep('resting')
  const show = (made: string[]) => {
    setCodes(made)
    rest()
  }
  const done = async () => {
    // Pages that were refused so far are asked anew.
    if (asked.data?.required && !asked.data.is_on) return window.location.replace(HOME)
    setCodes(undefined)
    await refresh()
  }
  return (
    <section className={`${ui.panel} ${rows.form}`} aria-labelledby="factor-title">
      <div>
        <h2 id="factor-title" className={rows.title}>
          Second factor
        </h2>
        <p className={rows.meta}>
          A code from an app on your phone beside your password. API tokens and Telegram go on without it.
        </p>
      </div>
      {codes && <RecoveryCodes codes={codes} onDone={() => void done()} />}
      <div className={styles.state}>
        <Asked asked={asked} lines={1}>
          {(factor) => (
            <>
              {codes === undefined && step === 'resting' && <State factor={factor} onStep={setStep} />}
              {step === 'beginning' && <SetUp onCodes={show} onCancel={rest} />}
              {(step === 'renewing' || step === 'removing') && <Change step={step} onCodes={show} onRest={rest} />}
              {codes === undefined && step === 'resting' && <ForEverybody factor={factor} />}
            </>
          )}
        </Asked>
      </div>
    </section>
  )
}

function State({ factor, onStep }: { factor: Factor; onStep: (step: Step) => void }) {
  const { is_on, confirmed_at, recovery_codes_left, required } = factor
  if (!is_on)
    return (
      <>
        {required && <p className={rows.error}>Your team asks for a second factor. Set yours up to go on.</p>}
        <div className={rows.end}>
          <button type="button" className={ui.button} onClick={() => onStep('beginning')}>
            Set up
          </button>
        </div>
      </>
    )
  return (
    <>
      <p>
        On since {dayOf(confirmed_at ?? '')}; {recovery_codes_left} recovery codes are left.
      </p>
      <div className={rows.end}>
        <button type="button" className={ui.quiet} onClick={() => onStep('renewing')}>
          New recovery codes
        </button>
        {!required && (
          <button type="button" className={ui.quiet} onClick={() => onStep('removing')}>
            Remove
          </button>
        )}
      </div>
    </>
  )
}

type SettingUp = { onCodes: (codes: string[]) => void; onCancel: () => void }

/** First the password, then the key for the app and its first code. */
function SetUp({ onCodes, onCancel }: SettingUp) {
  const { begin, confirm } = useSecondFactor()
  const [begun, setBegun] = useState<BegunFactor>()
  const { busy, error, submit } = useSubmit(async (entered) => {
    if (begun) onCodes(await confirm(textOf(entered, 'code')))
    else setBegun(await begin(textOf(entered, 'password')))
  })
  return (
    <form className={rows.form} aria-label="Set up the second factor" onSubmit={submit}>
      {begun ? (
        <>
          <p>Scan this with an authenticator app, or type the key into it. Then enter the code that it shows.</p>
          <svg className={styles.picture} viewBox={`0 0 ${begun.size} ${begun.size}`} role="img">
            <title>The key as a QR code</title>
            <path d={begun.path} fill="currentColor" shapeRendering="crispEdges" />
          </svg>
          <p>
            Key: <code className={rows.code}>{begun.secret}</code>
          </p>
          <CodeField autoFocus hint="Six digits." />
        </>
      ) : (
        <PasswordField label="Your password" name="password" autoComplete="current-password" required autoFocus />
      )}
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      <div className={rows.end}>
        <button className={ui.button} disabled={busy}>
          {begun ? 'Confirm' : 'Go on'}
        </button>
        <button type="button" className={ui.quiet} onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}

type Changing = { step: 'renewing' | 'removing'; onCodes: (codes: string[]) => void; onRest: () => void }

/** What weakens or renews it takes the password and a code. */
function Change({ step, onCodes, onRest }: Changing) {
  const { newRecoveryCodes, remove } = useSecondFactor()
  const { busy, error, submit } = useSubmit(async (entered) => {
    const given = [textOf(entered, 'password'), textOf(entered, 'code')] as const
    if (step === 'renewing') onCodes(await newRecoveryCodes(...given))
    else {
      await remove(...given)
      onRest()
    }
  })
  const name = step === 'renewing' ? 'Make new recovery codes' : 'Remove the second factor'
  return (
    <form className={rows.form} aria-label={name} onSubmit={submit}>
      <PasswordField label="Your password" name="password" autoComplete="current-password" required autoFocus />
      <CodeField />
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      <div className={rows.end}>
        <button className={ui.button} disabled={busy}>
          {name}
        </button>
        <button type="button" className={ui.quiet} onClick={onRest}>
          Cancel
        </button>
      </div>
    </form>
  )
}

/** Shown now and never again. */
function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(codes.join('\n'))
    setCopied(true)
  }
  return (
    <div className={once.once} role="group" aria-label="Recovery codes">
      <p>
        Keep these where your phone is not. Each lets you in once without it, and they are not shown again. Your other
        sessions have ended.
      </p>
      <ul className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div>
        <button type="button" className={ui.button} onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </button>
        <button type="button" className={ui.quiet} onClick={onDone}>
          I have kept them
        </button>
      </div>
    </div>
  )
}

/** For owners: whether everybody has to have one. */
function ForEverybody({ factor }: { factor: Factor }) {
  const { refresh } = useSecondFactor()
  const { save } = useSettings()
  const { data: me } = useMe()
  const [error, setError] = useState<string>()
  if (me?.user.role !== 'owner') return null
  const ask = async (second_factor_required: boolean) => {
    setError(undefined)
    try {
      await save({ second_factor_required })
      await refresh()
    } catch (failure) {
      setError(sentenceFor(failure))
    }
  }
  return (
    <>
      <label>
        <input type="checkbox" checked={factor.required} onChange={(event) => void ask(event.target.checked)} /> Ask
        everybody in the team for a second factor
      </label>
      {error !== undefined && (
        <p className={rows.error} role="alert">
          {error}
        </p>
      )}
    </>
  )
}
