const openers = new Set<() => void>()

/** Opens the command palette, from wherever. */
export const openPalette = () => openers.forEach((open) => open())

/** Sets who opens it; the answer takes that back. */
export const onPalette = (open: () => void): (() => void) => {
  openers.add(open)
  return () => void openers.delete(open)
}
