import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { findShopOrder, noteShopOrder } from '../../shopify/orders.ts'
import type { Executor } from '../executor.ts'
import { NEW_VALUES } from '../values.ts'

/** Adds a line to the note, whatever else it says by now. Done before: the line is there. */
export const note: Executor = {
  where: 'shop',
  undo: false,
  writes: [['write_orders']],
  what: 'noting something on an order',
  async run(admin, { new_value }) {
    const { order: number, note: line } = v.parse(NEW_VALUES.note, new_value)
    const order = await findShopOrder(admin, number)
    const wanted = order.note?.split('\n').includes(line) ? order.note : [order.note, line].filter(Boolean).join('\n')
    if (wanted !== order.note) await noteShopOrder(admin, order.id, wanted)
    const { note: shown } = await findShopOrder(admin, number)
    if (shown !== wanted)
      throw new AppError('conflict', 'The shop shows another note than the one we wrote. Look there.')
    return { result: { note: shown }, changed: { order: order.id } }
  },
}
