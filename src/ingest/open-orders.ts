import { lockStores } from '../../sql/booking.ts'
import type { Sql } from '../../sql/connect.ts'
import { waitToImport } from '../../sql/import-locks.ts'
import type { ImportIssue } from '../../sql/imports.ts'
import type { Store } from '../../sql/stores.ts'
import { AppError } from '../errors.ts'
import { type ImportFile, inWords, type OpenImport, SHOWN, storeNamed } from './import-file.ts'
import { mustAgree, saveStaged } from './import-orders.ts'
import { recognise, whyNot } from './recognise.ts'
import { fileRecords } from './records.ts'
import { shopifyMapping, shopifyOrderLines } from './shopify-orders.ts'
import { stageOrderLines } from './stage-order-lines.ts'

/**
 * An import of orders, by a mapping or from Shopify's export. Takes the place of an import into the store, and the store.
 * @throws AppError `invalid` for a store or mapping that does not fit, `conflict` when the store has other terms than the mapping
 */
export async function openOrders(sql: Sql, file: ImportFile): Promise<OpenImport> {
  const { options, path, file_name, import_id } = file
  const slug = options.store ?? options.mapping?.store?.slug
  if (!slug) throw new AppError('invalid', 'Say which store the orders are of: store=… or in the mapping.')
  const store = await storeNamed(sql, slug)
  const mapping = options.mapping && { ...options.mapping, store: options.mapping.store ?? { ...store } }
  if (mapping && mapping.store.slug !== slug)
    throw new AppError('invalid', `The mapping is for the store "${mapping.store.slug}", and "${slug}" was named.`)
  await waitToImport(sql, { slug })
  if (mapping) await mustAgree(sql, store.id, mapping)
  await lockStores(sql, { store_ids: [store.id] })
  return {
    store_ids: [store.id],
    run: async (tx, keep) => {
      const issues: ImportIssue[] = []
      let left = 0
      const leave = (line: number, result: ImportIssue['result'], reason: string) => {
        left++
        if (issues.length < SHOWN) issues.push({ line, result, reason })
      }
      const opened = mapping
        ? {
            mapping,
            records: (await fileRecords(path, { name: inWords(file_name), delimiter: mapping.delimiter })).records,
          }
        : await shopifyFile(file, store, leave)
      const staging = await stageOrderLines(tx, {
        import_id,
        name: file_name,
        ...opened,
        rejects: () => ({
          add: (line, reason) => Promise.resolve(leave(line, 'rejected', reason)),
          close: () => Promise.resolve(undefined),
        }),
      })
      const saved = await saveStaged(tx, { import_id, store_id: store.id, file_name, mapping: opened.mapping, keep })
      const { rows, skipped, unused_columns } = staging
      const notes = [
        saved.skus_created > 0 && `${saved.skus_created} SKUs are new to the store: each makes a product.`,
        skipped > 0 && `${skipped} rows with price 0 book nothing.`,
        mapping && unused_columns.length > 0 && `Columns that the mapping does not use: ${unused_columns.join(', ')}.`,
        left > SHOWN && `The first ${SHOWN} of ${left} rows that were left out are listed.`,
      ].filter((note) => typeof note === 'string')
      const ofShopify = issues.filter(({ result }) => result === 'skipped').length
      return {
        rows_read: mapping ? rows : (opened as { read: () => number }).read(),
        added: saved.orders_created,
        changed: saved.orders_changed,
        unchanged: saved.orders_unchanged,
        unknown: 0,
        rejected: left - ofShopify,
        skipped: ofShopify,
        issues,
        notes,
        months: [],
      }
    },
  }
}

/** The records of Shopify's order export as order lines; `read` counts those of the file itself. */
async function shopifyFile(
  { path, file_name: name }: ImportFile,
  store: Store,
  left: (line: number, result: 'rejected' | 'skipped', reason: string) => void,
) {
  const { records } = await fileRecords(path, { name: inWords(name) })
  const first = await records.next()
  const header = first.done ? [] : first.value.fields
  const found = recognise([header], 'orders')
  if (!found) {
    await records.return(undefined)
    throw new AppError('invalid', whyNot([header], 'orders'))
  }
  let read = 0
  const counted = async function* () {
    for await (const record of records) {
      read++
      yield record
    }
  }
  return {
    mapping: shopifyMapping(store),
    records: shopifyOrderLines(counted(), { places: found.places, store, left }),
    read: () => read,
  }
}
