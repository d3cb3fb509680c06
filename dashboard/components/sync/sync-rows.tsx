import { useState } from 'react'
import { sentenceFor } from '../../lib/api.ts'
import { shortRange } from '../../lib/days.ts'
import { textOf } from '../../lib/form-text.ts'
import { useFormat } from '../../lib/preferences.ts'
import { lasting, moment } from '../../lib/times.ts'
import { words } from '../../lib/tools.ts'
import { useMay } from '../../lib/use-me.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { connectors, standingOf, type Sync, type SyncStanding, useSyncRuns } from '../../lib/use-sync.ts'
import { Field } from '../field.tsx'
import { Progress } from '../rooms/progress.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'

/** What comes in, as people say it. */
const resources: Record<string, string> = {
  products: 'products and unit costs',
  orders: 'orders',
  'orders-90-days': 'orders of 90 days, looked at again every night',
  webhooks: 'what the shop tells by itself',
  reconciliation: 'comparison with the shop’s own totals',
}

const states: Record<SyncStanding, { label: string; tone: 'good' | 'attention' | 'loss' | undefined }> = {
  waiting: { label: 'waits for its first run', tone: undefined },
  queued: { label: 'is about to run', tone: 'attention' },
  running: { label: 'is running', tone: 'attention' },
  done: { label: 'up to date', tone: 'good' },
  failed: { label: 'failed', tone: 'loss' },
}

/** How far each connection is, with its runs beside their times. `ofStore`: the store is named by the page already. */
export function SyncRows({ syncs, ofStore = false }: { syncs: Sync[]; ofStore?: boolean }) {
  return (
    <ul className={rows.rows}>
      {syncs.map((sync) => (
        <Row key={sync.id} sync={sync} ofStore={ofStore} />
      ))}
    </ul>
  )
}

function Row({ sync, ofStore }: { sync: Sync; ofStore: boolean }) {
  const format = useFormat()
  const { run, again } = useSyncRuns()
  const may = useMay('financials:write')
  const [open, setOpen] = useState(false)
  const [failed, setFailed] = useState<string>()
  const [queued, setQueued] = useState<string>()
  const { busy, error, submit } = useSubmit(async (entered) => {
    const [from, to] = [textOf(entered, 'from'), textOf(entered, 'to')]
    await again(sync.id, from, to)
    setQueued(`${shortRange(from, to)} come in again within moments.`)
    setOpen(false)
  })
  const now = async () => {
    setFailed(undefined)
    setQueued(undefined)
    try {
      await run(sync.id)
      setQueued('It runs within moments.')
    } catch (failure) {
      setFailed(sentenceFor(failure))
    }
  }
  const { status, expected, done, seconds_left } = sync
  const { label, tone } = states[standingOf(sync)]
  const name = [
    connectors[sync.connector] ?? words(sync.connector),
    ofStore ? sync.account : (sync.store ?? sync.account),
  ]
    .filter(Boolean)
    .join(', ')
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <p>
          {name}: {resources[sync.resource] ?? sync.resource.replaceAll('_', ' ')}{' '}
          <span className={rows.badge} data-tone={tone}>
            {label}
          </span>
        </p>
        <p className={rows.meta}>
          {sync.last_success_at !== null && <span>last came in {moment(sync.last_success_at)}</span>}
          {sync.lag_seconds !== null && <span>{lasting(sync.lag_seconds)} behind</span>}
          {sync.next_run_at !== null && <span>next {moment(sync.next_run_at)}</span>}
          <span>{format.count(sync.rows)} rows</span>
        </p>
        {status === 'running' && expected !== null && (
          <Progress label={`${name} comes in`} done={done} of={expected}>
            {format.count(done)} of {format.count(expected)}
            {seconds_left !== null && `, ${lasting(seconds_left)} to go`}
          </Progress>
        )}
        {sync.error !== null && <p className={rows.error}>{sync.error}</p>}
        {sync.note !== null && <p className={rows.meta}>{sync.note}</p>}
        {sync.gaps.map(({ from, to, reason }) => (
          <p key={`${from} ${reason}`} className={rows.meta}>
            Missing {from} to {to}: {reason}
          </p>
        ))}
        <p className={rows.meta} role="status">
          {queued}
        </p>
        {failed !== undefined && (
          <p className={rows.error} role="alert">
            {failed}
          </p>
        )}
      </div>
      {may && (
        <div className={rows.actions}>
          <button type="button" className={rows.plain} disabled={status === 'running'} onClick={() => void now()}>
            Sync now
          </button>
          <button type="button" className={rows.plain} aria-expanded={open} onClick={() => setOpen(!open)}>
            Days again
          </button>
        </div>
      )}
      {open && (
        <form className={`${rows.form} ${rows.whole}`} aria-label={`Days of ${name} again`} onSubmit={submit}>
          <div className={rows.pair}>
            <Field label="First day" name="from" type="date" required />
            <Field label="Last day" name="to" type="date" required />
          </div>
          <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
          <div className={rows.end}>
            <button className={ui.button} disabled={busy}>
              Bring in again
            </button>
            <button type="button" className={ui.quiet} onClick={() => setOpen(false)}>
              Cancel
            </button>
          </div>
        </form>
      )}
    </li>
  )
}
