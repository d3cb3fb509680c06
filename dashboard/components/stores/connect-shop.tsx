import { useState } from 'react'
import { textOf } from '../../lib/form-text.ts'
import { neededScopes, wantedScopes } from '../../lib/shopify-scopes.ts'
import { type ShopifyKey, useShopConnection } from '../../lib/use-shopify-shop.ts'
import type { Store } from '../../lib/use-stores.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { Field } from '../field.tsx'
import { Switch } from '../rooms/switch.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import styles from './connect.module.css'
import { Scopes } from './scopes.tsx'

const kinds = [
  { value: 'app', label: 'Dev Dashboard app' },
  { value: 'token', label: 'Permanent token' },
] as const
type Kind = (typeof kinds)[number]['value']

const all = [...Object.keys(neededScopes), ...Object.keys(wantedScopes)].join(',')

/** The credentials of a shop: what to do in Shopify, and where what it gives goes. The shop is asked before anything is kept. */
export function ConnectShop({ store, onConnected }: { store: Store; onConnected: () => void }) {
  const { connect } = useShopConnection(store.slug)
  const [kind, setKind] = useState<Kind>('app')
  const [copied, setCopied] = useState(false)
  const { busy, error, submit } = useSubmit(async (entered) => {
    await connect({ domain: domainIn(textOf(entered, 'domain')), ...keyIn(kind, entered) })
    onConnected()
  })
  const copy = async () => {
    await navigator.clipboard.writeText(all)
    setCopied(true)
  }
  return (
    <form className={`${ui.panel} ${rows.form}`} aria-label={`Shop of ${store.name}`} onSubmit={submit}>
      <Switch label="Credentials" options={kinds} value={kind} onChoose={setKind} />
      {kind === 'app' ? (
        <ol className={styles.how}>
          <li>Open Shopify’s Dev Dashboard, make an app, and give it the scopes below.</li>
          <li>Release the version, and install the app in the shop of {store.name}.</li>
          <li>
            Copy its client id and secret from the settings of the app to here. Its tokens last a day and renew
            themselves.
          </li>
        </ol>
      ) : (
        <ol className={styles.how}>
          <li>This is for apps that were made in the shop’s own settings, under “Develop apps”, before 2026.</li>
          <li>Give the app the scopes below, and install it again so that they hold.</li>
          <li>Copy its Admin API access token to here, and its API secret key, which its webhooks are signed with.</li>
        </ol>
      )}
      <details className={styles.scopes}>
        <summary>The scopes, and what each is for</summary>
        <Scopes />
        <button type="button" className={rows.plain} onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy them for Shopify'}
        </button>
      </details>
      <Field
        label="Domain"
        name="domain"
        required
        defaultValue={store.shopify_domain ?? undefined}
        placeholder="example.myshopify.com"
        autoCapitalize="none"
        spellCheck={false}
        hint="The one that ends with myshopify.com, whatever address customers see."
      />
      {kind === 'app' ? (
        <div className={rows.pair}>
          <Field label="Client id" name="client_id" required autoComplete="off" spellCheck={false} />
          <Field label="Client secret" name="client_secret" type="password" required autoComplete="off" />
        </div>
      ) : (
        <div className={rows.pair}>
          <Field
            label="Access token"
            name="access_token"
            type="password"
            required
            autoComplete="off"
            placeholder="shpat_…"
          />
          <Field
            label="API secret key"
            name="webhook_secret"
            type="password"
            autoComplete="off"
            hint="Without it the shop cannot tell us of changes at once; they come in every 15 minutes."
          />
        </div>
      )}
      <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
      <div className={rows.end}>
        <button className={ui.button} disabled={busy}>
          {busy ? 'Asking the shop…' : 'Check and connect'}
        </button>
        <span className={rows.meta}>Secrets are encrypted and never shown again.</span>
      </div>
    </form>
  )
}

/** The domain in whatever was pasted: an address, capitals, spaces. */
const domainIn = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')

const keyIn = (kind: Kind, entered: FormData): ShopifyKey => {
  const of = (name: string) => textOf(entered, name).trim()
  if (kind === 'app') return { client_id: of('client_id'), client_secret: of('client_secret') }
  return { access_token: of('access_token'), webhook_secret: of('webhook_secret') || undefined }
}
