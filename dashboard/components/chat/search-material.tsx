'use client'

import { type SubmitEvent, useState } from 'react'
import { textOf } from '../../lib/form-text.ts'
import { useFound } from '../../lib/use-found.ts'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import styles from './search-material.module.css'

/** Searches the material as the agents do, with the place of each find. */
export function SearchMaterial() {
  const [q, setQ] = useState('')
  const asked = useFound(q)
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    setQ(textOf(new FormData(event.currentTarget), 'q').trim())
  }
  return (
    <section aria-label="Search the material" className={styles.search}>
      <form role="search" onSubmit={submit}>
        <input
          className={ui.input}
          type="search"
          name="q"
          maxLength={1000}
          aria-label="Search the material"
          placeholder="Search the material, such as: how long do returns take"
        />
        <button className={ui.quiet}>Search</button>
      </form>
      {q !== '' && (
        <Asked asked={asked} lines={2}>
          {({ data, notice }) => (
            <div role="status" className={styles.found}>
              {notice !== null && <p className={rows.meta}>{notice}</p>}
              {data.length === 0 ? (
                <Notice>The material says nothing about “{q}”.</Notice>
              ) : (
                <ol className={rows.rows}>
                  {data.map(({ id, title, url, content, page, start_time }) => (
                    <li key={id} className={rows.row}>
                      <div className={rows.main}>
                        <p>
                          {url === null ? title : <a href={url}>{title}</a>}
                          {start_time !== null && <span className={styles.place}> at {clock(start_time)}</span>}
                          {page !== null && <span className={styles.place}> page {page}</span>}
                        </p>
                        <p className={rows.text}>{content}</p>
                      </div>
                    </li>
                  ))}
                </ol>
              )}
            </div>
          )}
        </Asked>
      )}
    </section>
  )
}

/** Seconds as on a player: 1:02:03. */
const clock = (seconds: number): string => {
  const whole = Math.floor(seconds)
  const two = (part: number) => String(part).padStart(2, '0')
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
