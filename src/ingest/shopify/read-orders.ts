import { seeing, type Sql } from '../../../sql/connect.ts'
import { expectedError } from '../../errors.ts'
import { type ShopifyAdmin, ShopRefusal } from '../../shopify/admin.ts'
import { hasScope } from '../../shopify/app-scopes.ts'
import { type Dispute, disputesOf } from './disputes.ts'
import { mapOrder } from './map-order.ts'
import { numberOf, type ShopifyOrder } from './order-shape.ts'
import { readOrder, readShortOrders } from './read-order.ts'
import { type Saved, saveOrders, voidOrder } from './save-orders.ts'

/** Orders of one request, and requests at the same moment. */
const TOGETHER = 12
const AT_ONCE = 4
/** Days of orders that an app sees unless it may read all; one less, since the shop counts from another moment than we. */
export const SEEN = 59

/** What a shop has now of the orders that it was asked for. */
export type ReadOrders = {
  orders: ShopifyOrder[]
  disputes: Map<string, Dispute>
  /** The numbers of those that it does not have; with `sees_all` false it may have them, if they are older than the app may see. */
  gone: string[]
  sees_all: boolean
  /** The numbers of those that could not be read, with why. */
  failed: Map<string, unknown>
}

/**
 * Reads orders again, several in one request. One that cannot be read does not keep the others back.
 * @throws AppError when the shop does not answer, or does not let us in
 */
export async function readOrders(admin: ShopifyAdmin, numbers: readonly string[]): Promise<ReadOrders> {
  const read: Omit<ReadOrders, 'disputes' | 'sees_all'> = { orders: [], gone: [], failed: new Map() }
  const put = (number: string, order: ShopifyOrder | undefined) =>
    order ? read.orders.push(order) : read.gone.push(number)
  const readAlone = async (number: string) => {
    try {
      put(number, await readOrder(admin, number))
    } catch (error) {
      if (isWholeShop(error)) throw error
      read.failed.set(number, error)
    }
  }
  const readSome = async (some: readonly string[]): Promise<void> => {
    if (some.length === 1) return readAlone(some[0]!)
    try {
      const found = await readShortOrders(admin, some)
      for (const [number, order] of found) put(number, order)
      for (const number of some) if (!found.has(number)) await readAlone(number)
    } catch (error) {
      if (!(error instanceof ShopRefusal) || isWholeShop(error)) throw error
      // Too much for one request, or the shop stumbles over one of them.
      const half = Math.ceil(some.length / 2)
      await readSome(some.slice(0, half))
      await readSome(some.slice(half))
    }
  }
  const waiting = Array.from({ length: Math.ceil(numbers.length / TOGETHER) }, (_, at) =>
    numbers.slice(at * TOGETHER, (at + 1) * TOGETHER),
  )
  const reader = async () => {
    for (let some = waiting.shift(); some !== undefined; some = waiting.shift()) await readSome(some)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, reader))
  return {
    ...read,
    disputes: await disputesOf(admin, read.orders),
    sees_all: read.gone.length === 0 || (await hasScope(admin, 'read_all_orders')),
  }
}

/** The shop, or our database, does not answer, or does not let us in any more: nothing is wrong with the object. */
export const isWholeShop = (error: unknown): boolean =>
  ['unavailable', 'too_many'].includes(expectedError(error)?.code ?? '') ||
  (error instanceof ShopRefusal && ['ACCESS', 'CREDENTIALS', 'ACCESS_DENIED'].includes(error.reason ?? '')) ||
  (error instanceof Error && error.name === 'AbortError')

type Booking = {
  store: { id: number; currency: string }
  read: ReadOrders
  /** Numbers of orders of which the shop said that they were deleted. */
  deleted?: ReadonlySet<string>
  /** Of what is restated. */
  reason: string
  now: Date
}

/** Books orders as they were read, those that are gone included, in a transaction that sees all stores. */
export async function bookReadOrders(
  sql: Sql,
  { store, read: { orders, disputes, gone, sees_all }, deleted, reason, now }: Booking,
): Promise<Saved> {
  const said = orders.map((order) => mapOrder(order, store.currency, disputes))
  const saved = await saveOrders(sql, { store_id: store.id, orders: said, reason })
  const seen = new Date(now.getTime() - SEEN * 86_400_000)
  for (const source_id of gone) {
    const placed_after = sees_all || deleted?.has(source_id) ? null : seen
    const entries = await voidOrder(sql, {
      store_id: store.id,
      source_id,
      placed_after,
      reason: 'deleted in Shopify',
      now,
    })
    saved.entries += entries
    if (entries > 0) saved.changed += 1
    else saved.unchanged += 1
  }
  return saved
}

/**
 * Books orders as they were read, in one transaction with a note that they are in; when that fails one by one, so that one that cannot be
 * booked does not keep the others back.
 * @param note what is to be noted of the orders with these numbers
 * @returns the numbers of those that could not be read or booked, with why
 */
export async function bookEach(
  sql: Sql,
  booking: Booking,
  note: (tx: Sql, numbers: string[], saved: Saved) => Promise<unknown>,
): Promise<Map<string, unknown>> {
  const { orders, gone, failed } = booking.read
  const numbers = [...orders.map(({ id }) => numberOf(id)), ...gone]
  const book = (some: string[]) =>
    seeing(sql, 'all', async (tx) => {
      const read = {
        ...booking.read,
        orders: orders.filter(({ id }) => some.includes(numberOf(id))),
        gone: gone.filter((number) => some.includes(number)),
      }
      await note(tx, some, await bookReadOrders(tx, { ...booking, read }))
    })
  const all = new Map(failed)
  if (numbers.length === 0) return all
  try {
    await book(numbers)
  } catch (error) {
    if (isWholeShop(error)) throw error
    if (numbers.length === 1) return all.set(numbers[0]!, error)
    for (const number of numbers) {
      try {
        await book([number])
      } catch (cause) {
        if (isWholeShop(cause)) throw cause
        all.set(number, cause)
      }
    }
  }
  return all
}
