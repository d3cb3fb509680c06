import * as v from 'valibot'

/** What Shopify tells of an app's points in a shop: they come back with time. */
export const CostTold = v.object({
  extensions: v.object({
    cost: v.object({
      requestedQueryCost: v.number(),
      throttleStatus: v.object({
        maximumAvailable: v.number(),
        currentlyAvailable: v.number(),
        restoreRate: v.number(),
      }),
    }),
  }),
})
type Budget = { available: number; perSecond: number; most: number; at: number }

/** Keeps, for each shop, how many points there are, and for each document how many it asks for. */
export function createThrottle(now: () => Date) {
  const budgets = new Map<string, Budget>()
  const costs = new Map<string, number>()

  const availableOf = ({ available, perSecond, most, at }: Budget) =>
    // A clock that was set back takes no points away.
    Math.min(most, available + (Math.max(0, now().getTime() - at) / 1_000) * perSecond)

  return {
    /** Takes the points of a document. Milliseconds until the shop has them; 0 for what is not known yet. */
    take(domain: string, document: string): number {
      const [budget, cost] = [budgets.get(domain), costs.get(document) ?? 0]
      if (!budget) return 0
      const available = availableOf(budget) - cost
      budgets.set(domain, { ...budget, available, at: now().getTime() })
      return available >= 0 ? 0 : Math.ceil((-available / budget.perSecond) * 1_000)
    },
    /**
     * Learns from an answer what the document cost, and what is left. Milliseconds until there is enough for it again: what to wait when
     * the shop said that there was not.
     */
    learn(domain: string, document: string, answer: unknown): number {
      const told = v.safeParse(CostTold, answer)
      if (!told.success) return 1_000
      const { requestedQueryCost: cost, throttleStatus } = told.output.extensions.cost
      const { currentlyAvailable: available, restoreRate: perSecond, maximumAvailable: most } = throttleStatus
      costs.set(document, cost)
      budgets.set(domain, { available, perSecond, most, at: now().getTime() })
      return Math.max(0, Math.ceil(((cost - available) / perSecond) * 1_000))
    },
  }
}
