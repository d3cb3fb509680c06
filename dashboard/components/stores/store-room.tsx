import Link from 'next/link'
import { usePathname, useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { withQuery } from '../../lib/api.ts'
import { useCurrentInSight } from '../../lib/use-current-in-sight.ts'
import { useMay } from '../../lib/use-me.ts'
import { type Store, useStores } from '../../lib/use-stores.ts'
import { kept } from '../../lib/kept.ts'
import { Notice } from '../notice.tsx'
import { PageHead } from '../page-head.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { Shell } from '../shell.tsx'
import { Skeleton } from '../skeleton.tsx'
import styles from './stores.module.css'

const parts = [
  { href: '/stores', label: 'Figures', needs: 'stats:read' },
  { href: '/stores/reconciliation', label: 'Reconciliation', needs: 'stats:read' },
  { href: '/stores/data', label: 'Data and connection', needs: 'stats:read' },
  { href: '/stores/settings', label: 'Settings', needs: 'admin' },
] as const

type Props = {
  store: string | null
  filters?: ReactNode
  tools?: ReactNode
  /** Shows the part of the store's page, once it is known which store that is. */
  children: (store: Store) => ReactNode
}

/** A page about one store, with the way to the others about it and back to all stores. */
export function StoreRoom({ store: slug, filters, tools, children }: Props) {
  const asked = useStores()
  const store = asked.data?.data.find((one) => one.slug === slug)
  const view = kept(useSearchParams())
  const { store: _, ...all } = view
  return (
    <Shell filters={filters}>
      <p>
        <Link className={rows.plain} href={withQuery('/stores', all)}>
          All stores
        </Link>
      </p>
      <PageHead title={store?.name ?? slug ?? 'Which store?'} tools={tools}>
        {store ? (
          [store.currency, store.time_zone, store.shopify_domain].filter(Boolean).join(', ')
        ) : asked.data ? undefined : (
          <Skeleton width={28} />
        )}
      </PageHead>
      {store && <Parts view={view} />}
      {slug === null ? (
        <Choices view={all} />
      ) : (
        <Asked asked={asked}>
          {() => (store ? children(store) : <Notice>There is no store “{slug}”, or it is not for you to see.</Notice>)}
        </Asked>
      )}
    </Shell>
  )
}

function Parts({ view }: { view: Record<string, string> }) {
  const here = usePathname()
  const may = useMay('admin')
  const row = useCurrentInSight()
  return (
    <nav ref={row} className={styles.parts} aria-label="About this store">
      <ul>
        {parts
          .filter(({ needs }) => needs !== 'admin' || may)
          .map(({ href, label }) => (
            <li key={href}>
              <Link href={withQuery(href, view)} aria-current={here === href ? 'page' : undefined}>
                {label}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  )
}

/** The stores to choose from, for who comes here with none in the address. */
function Choices({ view }: { view: Record<string, string> }) {
  const here = usePathname()
  return (
    <Asked asked={useStores()}>
      {({ data }) =>
        data.length === 0 ? (
          <Notice>There is no store yet. Add the first one under Stores.</Notice>
        ) : (
          <ul className={rows.rows}>
            {data.map(({ slug, name, currency, time_zone }) => (
              <li key={slug} className={rows.row} data-near>
                <div className={rows.main}>
                  <p>
                    <Link className={styles.choice} href={withQuery(here, { ...view, store: slug })}>
                      {name}
                    </Link>
                  </p>
                  <p className={rows.meta}>
                    <span>{currency}</span>
                    <span>{time_zone}</span>
                  </p>
                </div>
              </li>
            ))}
          </ul>
        )
      }
    </Asked>
  )
}
