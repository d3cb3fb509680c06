import * as v from 'valibot'
import { AppError } from '../errors.ts'
import type { ShopifyAdmin } from './admin.ts'

/** What the app may do in the shop. */
export const APP_SCOPES = /* GraphQL */ `
  query AppScopes {
    currentAppInstallation {
      accessScopes {
        handle
      }
    }
  }
`
const Scopes = v.object({
  currentAppInstallation: v.object({ accessScopes: v.array(v.object({ handle: v.string() })) }),
})

/** The scopes of the app as the shop tells them now. */
export async function scopesOfApp({ ask }: ShopifyAdmin): Promise<string[]> {
  const { currentAppInstallation: app } = await ask(APP_SCOPES, {}, Scopes)
  return app.accessScopes.map(({ handle }) => handle)
}

/** Whether the app has this scope in the shop right now: people change them in Shopify. */
export const hasScope = async (admin: ShopifyAdmin, scope: string): Promise<boolean> =>
  (await scopesOfApp(admin)).includes(scope)

/** Scopes that changes of shops take; of those that stand together one is enough. */
export type Writes = readonly (readonly string[])[]

/** @throws AppError `conflict` that names the scopes that are missing, so that nothing is sent that would be refused half-way */
export function mustMay(scopes: readonly string[], writes: Writes, what: string): void {
  const missing = writes.filter((one) => !one.some((scope) => scopes.includes(scope)))
  if (missing.length === 0) return
  const names = missing.map((one) => one.join(' or ')).join(' and ')
  throw new AppError(
    'conflict',
    `The app in Shopify may not do this: ${what} takes ${names}. Add ${missing.length > 1 ? 'them' : 'it'} to the app, approve that in the shop, and connect the store again.`,
  )
}
