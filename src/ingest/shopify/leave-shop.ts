import type { Sql } from '../../../sql/connect.ts'
import { findShopifyShop, listStoresOfShop } from '../../../sql/shopify-shops.ts'
import { AppError, expectedError } from '../../errors.ts'
import type { OpenShop } from '../../shopify/open-shop.ts'
import { removeWebhooks } from './sync-webhooks.ts'

/** Milliseconds that a shop has to end its messages: nobody who leaves waits longer for it. */
const PATIENCE = 8_000

export type Leaving = { openShop: OpenShop; publicUrl?: string | undefined }

/**
 * What a shop that a store leaves is asked, outside of any transaction and before its key is gone: to tell us of no changes any more. It
 * may fail, since the shop may be gone or the app uninstalled.
 * @param staying the domain that the store is connected to afterwards, if any: that shop goes on
 * @returns a work that resolves to what a person has to know and do, null for nothing
 */
export async function leaving(
  sql: Sql,
  { openShop, publicUrl }: Leaving,
  store: { id: number; slug: string },
  staying?: string,
): Promise<() => Promise<string | null>> {
  const shop = await findShopifyShop(sql, { store_id: store.id })
  if (!shop || !publicUrl || shop.domain === staying) return async () => null
  // Another store of ours goes on listening to it.
  if ((await listStoresOfShop(sql, { domain: shop.domain })).length > 1) return async () => null
  const told = (error: unknown) => {
    const expected = expectedError(error)
    if (!expected) throw error
    return `${shop.domain} could not be told to send no more webhooks; those that come are refused. Uninstall the app there, or delete its webhooks. ${expected.message}`
  }
  const admin = await openShop(sql, store).catch(told)
  if (typeof admin === 'string') return async () => admin
  return async () => {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => late.reject(new AppError('unavailable', `It did not answer within ${PATIENCE / 1_000} seconds.`)),
      PATIENCE,
    )
    try {
      await Promise.race([removeWebhooks(admin, publicUrl), late.promise])
      return null
    } catch (error) {
      return told(error)
    } finally {
      clearTimeout(timer)
    }
  }
}
