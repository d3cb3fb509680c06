import { useEffect } from 'react'
import type { OrderDetail } from '../../lib/use-orders.ts'
import { useOrderActions } from '../../lib/use-actions.ts'
import { ActionCard } from '../chat/action-card.tsx'
import { Asked } from '../rooms/asked.tsx'
import styles from './order-page.module.css'

/** What was proposed to be done about the order, and what became of it; nothing where nothing was. */
export function OrderActions({ order: { id }, onChanged }: { order: OrderDetail; onChanged: () => unknown }) {
  const asked = useOrderActions(id)
  const actions = asked.data?.data
  const done = actions?.filter(({ status }) => status === 'executed').length
  // What was carried out is booked: the order says something else by now.
  useEffect(() => {
    if (done !== undefined && done > 0) onChanged()
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only when one more was carried out
  }, [done])
  if (asked.error === undefined && (actions === undefined || actions.length === 0)) return null
  return (
    <section aria-labelledby="actions">
      <div className={styles.head}>
        <h2 id="actions">Proposals</h2>
      </div>
      <Asked asked={asked}>
        {({ data }) => (
          <div className={styles.cards}>
            {data.map((action) => (
              <ActionCard key={action.id} action={action} />
            ))}
          </div>
        )}
      </Asked>
    </section>
  )
}
