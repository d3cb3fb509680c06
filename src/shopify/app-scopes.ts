import * as v from 'valibot'
import type { ShopifyAdmin } from './admin.ts'

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

/** Whether the app has this scope in the shop right now: people change them in Shopify. */
export async function hasScope({ ask }: ShopifyAdmin, scope: string): Promise<boolean> {
  const { currentAppInstallation: app } = await ask(APP_SCOPES, {}, Scopes)
  return app.accessScopes.some(({ handle }) => handle === scope)
}
