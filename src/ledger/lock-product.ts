import type { Sql } from '../../sql/connect.ts'
import { lockProduct } from '../../sql/products.ts'
import { AppError } from '../errors.ts'

/**
 * Takes a product for a change that counts in all of its stores, until the end of the transaction; `alone` as in `lockProduct`.
 * @throws AppError `not_found` for a product that the asker does not see, `forbidden` when it is also sold in stores that they do not see
 */
export async function lockWholeProduct(sql: Sql, id: number, alone = false): Promise<void> {
  const product = await lockProduct(sql, { id, alone })
  if (!product) throw new AppError('not_found', `There is no product ${id}.`)
  if (product.sold_elsewhere)
    throw new AppError(
      'forbidden',
      'This product is also sold in stores that you do not see. Ask someone who sees all of its stores to change it.',
    )
}
