'use client'

import { useState } from 'react'
import { sentenceFor } from '../../lib/api.ts'
import { moment } from '../../lib/times.ts'
import { useSessions } from '../../lib/use-sessions.ts'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'

/** Where the user is signed in, each to be ended by itself. */
export function Sessions() {
  const { asked, end, endOthers } = useSessions()
  const [error, setError] = useState<string>()
  const attempt = async (work: () => Promise<unknown>) => {
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(sentenceFor(failure))
    }
  }
  return (
    <section className={rows.part} aria-labelledby="sessions-title">
      <div className={rows.bar}>
        <h2 id="sessions-title" className={rows.title}>
          Where you are signed in
        </h2>
        {(asked.data?.data.length ?? 0) > 1 && (
          <button type="button" className={rows.plain} data-tone="loss" onClick={() => void attempt(endOthers)}>
            End all others
          </button>
        )}
      </div>
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      <Asked asked={asked} lines={1}>
        {({ data }) => (
          <ul className={rows.rows} aria-labelledby="sessions-title">
            {data.map(({ id, browser, started_at, last_used_at, is_this }) => (
              <li key={id} className={rows.row}>
                <div className={rows.main}>
                  <p>
                    {browser || 'An unknown browser'} {is_this && <span className={rows.badge}>this one</span>}
                  </p>
                  <p className={rows.meta}>
                    <span>since {moment(started_at)}</span>
                    {last_used_at !== null && <span>last used {moment(last_used_at)}</span>}
                  </p>
                </div>
                {!is_this && (
                  <button
                    type="button"
                    className={rows.plain}
                    data-tone="loss"
                    aria-label={`End the session of ${browser || 'an unknown browser'}`}
                    onClick={() => void attempt(() => end(id))}
                  >
                    End
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Asked>
    </section>
  )
}
