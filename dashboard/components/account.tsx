'use client'

import { type ReactNode, useId, useState } from 'react'
import { BASE } from '../lib/address.ts'
import { sentenceFor } from '../lib/api.ts'
import { logOut, useMe } from '../lib/use-me.ts'
import styles from './account.module.css'
import { Notice } from './notice.tsx'
import { Pairings } from './pairings.tsx'
import { PasswordForm } from './password-form.tsx'
import { Preferences } from './preferences.tsx'
import { Shell } from './shell.tsx'
import { Skeleton } from './skeleton.tsx'
import ui from './ui.module.css'

/** The user's own settings, and who may talk to the bot. */
export function Account() {
  const { data, error, mutate } = useMe()
  return (
    <Shell>
      <div className={styles.page}>
        <h1>Account</h1>
        {error !== undefined && !data && (
          <Notice tone="attention" onRetry={() => mutate()}>
            {sentenceFor(error)}
          </Notice>
        )}
        <Section title="Signed in as" intro={data ? `Role: ${data.user.role}` : <Skeleton width={12} />}>
          <div className={styles.who}>
            <p>{data ? data.user.email : <Skeleton width={22} />}</p>
            <LogOut />
          </div>
        </Section>
        <Section title="Telegram" intro="People who wrote to the bot and wait to be let in.">
          <Pairings />
        </Section>
        <Section title="Display" intro="Kept in this browser only.">
          <Preferences />
        </Section>
        <Section title="Password" intro="At least 12 characters. A few words are easier to remember than symbols.">
          <PasswordForm email={data?.user.email ?? ''} />
        </Section>
      </div>
    </Shell>
  )
}

function Section({ title, intro, children }: { title: string; intro: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        <p className={styles.intro}>{intro}</p>
      </div>
      <div className={ui.panel}>{children}</div>
    </section>
  )
}

function LogOut() {
  const [error, setError] = useState<string>()
  const leave = async () => {
    try {
      await logOut()
      window.location.replace(`${BASE}/login`)
    } catch (failure) {
      setError(sentenceFor(failure))
    }
  }
  return (
    <>
      <button type="button" className={ui.quiet} onClick={() => void leave()}>
        Log out
      </button>
      {error && <p role="alert">{error}</p>}
    </>
  )
}
