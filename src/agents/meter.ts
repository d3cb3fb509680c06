import type { Used } from './model.ts'

/** Tokens of all kinds, micro-dollars and milliseconds that one question may take. */
export type Limits = { tokens: number; cost: number; time: number }

/** Which limit was reached. */
export type LimitStop = 'token_limit' | 'cost_limit' | 'budget' | 'time_limit'

/** Books what a model used; resolves to its cost and to what is left of the person's budget then, both in micro-dollars. */
export type Book = (used: Used & { agent: string }) => Promise<{ cost: number; left: number }>

/** Counts what all the agents use that work on one question. */
export type Meter = {
  /** Aborts with the caller's signal, or when the time is up. */
  signal: AbortSignal
  timeIsUp: () => boolean
  add: (agent: string, used: Used) => Promise<void>
  /** The limit that forbids another request to the model, if one was reached. */
  reached: () => LimitStop | undefined
  total: () => { tokens: number; cost: number; left: number }
}

export function createMeter({ limits, book, signal }: { limits: Limits; book: Book; signal?: AbortSignal }): Meter {
  const deadline = AbortSignal.timeout(limits.time)
  let [tokens, cost, left] = [0, 0, Number.POSITIVE_INFINITY]
  return {
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    timeIsUp: () => deadline.aborted && !signal?.aborted,
    async add(agent, used) {
      const booked = await book({ agent, ...used })
      tokens += tokensOf(used)
      cost += booked.cost
      left = Math.min(left, booked.left)
    },
    reached: () => {
      if (deadline.aborted) return 'time_limit'
      if (left <= 0) return 'budget'
      if (cost >= limits.cost) return 'cost_limit'
      return tokens >= limits.tokens ? 'token_limit' : undefined
    },
    total: () => ({ tokens, cost, left }),
  }
}

const tokensOf = ({ usage }: Used) =>
  usage.input_tokens +
  usage.output_tokens +
  (usage.cache_read_input_tokens ?? 0) +
  (usage.cache_creation_input_tokens ?? 0)

/** `signal.throwIfAborted` for work that does not listen to signals itself: rejects as soon as it aborts. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
