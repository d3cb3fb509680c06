'use client'

import { moment } from '../../lib/times.ts'
import { asText } from '../../lib/tools.ts'
import { type AuditEntry, useAuditLog } from '../../lib/use-audit-log.ts'
import { Downloads } from '../downloads.tsx'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import styles from './audit-log.module.css'
import { SettingsRoom } from './settings-room.tsx'

/** So many values stand open. */
const FEW = 2

/** Who changed money, access or secrets, and when. */
export function AuditLog() {
  const { asked, more, isLoading } = useAuditLog()
  return (
    <SettingsRoom
      title="Audit log"
      intro="Who changed money, access or secrets, and when. Nothing in it can be changed or removed."
    >
      <div className={rows.bar}>
        <span />
        <Downloads path="/audit-log" query={{}} />
      </div>
      <Asked asked={asked} lines={8}>
        {(data) =>
          data.length === 0 ? (
            <Notice>Nothing was changed yet.</Notice>
          ) : (
            <ul className={rows.rows}>
              {data.map((entry) => (
                <Row key={entry.id} entry={entry} />
              ))}
            </ul>
          )
        }
      </Asked>
      {more && (
        <button type="button" className={`${ui.quiet} ${rows.more}`} disabled={isLoading} onClick={() => void more()}>
          {isLoading ? 'Looking…' : 'Show older ones'}
        </button>
      )}
    </SettingsRoom>
  )
}

function Row({ entry: { at, email, token_id, action, subject, old_value, new_value } }: { entry: AuditEntry }) {
  const changed = changesIn(old_value, new_value)
  return (
    <li className={`${rows.row} ${styles.entry}`}>
      <div className={rows.main}>
        <p>
          {action.replaceAll('_', ' ').replace('.', ': ')} <span className={styles.subject}>{subject}</span>
        </p>
        <p className={rows.meta}>
          <span>{email ?? 'from the terminal'}</span>
          {token_id !== null && <span>by token {token_id}</span>}
          <time dateTime={at}>{moment(at)}</time>
        </p>
        {changed.length > 0 && changed.length <= FEW && <Values changed={changed} />}
        {changed.length > FEW && (
          <details className={styles.values}>
            <summary>{changed.length} values</summary>
            <Values changed={changed} />
          </details>
        )}
      </div>
    </li>
  )
}

function Values({ changed }: { changed: Changed[] }) {
  return (
    <dl className={styles.values}>
      {changed.map(([name, before, after]) => (
        <div key={name}>
          <dt>{name.replaceAll('_', ' ')}</dt>
          <dd>
            {before !== undefined && (
              <>
                <del>{before}</del> <span aria-hidden="true">→</span>{' '}
              </>
            )}
            {after ?? '–'}
          </dd>
        </div>
      ))}
    </dl>
  )
}

type Changed = [name: string, before: string | undefined, after: string | undefined]

/** The values that differ. */
const changesIn = (before: unknown, after: unknown): Changed[] => {
  const [old, now] = [fields(before), fields(after)]
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .map((name): Changed => [
      name,
      name in old ? asText(old[name]) : undefined,
      name in now ? asText(now[name]) : undefined,
    ])
    .filter(([, one, other]) => one !== other)
}

const fields = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : value === null || value === undefined
      ? {}
      : { value }
