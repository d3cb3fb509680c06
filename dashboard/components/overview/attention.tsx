import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { memo, type ReactNode } from 'react'
import { withQuery } from '../../lib/api.ts'
import { shortDay } from '../../lib/days.ts'
import type { ComparedFigures } from '../../lib/figures.ts'
import type { Range } from '../../lib/period.ts'
import { useFormat } from '../../lib/preferences.ts'
import { useActions } from '../../lib/use-actions.ts'
import { useLastOrders } from '../../lib/use-last-orders.ts'
import { useMissingCostCount } from '../../lib/use-missing-cost-count.ts'
import { connectors, useSync } from '../../lib/use-sync.ts'
import { kept } from '../../lib/kept.ts'
import ui from '../ui.module.css'
import styles from './panels.module.css'

type Props = { store: string | null; range: Range | undefined; figures: ComparedFigures | undefined }

/** What waits for a person, what is missing, and how fresh the figures are. Who may not see a part does not see it. */
export const Attention = memo(function Attention({ store, range, figures }: Props) {
  const format = useFormat()
  const view = kept(useSearchParams())
  const { data: pending } = useActions('pending')
  const { data: missing } = useMissingCostCount(store, range)
  const { data: syncs } = useSync(null)
  const { data: fresh } = useLastOrders(store)
  const failed = syncs?.data.filter(({ status }) => status === 'failed') ?? []
  const waiting = pending?.data.length ?? 0
  const lines: { key: string; href: string; text: ReactNode }[] = []
  if (waiting > 0)
    lines.push({
      key: 'approvals',
      href: '/chat/approvals',
      text: `${format.count(waiting)} ${waiting === 1 ? 'proposal waits' : 'proposals wait'} for an answer`,
    })
  const [first] = missing?.data ?? []
  if (missing && first)
    lines.push({
      key: 'costs',
      href: withQuery('/products', view),
      text: `${format.count(missing.total)} ${missing.total === 1 ? 'cost is' : 'costs are'} estimated; the largest stands under ${format.money(first.revenue, first.currency)} of revenue`,
    })
  for (const sync of failed)
    lines.push({
      key: `sync-${sync.id}`,
      href: '/settings/data',
      text: `${[connectors[sync.connector] ?? sync.connector, sync.store ?? sync.account].filter(Boolean).join(', ')}: ${sync.error ?? 'did not come in'}`,
    })
  if (figures && figures.net_profit < 0)
    lines.push({
      key: 'loss',
      href: withQuery('/pnl', view),
      text: 'This period makes a loss: see where it comes from',
    })
  const grade = figures?.coverage.grade
  return (
    <section className={ui.panel} aria-labelledby="attention-title">
      <h3 id="attention-title" className={styles.title}>
        To look at
      </h3>
      <ul className={styles.lines}>
        {lines.map(({ key, href, text }) => (
          <li key={key} data-attention={key}>
            <Link href={href} prefetch={false}>
              {text}
            </Link>
          </li>
        ))}
        {lines.length === 0 && <li>Nothing waits.</li>}
      </ul>
      <p className={styles.note}>
        {grade && <b className={styles.grade}>Coverage {grade}</b>} {lastOrders(fresh?.data)}
      </p>
    </section>
  )
})

/** “Last order: Netherlands 30 Jun, Germany 29 Jun.” */
const lastOrders = (stores: { name: string; last_order: string | null }[] | undefined): string => {
  const known = stores?.flatMap(({ name, last_order }) => (last_order ? `${name} ${shortDay(last_order)}` : [])) ?? []
  return known.length === 0 ? '' : `Last order: ${known.slice(0, 4).join(', ')}.`
}
