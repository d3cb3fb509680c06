'use client'

import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { sentenceFor, withQuery } from '../../lib/api.ts'
import { shortDay } from '../../lib/days.ts'
import { moment } from '../../lib/times.ts'
import { useMay } from '../../lib/use-me.ts'
import {
  type ReconciledDay,
  type StoreReconciliation,
  useCompareNow,
  useReconciledDays,
  useReconciliation,
} from '../../lib/use-reconciliation.ts'
import type { Store } from '../../lib/use-stores.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { DayCalendar } from './day-calendar.tsx'
import { DayProof } from './day-proof.tsx'
import { LinkButton } from './link-button.tsx'
import chart from '../chart.module.css'
import styles from './reconciliation.module.css'
import { StoreRoom } from './store-room.tsx'

/** Whether the books of a store are what its shop says, day by day, and which orders make a difference. */
export function Reconciliation() {
  const { view } = useView()
  return (
    <StoreRoom
      store={view.store}
      tools={view.store !== null && <Downloads path="/reconciliation" query={{ store: view.store }} />}
    >
      {(store) => (store.shopify_domain === null ? <WithoutShop store={store} /> : <Compared store={store} />)}
    </StoreRoom>
  )
}

function WithoutShop({ store: { slug, name } }: { store: Store }) {
  const may = useMay('admin')
  return (
    <div className={styles.without}>
      <Notice>
        {name} has no Shopify connection, so there is nothing that its books can be compared with. What comes by files
        is booked as the files say.
      </Notice>
      {may && <LinkButton href={withQuery('/stores/connect', { store: slug })}>Connect its shop</LinkButton>}
    </div>
  )
}

function Compared({ store: { slug } }: { store: Store }) {
  const stores = useReconciliation()
  const days = useReconciledDays(slug)
  const chosen = useSearchParams().get('day')
  const choose = (day: string) => {
    const query = { ...Object.fromEntries(new URLSearchParams(window.location.search)), day }
    window.history.replaceState(null, '', withQuery(window.location.pathname, query))
  }
  return (
    <>
      <Asked asked={stores} lines={1}>
        {({ data }) => <Verdict slug={slug} shop={data.find(({ store }) => store === slug)} />}
      </Asked>
      <Asked asked={days} lines={6}>
        {({ data }) =>
          data.length > 0 && (
            <div className={styles.columns}>
              <section className={ui.panel} aria-label="Days">
                <DayCalendar days={data} chosen={dayShown(data, chosen)} onChoose={choose} />
                <ul className={`${chart.legend} ${styles.legend}`} aria-label="Legend">
                  <li data-state="matches">To the cent</li>
                  <li data-state="differs">Differs</li>
                  <li data-state="unknown">Not compared</li>
                </ul>
              </section>
              <DayProof key={dayShown(data, chosen)} store={slug} day={dayShown(data, chosen)} />
            </div>
          )
        }
      </Asked>
    </>
  )
}

/** The day in the address, else the newest that differs, else the newest. */
const dayShown = (days: ReconciledDay[], chosen: string | null): string =>
  chosen ?? days.find(({ status }) => status === 'differs')?.date ?? days[0]?.date ?? ''

function Verdict({ slug, shop }: { slug: string; shop: StoreReconciliation | undefined }) {
  const may = useMay('financials:write')
  const compare = useCompareNow(slug)
  const [told, setTold] = useState<{ text: string; failed?: boolean }>()
  const now = async () => {
    setTold(undefined)
    try {
      await compare()
      setTold({ text: 'The last days are compared within moments.' })
    } catch (failure) {
      setTold({ text: sentenceFor(failure), failed: true })
    }
  }
  return (
    <section
      className={`${ui.panel} ${styles.verdict}`}
      aria-label="Whether the books match"
      data-status={shop?.status}
    >
      <div>
        <h2>{verdictOf(shop)}</h2>
        {shop && (
          <p className={rows.meta}>
            {shop.source !== null && (
              <span>
                {shop.source === 'report'
                  ? 'beside Shopify’s own sales report'
                  : 'beside the sales of its orders: the app may not read Shopify’s reports'}
              </span>
            )}
            {shop.checked_at !== null && <span>last look {moment(shop.checked_at)}</span>}
            {shop.next_run_at !== null && <span>next {moment(shop.next_run_at)}</span>}
            {shop.last_differing_day !== null && <span>last differing day {shortDay(shop.last_differing_day)}</span>}
          </p>
        )}
        {shop?.error && <p className={rows.error}>{shop.error}</p>}
        {shop?.gaps.map(({ from, to, reason }) => (
          <p key={from} className={rows.meta}>
            Not compared {from} to {to}: {reason}
          </p>
        ))}
        <p className={told?.failed ? rows.error : rows.meta} role="status" hidden={!told}>
          {told?.text}
        </p>
      </div>
      {may && shop && (
        <button type="button" className={ui.quiet} onClick={() => void now()}>
          Compare now
        </button>
      )}
    </section>
  )
}

const verdictOf = (shop: StoreReconciliation | undefined): string => {
  if (!shop || shop.status === 'unchecked') return 'No day was compared yet. The first comparison follows the import.'
  const { days, differing_days } = shop
  if (differing_days === 0)
    return days === 1
      ? 'The day that was compared matches Shopify to the cent.'
      : `All ${days} days match Shopify to the cent.`
  return `${differing_days} of ${days} days ${differing_days === 1 ? 'differs' : 'differ'} from what Shopify says.`
}
