'use client'

import { useState } from 'react'
import { sentenceFor } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { dayOf } from '../../lib/times.ts'
import { useShopifyShop } from '../../lib/use-shopify-shop.ts'
import type { Store } from '../../lib/use-stores.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Field } from '../field.tsx'
import { Dialog } from '../rooms/dialog.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'

/** The Shopify shop behind a store: connect, replace, disconnect. */
export function ShopifyConnection({ store }: { store: Store }) {
  const { name, shopify_domain } = store
  const { asked, connect, disconnect } = useShopifyShop(store)
  const [open, setOpen] = useState(false)
  const [sure, setSure] = useState(false)
  const [failed, setFailed] = useState<string>()
  const { busy, error, submit } = useSubmit(async (entered) => {
    await connect({
      domain: textOf(entered, 'domain').trim().toLowerCase(),
      client_id: textOf(entered, 'client_id').trim(),
      client_secret: textOf(entered, 'client_secret').trim(),
    })
    setOpen(false)
  })
  const leave = async () => {
    setSure(false)
    setFailed(undefined)
    try {
      await disconnect()
    } catch (failure) {
      setFailed(sentenceFor(failure))
    }
  }
  const shop = asked.data
  const connected = shopify_domain !== null
  return (
    <li className={rows.row} data-near>
      <div className={rows.main}>
        <p>
          {name}{' '}
          <span className={rows.badge} data-tone={connected ? 'good' : undefined}>
            {connected ? 'connected' : 'not connected'}
          </span>
        </p>
        <p className={rows.meta}>
          <span>{shopify_domain ?? 'Its orders come by files; changes to it cannot be carried out.'}</span>
          {shop && (
            <>
              <span>app {shop.client_id}</span>
              <span>since {dayOf(shop.connected_at)}</span>
            </>
          )}
          {asked.error !== undefined && <span>{sentenceFor(asked.error)}</span>}
        </p>
        {failed !== undefined && <p className={rows.error}>{failed}</p>}
      </div>
      <div className={rows.actions}>
        <button type="button" className={rows.plain} aria-expanded={open} onClick={() => setOpen(!open)}>
          {connected ? 'Replace' : 'Connect'}
        </button>
        {connected && (
          <button type="button" className={rows.plain} data-tone="loss" onClick={() => setSure(true)}>
            Disconnect
          </button>
        )}
      </div>
      {open && (
        <form className={`${rows.form} ${rows.whole}`} aria-label={`Shop of ${name}`} onSubmit={submit}>
          <Field
            label="Domain"
            name="domain"
            required
            defaultValue={shop?.domain}
            placeholder="example.myshopify.com"
            autoCapitalize="none"
            spellCheck={false}
            hint="Make an app in Shopify’s Dev Dashboard with the scopes read_orders and write_orders, and copy its id and secret."
          />
          <div className={rows.pair}>
            <Field
              label="Client id"
              name="client_id"
              required
              defaultValue={shop?.client_id}
              autoComplete="off"
              spellCheck={false}
            />
            <Field label="Client secret" name="client_secret" type="password" required autoComplete="off" />
          </div>
          <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
          <div className={rows.end}>
            <button className={ui.button} disabled={busy}>
              Connect
            </button>
            <button type="button" className={ui.quiet} onClick={() => setOpen(false)}>
              Cancel
            </button>
          </div>
        </form>
      )}
      {sure && (
        <Dialog title={`Disconnect ${name}?`} onClose={() => setSure(false)}>
          <p>Its figures stay. Approved changes can no longer be carried out in the shop, and its key is forgotten.</p>
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
    </li>
  )
}
