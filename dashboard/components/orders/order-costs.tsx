import { useState } from 'react'
import { change } from '../../lib/api.ts'
import { costNames, stepWords } from '../../lib/cost-step-words.ts'
import { useFormat } from '../../lib/preferences.ts'
import { useMay } from '../../lib/use-me.ts'
import type { CostStep, OrderDetail, SaidCosts } from '../../lib/use-orders.ts'
import { Figure } from '../figure.tsx'
import rows from '../rooms/rows.module.css'
import { EditOrderCosts } from './edit-order-costs.tsx'
import styles from './order-page.module.css'
import { sentenceFor } from '../../lib/api.ts'

type Props = { order: OrderDetail; etag: string; onChanged: () => Promise<unknown> }

/** Each cost of an order with the step that it comes from; who may says another, and takes it back. */
export function OrderCosts({ order, etag, onChanged }: Props) {
  const may = useMay('orders:write')
  const format = useFormat()
  const [editing, setEditing] = useState(false)
  const [before, setBefore] = useState<SaidCosts>()
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)
  const { id, costs, currency } = order
  const takeBack = async (said: SaidCosts) => {
    setBusy(true)
    setError(undefined)
    try {
      await change('PATCH', `/orders/${id}/costs`, { ...said, reason: 'taken back' }, etag)
      setBefore(undefined)
    } catch (failure) {
      setError(sentenceFor(failure))
    }
    await onChanged()
    setBusy(false)
  }
  return (
    <section aria-labelledby="costs">
      <div className={styles.head}>
        <h2 id="costs">Where each cost comes from</h2>
        {may && costs.length > 0 && (
          <button type="button" className={rows.plain} onClick={() => setEditing(true)}>
            Say what it cost
          </button>
        )}
      </div>
      {costs.length === 0 ? (
        <p>The order has no costs.</p>
      ) : (
        <ul className={rows.rows}>
          {costs.map((step) => (
            <li
              key={`${step.cost} ${step.line_no}`}
              className={styles.cost}
              data-cost={step.cost}
              data-guessed={isGuessed(step) || undefined}
            >
              <span>
                {costNames[step.cost]}
                {step.sku !== null && `, ${step.sku}`}
              </span>
              <Figure name={step.cost} value={step.amount} currency={currency} />
              <span className={styles.why}>{stepWords(step, currency, format)}</span>
            </li>
          ))}
        </ul>
      )}
      <div role="status">
        {before && (
          <p className={styles.done}>
            <span>Saved: the order counts with it from now on.</span>
            <button type="button" className={rows.plain} disabled={busy} onClick={() => void takeBack(before)}>
              Undo
            </button>
          </p>
        )}
        {error !== undefined && <p className={rows.error}>{error}</p>}
      </div>
      {editing && (
        <EditOrderCosts
          order={order}
          etag={etag}
          onClose={() => setEditing(false)}
          onSaved={async (was) => {
            setEditing(false)
            setBefore(was)
            await onChanged()
          }}
        />
      )}
    </section>
  )
}

const isGuessed = ({ cost, step }: CostStep) => step === 'unknown' || (cost === 'cogs' && step === 'store_default')
