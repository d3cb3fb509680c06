/** Waits until `answer` gives something true, and resolves to that; fails with `what` after 30 seconds. */
export async function until<T>(what: string, answer: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const end = performance.now() + 30_000; performance.now() < end; await Bun.sleep(20)) {
    const given = await answer()
    if (given) return given
  }
  throw new Error(`waited in vain until ${what}`)
}
