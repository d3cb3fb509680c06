'use client'

import Link from 'next/link'
import { useState } from 'react'
import { reasonFor } from '../../lib/api.ts'
import { importKind, importStatus } from '../../lib/import-words.ts'
import { useFormat } from '../../lib/preferences.ts'
import { moment } from '../../lib/times.ts'
import { useImport, useImportChanges } from '../../lib/use-imports.ts'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { Effect } from './effect.tsx'
import styles from './import-proof.module.css'

const counts = [
  ['rows_read', 'Rows read'],
  ['added', 'New'],
  ['changed', 'Changed'],
  ['unchanged', 'As they are'],
  ['unknown', 'Unknown product'],
  ['rejected', 'Rejected'],
  ['skipped', 'No data'],
] as const

/** What a file does: the records and the profit of each month, and the rows that stay out with the reason. */
export function ImportProof({ id }: { id: string }) {
  const format = useFormat()
  const asked = useImport(id)
  const { apply, undo } = useImportChanges()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(reasonFor(failure))
    }
    await asked.mutate()
    setBusy(false)
  }
  return (
    <>
      <p>
        <Link className={rows.plain} href="/costs/imports">
          All imports
        </Link>
      </p>
      <Asked asked={asked} lines={4}>
        {(one) => (
          <>
            <header>
              <h2 className={styles.name}>
                {one.file_name}{' '}
                <span className={rows.badge} data-tone={one.status === 'applied' ? 'good' : undefined}>
                  {importStatus[one.status]}
                </span>
              </h2>
              <p className={rows.meta}>
                <span>{importKind[one.kind]}</span>
                <span>
                  {one.created_by ?? 'somebody'}, {moment(one.created_at)}
                </span>
                {one.applied_at !== null && <span>applied {moment(one.applied_at)}</span>}
                {one.undone_at !== null && <span>taken back {moment(one.undone_at)}</span>}
              </p>
            </header>
            <dl className={styles.counts}>
              {counts.map(([name, label]) => (
                <div key={name} data-quiet={one[name] === 0 || undefined}>
                  <dt>{label}</dt>
                  <dd data-column={name}>{format.count(one[name])}</dd>
                </div>
              ))}
            </dl>
            {one.notes.length > 0 && (
              <ul className={styles.notes}>
                {one.notes.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            )}
            {one.effect && <Effect effect={one.effect} done={one.status !== 'previewed'} />}
            {one.issues.length > 0 && (
              <section className={rows.part} aria-labelledby="left-out">
                <h3 id="left-out" className={rows.title}>
                  Rows that stay out
                </h3>
                <ul className={rows.rows}>
                  {one.issues.map(({ line, result, reason }) => (
                    <li key={`${line} ${reason}`} className={rows.row}>
                      <p className={rows.main}>
                        <span>
                          Line {format.count(line)}: {reason}
                        </span>{' '}
                        <span className={rows.badge} data-tone={result === 'skipped' ? undefined : 'attention'}>
                          {result}
                        </span>
                      </p>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
            <div className={rows.end}>
              {one.status === 'previewed' && (
                <button
                  type="button"
                  className={ui.button}
                  disabled={busy || one.added + one.changed === 0}
                  onClick={() => void attempt(() => apply(one.id))}
                >
                  {busy ? 'Applying…' : 'Apply'}
                </button>
              )}
              {one.status === 'applied' && (
                <button
                  type="button"
                  className={ui.quiet}
                  disabled={busy}
                  onClick={() => void attempt(() => undo(one.id))}
                >
                  {busy ? 'Taking it back…' : 'Take it back'}
                </button>
              )}
            </div>
          </>
        )}
      </Asked>
    </>
  )
}
