import { withQuery } from '../../lib/api.ts'
import { useSync } from '../../lib/use-sync.ts'
import type { Store } from '../../lib/use-stores.ts'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { SyncRows } from '../sync/sync-rows.tsx'
import { Connection } from './connection.tsx'
import styles from './connect.module.css'
import { LinkButton } from './link-button.tsx'

/** A shop that was just connected: what its app may do, and how far its history is on its way in. */
export function HistoryImport({ store }: { store: Store }) {
  return (
    <div className={styles.history}>
      <p>
        {store.name} is connected, and its history is on its way in. It goes on when this page is closed; figures appear
        as days come in.
      </p>
      <Asked asked={useSync(store.slug)}>{({ data }) => <SyncRows syncs={data} ofStore />}</Asked>
      <Connection store={store} />
      <div className={rows.end}>
        <LinkButton href={withQuery('/stores', { store: store.slug })}>To the store</LinkButton>
        <LinkButton href="/stores/connect" quiet>
          Connect another one
        </LinkButton>
      </div>
    </div>
  )
}
