'use client'

import { useSync } from '../../lib/use-sync.ts'
import type { Store } from '../../lib/use-stores.ts'
import { useView } from '../../lib/use-view.ts'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { SyncRows } from '../sync/sync-rows.tsx'
import { Connection } from './connection.tsx'
import { StoreRoom } from './store-room.tsx'
import styles from './stores.module.css'

/** What flows into a store, how far it is, and the shop that it comes from. */
export function StoreData() {
  const { view } = useView()
  return <StoreRoom store={view.store}>{(store) => <Parts store={store} />}</StoreRoom>
}

function Parts({ store }: { store: Store }) {
  return (
    <div className={styles.sections}>
      <section className={rows.part} aria-labelledby="flows">
        <h2 id="flows" className={rows.title}>
          What flows in
        </h2>
        <Asked asked={useSync(store.slug)}>
          {({ data }) =>
            data.length === 0 ? (
              <Notice>
                Nothing flows into {store.name} by itself. Connect its shop or an ad account; files can be imported in
                the meantime.
              </Notice>
            ) : (
              <SyncRows syncs={data} ofStore />
            )
          }
        </Asked>
      </section>
      <section className={rows.part} aria-labelledby="shop">
        <h2 id="shop" className={rows.title}>
          Shopify
        </h2>
        <Connection store={store} />
      </section>
    </div>
  )
}
