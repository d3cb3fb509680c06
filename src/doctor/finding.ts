import { AppError, expectedError } from '../errors.ts'

/** `warning` is worth a look, `problem` keeps something from working, `skipped` could not be looked at or is not configured. */
export type State = 'ok' | 'warning' | 'problem' | 'skipped'

/** What was found: a sentence, and how to put it right where that is known. */
export type Finding = {
  part: string
  state: State
  said: string
  /** What a person can do about it. */
  advice?: string
  /** Puts it right by itself, where that is safe; resolves to what was done. */
  fix?: () => Promise<string>
}

/** Something to look at. */
export type Look = { part: string; look: () => Promise<Omit<Finding, 'part'> | Omit<Finding, 'part'>[]> }

/** Looks, one after the other within a part that depends on itself; what fails as expected is a problem in words, and nothing hides the rest. */
export async function findingsOf({ part, look }: Look): Promise<Finding[]> {
  try {
    return [await look()].flat().map((found) => Object.assign(found, { part }))
  } catch (error) {
    const expected = expectedError(error)
    if (!expected) throw new Error(`The doctor failed at ${part}`, { cause: error })
    return [{ part, state: 'problem', said: expected.message }]
  }
}

/** Milliseconds that a service outside gets. */
const PATIENCE = 20_000

/** @throws AppError `unavailable` when it takes too long */
export async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new AppError('unavailable', `${what} did not answer within ${PATIENCE / 1_000} seconds.`)),
    PATIENCE,
  )
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
