import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { tool } from '../tool.ts'

export const getStock = tool({
  name: 'get_stock',
  description: 'How many pieces of a product are on stock.',
  input: v.object({ product: v.pipe(v.string(), v.minLength(1), v.maxLength(100)) }),
  run: (): never => {
    throw new AppError(
      'unavailable',
      'No stock levels are known: no source that reports stock is connected. Say so, and do not guess.',
    )
  },
})
