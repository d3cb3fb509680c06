import { addDays } from '../src/day.ts'

/** What is asked of the service and of the plain variant, by name. */
export function questionsOf(last: string) {
  const range = (days: number) => `start=${addDays(last, 1 - days)}&end=${last}`
  return {
    daily: `/financials/daily?${range(30)}&limit=100`,
    products: '/products?limit=50',
    summary: `/financials/summary?${range(30)}`,
    'summary of a store': `/financials/summary?${range(30)}&store=store-1`,
    pnl: `/financials/pnl?${range(90)}&grain=month`,
    overview: '/financials/overview',
    'product performance': `/financials/product-performance?${range(30)}&limit=50`,
    'top products': `/financials/product-report?${range(90)}&sort=-cm3&limit=10`,
    'top products of a store': `/financials/product-report?${range(90)}&sort=-cm3&limit=10&store=store-1`,
    orders: '/orders?limit=50',
  } as const
}
export type Question = keyof ReturnType<typeof questionsOf>
