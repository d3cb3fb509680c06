import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { withQuery } from '../../lib/api.ts'
import type { ComparedFigures } from '../../lib/figures.ts'
import type { Range } from '../../lib/period.ts'
import { useFormat } from '../../lib/preferences.ts'
import { lasting, moment } from '../../lib/times.ts'
import { useActions } from '../../lib/use-actions.ts'
import { useMissingCostCount } from '../../lib/use-missing-cost-count.ts'
import { useSync } from '../../lib/use-sync.ts'
import { kept } from '../../lib/kept.ts'
import ui from '../ui.module.css'
import styles from './panels.module.css'

type Props = { store: string | null; range: Range | undefined; figures: ComparedFigures | undefined }

/** What waits for a person, what is missing, and how fresh the figures are. Who may not see a part does not see it. */
export function Attention({ store, range, figures }: Props) {
  const format = useFormat()
  const view = kept(useSearchParams())
  const { data: pending } = useActions('pending')
  const { data: missing } = useMissingCostCount(store, range)
  const { data: syncs } = useSync()
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
      text: `${sync.connector} ${sync.store ?? sync.account} did not come in: ${sync.error ?? 'see why'}`,
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
            <Link href={href}>{text}</Link>
          </li>
        ))}
        {lines.length === 0 && <li>Nothing waits.</li>}
      </ul>
      <p className={styles.note}>
        {grade && <b className={styles.grade}>Coverage {grade}</b>} {freshness(syncs?.data)}
      </p>
    </section>
  )
}

const freshness = (syncs: { last_success_at: string | null; lag_seconds: number | null }[] | undefined): string => {
  if (syncs === undefined) return ''
  const last = syncs.flatMap(({ last_success_at }) => last_success_at ?? []).toSorted()
  const [oldest] = last
  if (oldest === undefined) return 'Nothing flows in by itself yet: figures are as of the last import.'
  const lag = Math.max(...syncs.map(({ lag_seconds }) => lag_seconds ?? 0))
  return `All sources came in since ${moment(oldest)}${lag > 0 ? `, the slowest ${lasting(lag)} behind` : ''}.`
}
