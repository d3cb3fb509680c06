/** The part of an address that goes along to every page: which store, which days, and what they are compared with. */
export const kept = (query: Iterable<[string, string]>): Record<string, string> =>
  Object.fromEntries([...query].filter(([name]) => KEPT.has(name)))

const KEPT = new Set(['store', 'period', 'start', 'end', 'compare'])
