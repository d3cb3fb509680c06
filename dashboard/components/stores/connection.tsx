import { useState } from 'react'
import { sentenceFor, withQuery } from '../../lib/api.ts'
import { dayOf } from '../../lib/times.ts'
import { useMay } from '../../lib/use-me.ts'
import { useShopConnection, useShopifyShop } from '../../lib/use-shopify-shop.ts'
import type { Store } from '../../lib/use-stores.ts'
import { Asked } from '../rooms/asked.tsx'
import { Dialog } from '../rooms/dialog.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { LinkButton } from './link-button.tsx'
import { Scopes } from './scopes.tsx'
import styles from './stores.module.css'

/** The Shopify shop behind a store: what its app may do, replacing and disconnecting it. */
export function Connection({ store }: { store: Store }) {
  const may = useMay('admin')
  const { slug, name, shopify_domain } = store
  const wizard = withQuery('/stores/connect', { store: slug, replace: shopify_domain === null ? null : 'yes' })
  if (shopify_domain === null)
    return (
      <div className={`${ui.panel} ${styles.connection}`}>
        <p>{name} has no Shopify connection: its orders come by files, and approved changes cannot be carried out.</p>
        {may && <LinkButton href={wizard}>Connect its shop</LinkButton>}
      </div>
    )
  return (
    <div className={`${ui.panel} ${styles.connection}`}>
      <p className={styles.domain}>
        {shopify_domain}{' '}
        <span className={rows.badge} data-tone="good">
          connected
        </span>
      </p>
      {may && <Terms store={store} wizard={wizard} />}
    </div>
  )
}

function Terms({ store, wizard }: { store: Store; wizard: string }) {
  const { slug, name } = store
  const asked = useShopifyShop(store)
  const { disconnect } = useShopConnection(slug)
  const [sure, setSure] = useState(false)
  const [failed, setFailed] = useState<string>()
  const leave = async () => {
    setSure(false)
    setFailed(undefined)
    try {
      await disconnect()
    } catch (failure) {
      setFailed(sentenceFor(failure))
    }
  }
  return (
    <Asked asked={asked} lines={2}>
      {({ client_id, scopes, notes, connected_at }) => (
        <>
          <p className={rows.meta}>
            <span>{client_id === null ? 'by a permanent token' : `by the app ${client_id}`}</span>
            <span>since {dayOf(connected_at)}</span>
          </p>
          <Scopes scopes={scopes} />
          {notes.map((note) => (
            <p key={note} className={rows.error}>
              {note}
            </p>
          ))}
          {failed !== undefined && (
            <p className={rows.error} role="alert">
              {failed}
            </p>
          )}
          <div className={rows.end}>
            <LinkButton href={wizard} quiet>
              Replace
            </LinkButton>
            <button type="button" className={rows.plain} data-tone="loss" onClick={() => setSure(true)}>
              Disconnect
            </button>
          </div>
          {sure && (
            <Dialog title={`Disconnect ${name}?`} onClose={() => setSure(false)}>
              <p>
                Its figures stay. Nothing comes in by itself any more, approved changes can no longer be carried out in
                the shop, and its key is forgotten.
              </p>
              <div className={rows.end}>
                <button type="button" className={ui.button} onClick={() => void leave()}>
                  Disconnect
                </button>
                <button type="button" className={ui.quiet} onClick={() => setSure(false)}>
                  Stay connected
                </button>
              </div>
            </Dialog>
          )}
        </>
      )}
    </Asked>
  )
}
