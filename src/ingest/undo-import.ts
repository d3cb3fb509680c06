import { appendAdSpendEntries, lockStores } from '../../sql/booking.ts'
import type { Sql } from '../../sql/connect.ts'
import {
  changedRecords,
  ChangedRecord,
  changedSince,
  deleteCreatedAdSpend,
  deleteImportedCosts,
  deleteRestatedLines,
  restoreCosts,
  restoreLines,
  restoreRefundLines,
  revertAdSpend,
  revertFixedCosts,
  revertOrders,
  revertProducts,
  revertVariants,
} from '../../sql/import-changes.ts'
import { lockImport, markUndone } from '../../sql/imports.ts'
import { ordersOfIds } from '../../sql/orders.ts'
import { ordersOfProducts } from '../../sql/product-costs.ts'
import { lockProducts } from '../../sql/product-rows.ts'
import { setNestedLoops } from '../../sql/staged-orders.ts'
import { listStores } from '../../sql/stores.ts'
import type { Who } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { bookOrders } from '../ledger/book.ts'

/** Records that are named when they forbid an undo. */
const NAMED = 5

/**
 * Takes back what an import did, in the open transaction: what it changed is as before and booked so, what it made is gone, voided or
 * archived. Once: an import that is undone already stays so.
 * @throws AppError `not_found`; `conflict` for an import that was not applied, or when something was built on it since; `forbidden` for
 * products that are also sold in stores which the asker does not see
 */
export async function undoImport(sql: Sql, import_id: number, { who, now }: { who: Who; now: Date }): Promise<void> {
  const found = await lockImport(sql, { id: import_id })
  if (!found) throw new AppError('not_found', `There is no import ${import_id}.`)
  if (found.status === 'undone') return
  if (found.status === 'previewed')
    throw new AppError('conflict', 'This import was not applied: there is nothing to undo.')
  if (!found.undoable)
    throw new AppError('conflict', 'An import from the terminal cannot be undone: what it changed was not kept.')
  const idsOf = async (record: ChangedRecord) => (await changedRecords(sql, { import_id, record })).map(({ id }) => id)

  const dear = await idsOf('product_costs')
  const products = await lockProducts(sql, { ids: [...new Set([...dear, ...(await idsOf('product'))])] })
  if (products.some(({ sold_elsewhere }) => sold_elsewhere))
    throw new AppError(
      'forbidden',
      'This import is about products that are also sold in stores that you do not see. Ask someone who sees all of them.',
    )
  await lockStores(sql, { store_ids: (await listStores(sql, {})).map(({ id }) => id) })
  await setNestedLoops(sql, { allowed: 'off' })
  await mustBeAsLeft(sql, import_id)

  const reason = `undo of the import of ${found.file_name}`
  const orders = await idsOf('order')
  const adSpend = await idsOf('ad_spend')

  await revertOrders(sql, { import_id })
  await deleteRestatedLines(sql, { import_id })
  await restoreLines(sql, { import_id })
  await restoreRefundLines(sql, { import_id })
  await deleteImportedCosts(sql, { import_id })
  await restoreCosts(sql, { import_id })
  await setNestedLoops(sql, { allowed: 'on' })
  for (const { store_id, order_ids } of await ordersOfIds(sql, { ids: orders }))
    await bookOrders(sql, { store_id, order_ids, reason })
  const spans = dear.map((product_id) => ({ product_id, from: null, to: null }))
  for (const { store_id, order_ids } of await ordersOfProducts(sql, { spans }))
    await bookOrders(sql, { store_id, order_ids, reason })
  await revertAdSpend(sql, { import_id })
  if (adSpend.length > 0) await appendAdSpendEntries(sql, { ad_spend_ids: adSpend, reason })
  await deleteCreatedAdSpend(sql, { import_id })
  await revertFixedCosts(sql, { import_id })
  await revertVariants(sql, { import_id })
  await revertProducts(sql, { import_id })

  await markUndone(sql, { import_id, email: who.email, now })
  const { kind, file_name } = found
  await audit(sql, who, { action: 'import.undone', subject: `import ${import_id}`, old_value: { kind, file_name } })
}

/** @throws AppError `conflict` that names what is not as the import left it */
async function mustBeAsLeft(sql: Sql, import_id: number): Promise<void> {
  const changed: string[] = []
  for (const record of ChangedRecord.options)
    changed.push(...(await changedSince(sql, { import_id, record, limit: NAMED + 1 })).map(({ label }) => label))
  if (changed.length === 0) return
  const named = changed.slice(0, NAMED).join(', ') + (changed.length > NAMED ? ' and more' : '')
  throw new AppError(
    'conflict',
    `This import cannot be undone, because something was changed since: ${named}. Undo or correct that first.`,
  )
}
