import { searched } from './shopify-bulk.ts'
import { salesReport } from './shopify-report.ts'
import type { Shop } from './shopify-shop.ts'
import { connection, shownDispute, shownOrder, shownVariant } from './shopify-shown.ts'

const DAY = 86_400_000

/** The orders that the app may see: without the right to all of them those of the last 60 days. */
export const seen = ({ scopes, orders }: Shop) => {
  const since = Date.now() - 60 * DAY
  return scopes.includes('read_all_orders') ? orders : orders.filter(({ at }) => Date.parse(at) >= since)
}

/** What a shop answers when it is asked, by the roots of queries. */
export const queries = (shop: Shop) => ({
  shop: { name: shop.domain, currencyCode: shop.currency, ianaTimezone: shop.time_zone },
  currentAppInstallation: { accessScopes: shop.scopes.map((handle) => ({ handle })) },
  shopifyqlQuery: ({ query }: { query: string }) => salesReport(shop, query),
  order: ({ id }: { id: string }) => {
    const order = seen(shop).find((order) => order.id === id)
    return order ? shownOrder(order) : null
  },
  nodes: ({ ids }: { ids: string[] }) =>
    ids.map((id) => {
      const order = seen(shop).find((one) => one.id === id)
      if (order) return shownOrder(order)
      const dispute = shop.orders.flatMap(({ disputes }) => disputes).find((one) => one.id === id)
      return dispute ? shownDispute(dispute, shop.currency) : null
    }),
  productVariants: ({ query, ...page }: { first: number; after?: string; query?: string }) => {
    const sku = query === undefined ? undefined : /^sku:"(.*)"$/.exec(query)?.[1]?.replace(/\\(.)/g, '$1')
    const found = shop.variants.filter((variant) => query === undefined || variant.sku === sku)
    return connection(found.map((variant) => shownVariant(variant, shop)))(page)
  },
  productVariant: ({ id }: { id: string }) => {
    const variant = shop.variants.find((one) => one.id === id)
    return variant ? shownVariant(variant, shop) : null
  },
  product: ({ id }: { id: string }) => {
    const variants = shop.variants.filter(({ product }) => product === id)
    return variants.length > 0 ? { variants: connection(variants.map((one) => shownVariant(one, shop))) } : null
  },
  inventoryItem: ({ id }: { id: string }) => {
    const variants = shop.variants.filter(({ item }) => item === id)
    return variants.length > 0 ? { variants: connection(variants.map((one) => shownVariant(one, shop))) } : null
  },
  orders: ({ query, ...page }: { first: number; query: string }) => {
    if (query.startsWith('updated_at:')) {
      const changed = searched(seen(shop), query).toSorted((a, b) => Date.parse(a.updated) - Date.parse(b.updated))
      return connection(changed.map((order) => shownOrder(order)))(page)
    }
    const name = /^name:"(.*)"$/.exec(query)?.[1]?.replace(/\\(.)/g, '$1')
    if (name === undefined) throw new Error(`The stand-in does not know the search "${query}".`)
    const found = seen(shop).filter((order) => order.name.slice(1) === name)
    return connection(found.map((order) => shownOrder(order)))(page)
  },
})
