import { MEASURES } from '../../../../sql/reconciliation.ts'
import type { Figures } from '../../../../sql/reconciled.ts'

export const none = (): Figures => ({
  gross_sales: 0,
  discounts: 0,
  returns: 0,
  net_sales: 0,
  shipping: 0,
  tax: 0,
  orders: 0,
})

const each = (of: (measure: (typeof MEASURES)[number]) => number): Figures =>
  Object.fromEntries(MEASURES.map((measure) => [measure, of(measure)])) as Figures

export const plus = (a: Figures, b: Figures): Figures => each((measure) => a[measure] + b[measure])
export const minus = (a: Figures, b: Figures): Figures => each((measure) => a[measure] - b[measure])
export const isNothing = (figures: Figures): boolean => MEASURES.every((measure) => figures[measure] === 0)
export const isSame = (a: Figures, b: Figures): boolean => isNothing(minus(a, b))

/** Figures by key, such as a day: what is added under one key adds up. */
export function sums() {
  const all = new Map<string, Figures>()
  return {
    add: (key: string, figures: Partial<Figures>) =>
      void all.set(key, plus(all.get(key) ?? none(), { ...none(), ...figures })),
    of: (key: string): Figures => all.get(key) ?? none(),
    keys: () => [...all.keys()],
  }
}
export type Sums = ReturnType<typeof sums>
