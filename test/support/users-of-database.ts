const users = new Map<string, (() => Promise<unknown>)[]>()
const nameOf = (url: string) => new URL(url).pathname

/** Has `end` called before the test database at this address is dropped, so that nothing outlives what it works on. */
export function usesDatabase(url: string, end: () => Promise<unknown>): void {
  users.set(nameOf(url), [...(users.get(nameOf(url)) ?? []), end])
}

/** Ends all that use it. */
export const endUsersOf = (url: string) => Promise.allSettled((users.get(nameOf(url)) ?? []).map((end) => end()))
