/** A growing list that can be waited on. */
export const createLog = <T>() => {
  const entries: T[] = []
  const waiting = new Set<() => void>()
  return {
    entries,
    add: (entry: T) => {
      entries.push(entry)
      for (const look of waiting) look()
    },
    /** The position of the first entry from `from` on that `wanted` accepts; undefined when `within` ms go by without. */
    find: (from: number, wanted: (entry: T) => boolean, within: number) =>
      new Promise<number | undefined>((resolve) => {
        let next = from
        let timer: Timer | undefined
        const end = (position?: number) => {
          clearTimeout(timer)
          waiting.delete(look)
          resolve(position)
        }
        const look = () => {
          for (; next < entries.length; next++) if (wanted(entries[next] as T)) return end(next)
        }
        timer = setTimeout(end, within)
        waiting.add(look)
        look()
      }),
  }
}
