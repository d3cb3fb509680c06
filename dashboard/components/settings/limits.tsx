'use client'

import { useState } from 'react'
import { kindName } from '../../lib/action-words.ts'
import { useFormat } from '../../lib/preferences.ts'
import { type ActionLimits, useActionLimits } from '../../lib/use-action-limits.ts'
import { useMay } from '../../lib/use-me.ts'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { EditLimits } from './edit-limits.tsx'
import { SettingsRoom } from './settings-room.tsx'

/** How far what the agents propose may go, whoever approves it. */
export function Limits() {
  const asked = useActionLimits()
  return (
    <SettingsRoom
      title="Limits"
      intro="How far anything that the agents propose may go, and above what a second person must agree. The database holds these limits, whatever an agent was talked into. Amounts are in the reporting currency."
    >
      <Asked asked={asked} lines={6}>
        {({ data }) => (
          <ul className={rows.rows}>
            {data.map((limits) => (
              <Row key={limits.kind} limits={limits} />
            ))}
          </ul>
        )}
      </Asked>
    </SettingsRoom>
  )
}

function Row({ limits }: { limits: ActionLimits }) {
  const format = useFormat()
  const may = useMay('admin')
  const [editing, setEditing] = useState(false)
  const amount = (value: number) => format.amount(value)
  return (
    <li className={rows.row} data-near data-quiet={!limits.enabled || undefined}>
      <div className={rows.main}>
        <p>
          {kindName(limits.kind)} {!limits.enabled && <span className={rows.badge}>switched off</span>}
        </p>
        <p className={rows.meta}>
          {limits.max_amount !== null && <span>at most {amount(limits.max_amount)}</span>}
          {limits.max_amount_per_day !== null && <span>{amount(limits.max_amount_per_day)} a day</span>}
          {limits.max_change_percent !== null && (
            <span>at most {format.percent(limits.max_change_percent)} up or down</span>
          )}
          <span>{limits.max_per_day} a day</span>
          {limits.second_approver_above_amount !== null && (
            <span>two people above {amount(limits.second_approver_above_amount)}</span>
          )}
          {limits.second_approver_above_percent !== null && (
            <span>two people above {format.percent(limits.second_approver_above_percent)}</span>
          )}
        </p>
      </div>
      {may && (
        <div className={rows.actions}>
          <button type="button" className={rows.plain} aria-expanded={editing} onClick={() => setEditing(!editing)}>
            Change
          </button>
        </div>
      )}
      {editing && <EditLimits kind={limits.kind} onDone={() => setEditing(false)} />}
    </li>
  )
}
