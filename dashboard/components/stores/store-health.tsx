import Link from 'next/link'
import type { ReactNode } from 'react'
import { withQuery } from '../../lib/api.ts'
import { shortDay } from '../../lib/days.ts'
import { moment } from '../../lib/times.ts'
import { type Freshness, useFreshness } from '../../lib/use-freshness.ts'
import { useReconciliation } from '../../lib/use-reconciliation.ts'
import type { Store } from '../../lib/use-stores.ts'
import { standingOf, type Sync, useSync } from '../../lib/use-sync.ts'
import { platformNames } from '../../lib/platforms.ts'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { MatchBadge } from './match-badge.tsx'
import styles from './stores.module.css'

/** Whether what flows into a store is fresh, complete and the same as in its shop. */
export function StoreHealth({ store: { slug, shopify_domain } }: { store: Store }) {
  const [freshness, reconciliation, sync] = [useFreshness(slug), useReconciliation(), useSync(slug)]
  const to = (part: string) => withQuery(`/stores/${part}`, { store: slug })
  const asked = {
    data:
      freshness.data && reconciliation.data && sync.data
        ? { fresh: freshness.data.data[0], shops: reconciliation.data.data, syncs: sync.data.data }
        : undefined,
    error: (freshness.error ?? reconciliation.error ?? sync.error) as unknown,
    mutate: () => Promise.all([freshness.mutate(), reconciliation.mutate(), sync.mutate()]),
  }
  return (
    <section
      className={ui.panel}
      aria-labelledby="health"
      aria-busy={asked.data === undefined && asked.error === undefined}
    >
      <h3 id="health" className={styles.panelTitle}>
        Can the figures be trusted?
      </h3>
      <Asked asked={asked} lines={4}>
        {({ fresh, shops, syncs }) => (
          <dl className={styles.health}>
            <Line name="Orders">{fresh?.last_order ? `the last one ${shortDay(fresh.last_order)}` : 'none yet'}</Line>
            <Line name="Ads">{fresh?.platforms.length ? adsUntil(fresh.platforms) : 'no ad spend yet'}</Line>
            <Line name="Connection" href={to('data')}>
              {shopify_domain ?? 'none: its orders come by files'}
            </Line>
            <Line name="Sync" href={to('data')}>
              {syncs.length === 0 ? 'nothing flows in by itself' : <SyncBadges syncs={syncs} />}
            </Line>
            <Line name="Beside Shopify" href={to('reconciliation')}>
              <MatchBadge shop={shops.find(({ store }) => store === slug)} />
            </Line>
            {fresh?.last_import && (
              <Line name="Last file">
                {fresh.last_import.file_name}, {moment(fresh.last_import.applied_at)}
              </Line>
            )}
          </dl>
        )}
      </Asked>
    </section>
  )
}

/** “Google, Meta to 30 Jun, TikTok to 28 Jun”. */
const adsUntil = (platforms: Freshness['platforms']): string =>
  [...Map.groupBy(platforms, ({ last_day }) => last_day)]
    .map(([day, those]) => `${those.map(({ platform }) => platformNames[platform]).join(', ')} to ${shortDay(day)}`)
    .join(', ')

const standings = [
  { of: ['failed'], says: 'failed', tone: 'loss' },
  { of: ['running', 'queued'], says: 'under way', tone: 'attention' },
  { of: ['waiting'], says: 'waiting for the first run', tone: undefined },
] as const

/** How many fail, run and wait, and what to know of them; all is up to date only when none does. */
function SyncBadges({ syncs }: { syncs: Sync[] }) {
  const told = standings.flatMap(({ of, says, tone }) => {
    const count = syncs.filter((sync) => of.some((standing) => standing === standingOf(sync))).length
    return count === 0 ? [] : [{ says: `${count} ${says}`, tone }]
  })
  const notes = new Set(syncs.flatMap(({ note }) => note ?? []))
  return (
    <>
      {(told.length > 0 ? told : [{ says: 'up to date', tone: 'good' }]).map(({ says, tone }) => (
        <span key={says} className={rows.badge} data-tone={tone}>
          {says}
        </span>
      ))}
      {[...notes].map((note) => (
        <small key={note}>{note}</small>
      ))}
    </>
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
