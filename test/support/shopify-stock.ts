import { newId, type ShopVariant } from './shopify-objects.ts'

type Shop = {
  variants: readonly ShopVariant[]
  places: ReadonlyMap<string, string>
  answers: Map<string, { input: string; answer: object }>
}
type Prices = { productId: string; variants: { id: string; price: string }[] }
type Quantity = { inventoryItemId: string; locationId: string; quantity: number; changeFromQuantity?: number | null }
type Stock = { input: { name: string; reason: string; referenceDocumentUri?: string; quantities: Quantity[] } }

/** Reasons that Shopify takes. */
const REASONS = new Set([
  'correction',
  'cycle_count_available',
  'damaged',
  'movement_created',
  'other',
  'quality_control',
  'received',
  'restock',
  'shrinkage',
])

/** The mutations of prices and stock. */
export const productMutations = (shop: Shop, { key, refuses }: { key: string; refuses: boolean }) => ({
  productVariantsBulkUpdate: ({ productId, variants }: Prices) => {
    const no = (code: string, message: string) => ({ userErrors: [{ code, field: ['variants'], message }] })
    for (const { id, price } of variants) {
      const variant = shop.variants.find((one) => one.id === id && one.product === productId)
      if (refuses || !variant) return no('PRODUCT_VARIANT_DOES_NOT_EXIST', 'Product variant does not exist')
      if (Number(price) < 0) return no('GREATER_THAN_OR_EQUAL_TO', 'Price must be greater than or equal to 0')
      variant.price = Number(price).toFixed(2)
    }
    return { userErrors: [] }
  },
  inventorySetQuantities: ({ input }: Stock) => {
    const said = JSON.stringify(input)
    const no = (code: string, message: string) => ({ userErrors: [{ code, field: ['input'], message }] })
    const before = shop.answers.get(key)
    if (before && before.input !== said)
      return no('IDEMPOTENCY_KEY_PARAMETER_MISMATCH', 'The same idempotency key was used with other parameters.')
    if (before) return before.answer
    if (input.name !== 'available' && input.name !== 'on_hand') return no('INVALID_NAME', 'The name is invalid.')
    if (!REASONS.has(input.reason)) return no('INVALID_REASON', 'The specified reason is invalid.')
    if (input.referenceDocumentUri && !/^gid:\/\/[\w-]+\/\w+\/\w+$/.test(input.referenceDocumentUri))
      return no('INVALID_REFERENCE_DOCUMENT', 'The specified reference document is invalid.')
    if (input.quantities.some((one) => one.changeFromQuantity === undefined))
      throw new Error('changeFromQuantity must be given, or null.')
    const found = input.quantities.map((one) => ({
      ...one,
      variant: shop.variants.find(({ item }) => item === one.inventoryItemId),
    }))
    for (const { variant, locationId, quantity, changeFromQuantity: from } of found) {
      if (refuses || !variant) return no('INVALID_INVENTORY_ITEM', 'The specified inventory item could not be found.')
      const now = variant.stock.get(locationId)
      if (now === undefined) return no('INVALID_LOCATION', 'The specified location could not be found.')
      if (quantity < 0) return no('INVALID_QUANTITY_NEGATIVE', "The quantity can't be negative.")
      if (from !== null && from !== now)
        return no('CHANGE_FROM_QUANTITY_STALE', 'The changeFromQuantity value does not match persisted value.')
    }
    for (const { variant, locationId, quantity } of found) variant?.stock.set(locationId, quantity)
    const answer = { inventoryAdjustmentGroup: { id: newId('InventoryAdjustmentGroup') }, userErrors: [] }
    shop.answers.set(key, { input: said, answer })
    return answer
  },
})
