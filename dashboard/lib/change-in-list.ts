import type { ScopedMutator } from 'swr'

type Listed<T> = { data: T[] }

/** Shows a change of one row of a list at once while `work` sends it; then the list is asked again, also when that failed. */
export const changeInList = async <T extends { id: number }>(
  mutate: ScopedMutator,
  list: string,
  id: number,
  changed: Partial<T>,
  work: () => Promise<unknown>,
): Promise<void> => {
  const shown = (now: Listed<T> | undefined): Listed<T> => ({
    data: (now?.data ?? []).map((row) => (row.id === id ? Object.assign({}, row, changed) : row)),
  })
  await mutate<Listed<T>>(list, shown, { revalidate: false })
  try {
    await work()
  } finally {
    await mutate(list)
  }
}
