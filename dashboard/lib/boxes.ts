/** The four boxes of products as they lie: what earns well above, what sells much on the right. */
export const boxes = ['scale', 'keep', 'stop', 'fix'] as const
export type Box = (typeof boxes)[number]

/** What a box holds, and what to do with it. */
export const boxWords: Record<Box, { label: string; holds: string; advice: string }> = {
  scale: {
    label: 'Scale',
    holds: 'Earns well, sells little',
    advice: 'Each piece pays: show it to more people.',
  },
  keep: { label: 'Keep', holds: 'Earns well, sells much', advice: 'These carry the shop: never out of stock.' },
  stop: { label: 'Stop', holds: 'Earns badly, sells little', advice: 'Sell off, or leave the ads out.' },
  fix: {
    label: 'Fix',
    holds: 'Earns badly, sells much',
    advice: 'Worth the work: price, unit cost, returns or ads.',
  },
}
