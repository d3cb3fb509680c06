'use client'

import { useState } from 'react'
import { longDayRange } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import { type FixedCost, useFixedCostChanges, useFixedCosts } from '../../lib/use-fixed-costs.ts'
import { useMay } from '../../lib/use-me.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { useTakenBack } from '../rooms/use-taken-back.tsx'
import { useUndo } from '../rooms/use-undo.tsx'
import ui from '../ui.module.css'
import { CostsRoom } from './costs-room.tsx'
import { FixedCostForm } from './fixed-cost-form.tsx'

/** Rent, people, software: what is paid however much is sold. */
export function FixedCosts() {
  const { view } = useView()
  const asked = useFixedCosts(view.store)
  const { end } = useFixedCostChanges()
  const { gone, later, undo: ending } = useUndo<number>()
  const { done, undo } = useTakenBack()
  const may = useMay('products:write')
  const [making, setMaking] = useState(false)
  return (
    <CostsRoom
      title="Fixed costs"
      intro="What is paid however much is sold. A cost accrues a part on each calendar day; one for all stores is shared by their revenue of the day."
    >
      <div className={rows.bar}>
        {may && (
          <button type="button" className={ui.button} aria-expanded={making} onClick={() => setMaking(!making)}>
            New fixed cost
          </button>
        )}
        <p>
          <Downloads path="/fixed-costs" query={{ store: view.store }} />
        </p>
      </div>
      {making && (
        <div className={ui.panel}>
          <FixedCostForm
            onSaved={(sentence) => {
              setMaking(false)
              done(sentence)
            }}
            onCancel={() => setMaking(false)}
          />
        </div>
      )}
      <Asked asked={asked} lines={5}>
        {({ data }) => {
          const shown = data.filter(({ id }) => !gone.has(id))
          return shown.length === 0 ? (
            <Notice>There are no fixed costs yet. Without them the net profit is the contribution after ads.</Notice>
          ) : (
            <ul className={rows.rows}>
              {shown.map((cost) => (
                <Row
                  key={cost.id}
                  cost={cost}
                  may={may}
                  onSaved={done}
                  onEnd={() => later(cost.id, `“${cost.name}” ends today.`, () => end(cost.id))}
                />
              ))}
            </ul>
          )
        }}
      </Asked>
      {ending}
      {undo}
    </CostsRoom>
  )
}

type RowProps = { cost: FixedCost; may: boolean; onSaved: (sentence: string) => void; onEnd: () => void }

function Row({ cost, may, onSaved, onEnd }: RowProps) {
  const format = useFormat()
  const [editing, setEditing] = useState(false)
  return (
    <li className={rows.row} data-near data-fixed-cost={cost.id}>
      <div className={rows.main}>
        <p>
          {cost.name} <span className={rows.badge}>{cost.store ?? 'all stores'}</span>
        </p>
        <p className={rows.meta}>
          <span data-column="amount">
            {format.money(cost.amount, cost.currency)} a {cost.interval}
          </span>
          {cost.category !== '' && <span>{cost.category}</span>}
          <span>{longDayRange(cost.starts_on, cost.ends_on)}</span>
        </p>
      </div>
      {may && (
        <div className={rows.actions}>
          <button type="button" className={rows.plain} aria-expanded={editing} onClick={() => setEditing(!editing)}>
            Change<span className={ui.hidden}> {cost.name}</span>
          </button>
          <button type="button" className={rows.plain} data-tone="loss" onClick={onEnd}>
            End<span className={ui.hidden}> {cost.name}</span>
          </button>
        </div>
      )}
      {editing && (
        <FixedCostForm
          id={cost.id}
          onSaved={(sentence) => {
            setEditing(false)
            onSaved(sentence)
          }}
          onCancel={() => setEditing(false)}
        />
      )}
    </li>
  )
}
