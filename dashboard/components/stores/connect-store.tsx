'use client'

import { useRouter, useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { withQuery } from '../../lib/api.ts'
import { useMe } from '../../lib/use-me.ts'
import { type Store, useStores } from '../../lib/use-stores.ts'
import { Notice } from '../notice.tsx'
import { PageHead } from '../page-head.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Shell } from '../shell.tsx'
import styles from './connect.module.css'
import { ConnectShop } from './connect-shop.tsx'
import { HistoryImport } from './history-import.tsx'
import { NewStore } from './new-store.tsx'
import { PickStore } from './pick-store.tsx'

/** Connects a Shopify shop in three steps: which store, which credentials, and its history on its way in. */
export function ConnectStore() {
  const { data: me } = useMe()
  const stores = useStores()
  const slug = useSearchParams().get('store')
  return (
    <Shell>
      <div className={styles.wizard}>
        <PageHead title="Connect a shop">
          Its orders, refunds, fees, products and unit costs come in by themselves.
        </PageHead>
        {me && !me.scopes.includes('admin') ? (
          <Notice>Your role {me.user.role} may not connect shops. Ask an admin of the team.</Notice>
        ) : (
          <Asked asked={stores}>
            {({ data }) => <Steps stores={data} store={data.find((store) => store.slug === slug)} />}
          </Asked>
        )}
      </div>
    </Shell>
  )
}

function Steps({ stores, store }: { stores: Store[]; store: Store | undefined }) {
  const router = useRouter()
  const replacing = useSearchParams().get('replace') !== null
  const go = (slug?: string, replace?: string) =>
    router.replace(withQuery('/stores/connect', { store: slug, replace }), { scroll: false })
  const connected = store !== undefined && store.shopify_domain !== null && !replacing
  const step = store === undefined ? 1 : connected ? 3 : 2
  return (
    <ol className={styles.steps}>
      <Step
        place={1}
        now={step}
        title="The store"
        told={store && `${store.name}, ${store.currency}, ${store.time_zone}`}
        onBack={() => go()}
      >
        <PickStore stores={stores} onPick={go} />
        <NewStore first={stores.length === 0} onMade={go} />
      </Step>
      <Step
        place={2}
        now={step}
        title="Its Shopify shop"
        told={store?.shopify_domain ?? undefined}
        onBack={() => go(store?.slug, 'yes')}
      >
        {store && <ConnectShop key={store.slug} store={store} onConnected={() => go(store.slug)} />}
      </Step>
      <Step place={3} now={step} title="Its history">
        {store && <HistoryImport store={store} />}
      </Step>
    </ol>
  )
}

type StepProps = {
  place: number
  now: number
  title: string
  /** What was decided in it. */
  told?: string | undefined
  onBack?: () => void
  children: ReactNode
}

function Step({ place, now, title, told, onBack, children }: StepProps) {
  const state = place < now ? 'done' : place === now ? 'now' : 'later'
  return (
    <li className={styles.step} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
      <header>
        <h2>{title}</h2>
        {state === 'done' && told !== undefined && <p>{told}</p>}
        {state === 'done' && onBack && (
          <button type="button" className={styles.back} onClick={onBack} aria-label={`Change: ${title}`}>
            Change
          </button>
        )}
      </header>
      {state === 'now' && children}
    </li>
  )
}
