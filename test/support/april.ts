import type { Sql } from '../../sql/connect.ts'
import { aFixedCost, anOrder, aProduct, aRate, aStore, bookAll, someAdSpend } from './factories.ts'

/**
 * The worked example of the metric definitions as the store `nl`: 1 to 13 April 2026 with revenue 15820.40 and net profit 5474.89, of
 * which the 1st and the 13th have orders, the 2nd ad spend and every day fixed costs. Beside it `uk` in pounds (0.80 for a euro), which
 * sold for 80.00 on the 13th, and `jp` in yen (160 for a euro), which sold for 1600 on the 12th and the 13th.
 */
export async function april(sql: Sql) {
  const nl = await aStore(sql, { slug: 'nl', name: 'Netherlands' })
  const uk = await aStore(sql, { slug: 'uk', name: 'United Kingdom', currency: 'GBP', time_zone: 'Europe/London' })
  const jp = await aStore(sql, { slug: 'jp', name: 'Japan & <friends>', currency: 'JPY', time_zone: 'Asia/Tokyo' })
  const table = await aProduct(sql, nl, { name: 'Oak table', sku: 'OAK-1', unit_cost: '2500' })
  const chair = await aProduct(sql, nl, { name: 'Oak chair', sku: 'OAK-2', unit_cost: '727.55' })
  await anOrder(sql, nl, {
    day: '2026-04-01',
    lines: [{ product_id: table, price_minor: 1_000_000 }],
    shipping_cost_minor: 70_080,
    transaction_fee_minor: 30_000,
  })
  await anOrder(sql, nl, {
    day: '2026-04-13',
    lines: [{ product_id: chair, quantity: 2, price_minor: 291_020 }],
    shipping_cost_minor: 42_000,
    transaction_fee_minor: 17_461,
  })
  await someAdSpend(sql, nl, { day: '2026-04-02', amount_minor: 400_000 })
  await someAdSpend(sql, nl, { day: '2026-04-13', platform: 'google', amount_minor: 35_000 })
  await aFixedCost(sql, nl, { interval: 'day', amount_minor: 3_000, starts_on: '2026-04-01', ends_on: '2026-04-13' })
  await aFixedCost(sql, nl, { interval: 'day', amount_minor: 5_500, starts_on: '2026-04-05', ends_on: '2026-04-05' })
  for (const day of ['2026-04-12', '2026-04-13']) {
    await aRate(sql, 'GBP', day, '0.80')
    await aRate(sql, 'JPY', day, '160')
    await anOrder(sql, jp, { day, lines: [{ price_minor: 1_600 }] })
  }
  await anOrder(sql, uk, { day: '2026-04-13', lines: [{ price_minor: 8_000 }] })
  for (const store of [nl, uk, jp]) await bookAll(sql, store)
  return { nl, uk, jp, table, chair }
}
