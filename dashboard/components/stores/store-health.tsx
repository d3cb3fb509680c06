import Link from 'next/link'
import type { ReactNode } from 'react'
import { withQuery } from '../../lib/api.ts'
import { shortDay } from '../../lib/days.ts'
import { moment } from '../../lib/times.ts'
import { useFreshness } from '../../lib/use-freshness.ts'
import { useReconciliation } from '../../lib/use-reconciliation.ts'
import type { Store } from '../../lib/use-stores.ts'
import { useSync } from '../../lib/use-sync.ts'
import { platformNames } from '../../lib/platforms.ts'
import rows from '../rooms/rows.module.css'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import { MatchBadge } from './match-badge.tsx'
import styles from './stores.module.css'

/** Whether what flows into a store is fresh, complete and the same as in its shop. */
export function StoreHealth({ store: { slug, shopify_domain } }: { store: Store }) {
  const fresh = useFreshness(slug).data?.data[0]
  const shops = useReconciliation().data?.data
  const syncs = useSync(slug).data?.data
  const failed = syncs?.filter(({ status }) => status === 'failed') ?? []
  const to = (part: string) => withQuery(`/stores/${part}`, { store: slug })
  return (
    <section className={ui.panel} aria-labelledby="health" aria-busy={!fresh || !shops || !syncs}>
      <h3 id="health" className={styles.panelTitle}>
        Can the figures be trusted?
      </h3>
      <dl className={styles.health}>
        <Line name="Orders">
          {fresh ? (
            fresh.last_order === null ? (
              'none yet'
            ) : (
              `the last one ${shortDay(fresh.last_order)}`
            )
          ) : (
            <Skeleton width={14} />
          )}
        </Line>
        <Line name="Ads">
          {fresh ? (
            fresh.platforms.length === 0 ? (
              'no ad spend yet'
            ) : (
              fresh.platforms
                .map(({ platform, last_day }) => `${platformNames[platform]} to ${shortDay(last_day)}`)
                .join(', ')
            )
          ) : (
            <Skeleton width={18} />
          )}
        </Line>
        <Line name="Connection" href={to('data')}>
          {shopify_domain ?? 'none: its orders come by files'}
        </Line>
        <Line name="Sync" href={to('data')}>
          {syncs ? (
            failed.length > 0 ? (
              <span className={rows.badge} data-tone="loss">
                {failed.length} failed
              </span>
            ) : syncs.length === 0 ? (
              'nothing flows in by itself'
            ) : (
              <span className={rows.badge} data-tone="good">
                up to date
              </span>
            )
          ) : (
            <Skeleton width={10} />
          )}
        </Line>
        <Line name="Beside Shopify" href={to('reconciliation')}>
          {shops ? <MatchBadge shop={shops.find(({ store }) => store === slug)} /> : <Skeleton width={10} />}
        </Line>
        {fresh?.last_import && (
          <Line name="Last file">
            {fresh.last_import.file_name}, {moment(fresh.last_import.applied_at)}
          </Line>
        )}
      </dl>
    </section>
  )
}

function Line({ name, href, children }: { name: string; href?: string; children: ReactNode }) {
  return (
    <div>
      <dt>{href === undefined ? name : <Link href={href}>{name}</Link>}</dt>
      <dd>{children}</dd>
    </div>
  )
}
