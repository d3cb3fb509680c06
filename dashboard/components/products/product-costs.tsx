'use client'

import { useState } from 'react'
import { longDayRange } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import { useMay } from '../../lib/use-me.ts'
import { useProductCosts } from '../../lib/use-unit-costs.ts'
import { EditUnitCost } from '../costs/edit-unit-cost.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { useTakenBack } from '../rooms/use-taken-back.tsx'
import ui from '../ui.module.css'
import styles from './product-page.module.css'

type Props = { id: number; name: string; currency: string; from: string }

/** What a piece costs and did cost, and why; another cost is tried out on past profit before it is set. */
export function ProductCosts({ id, name, currency, from }: Props) {
  const format = useFormat()
  const asked = useProductCosts(id)
  const { done, undo } = useTakenBack()
  const may = useMay('products:write')
  const [editing, setEditing] = useState(false)
  return (
    <section className={ui.panel} aria-labelledby="costs-title">
      <header className={styles.head}>
        <h2 id="costs-title">Unit cost</h2>
        {may && (
          <button type="button" className={rows.plain} aria-expanded={editing} onClick={() => setEditing(!editing)}>
            Change
          </button>
        )}
      </header>
      {editing && (
        <EditUnitCost
          product={{ id, name }}
          currency={currency}
          from={from}
          onSaved={(sentence, back) => {
            setEditing(false)
            done(sentence, back)
          }}
          onCancel={() => setEditing(false)}
        />
      )}
      <Asked asked={asked} lines={2}>
        {({ data }) =>
          data.length === 0 ? (
            <p className={styles.none}>
              Nobody said what a piece costs. Where the store has a default percent, that stands for it, as an estimate.
            </p>
          ) : (
            <ul className={styles.list} aria-label="Unit costs by their days">
              {data.map((cost) => (
                <li key={cost.id} data-cost={cost.id}>
                  <div>
                    <p>{longDayRange(cost.from, cost.to)}</p>
                    {cost.source !== '' && <p className={rows.meta}>{cost.source}</p>}
                  </div>
                  <span className={styles.amount}>{format.money(cost.unit_cost, cost.currency)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
      {undo}
    </section>
  )
}
