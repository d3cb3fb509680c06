import type { Transformer } from 'grammy'

/** Telegram's own limits: so many messages at once, and so many more a second. A chat may get a short burst. */
const LIMITS = {
  everywhere: { most: 30, perSecond: 30 },
  chat: { most: 3, perSecond: 1 },
  group: { most: 20, perSecond: 20 / 60 },
}
type Limit = { most: number; perSecond: number }

/** What counts as a message of a chat. */
const MESSAGES = /^(send(?!ChatAction)|edit|copy|forward)/
/** Seconds that a call waits when Telegram says so; longer ones fail, and the update is tried again. */
const LONGEST_WAIT = 30

type Bucket = { left: number; at: number }

/**
 * Keeps the bot below the limits for which Telegram answers 429, and waits when it answers it all the same. Calls of one chat stay in
 * order. A call that still fails is tried again with its update, see `inbox.ts`.
 * @param pace how many times as much a Bot API server of one's own lets through as Telegram does
 */
export function floodLimits(
  now: () => Date,
  { pace = 1, pause = Bun.sleep }: { pace?: number; pause?: (ms: number) => Promise<unknown> } = {},
): Transformer {
  const paced = ({ most, perSecond }: Limit): Limit => ({ most: most * pace, perSecond: perSecond * pace })
  const everywhere = paced(LIMITS.everywhere)
  const buckets = new Map<string, Bucket>()
  const queues = new Map<string, Promise<unknown>>()

  /** What is in the bucket now. */
  function left(name: string, { most, perSecond }: Limit): number {
    const at = now().getTime()
    const { left, at: then } = buckets.get(name) ?? { left: most, at }
    return Math.min(most, left + (Math.max(0, at - then) / 1_000) * perSecond)
  }

  /** Takes one from the bucket and says how many milliseconds to wait for it. */
  function take(name: string, limit: Limit): number {
    const at = now().getTime()
    const filled = left(name, limit) - 1
    buckets.set(name, { left: filled, at })
    if (buckets.size > 10_000) for (const [key, bucket] of buckets) if (at - bucket.at > 120_000) buckets.delete(key)
    return filled >= 0 ? 0 : (-filled / limit.perSecond) * 1_000
  }

  /** Runs after what was asked for this chat before. */
  function inOrder<T>(chat: string, run: () => Promise<T>): Promise<T> {
    const before = queues.get(chat) ?? Promise.resolve()
    const mine = before.then(run, run)
    const settled = mine.then(
      () => undefined,
      () => undefined,
    )
    queues.set(chat, settled)
    void settled.finally(() => queues.get(chat) === settled && queues.delete(chat))
    return mine
  }

  return (call, method, payload, signal) => {
    const chat = 'chat_id' in payload && payload.chat_id !== undefined ? String(payload.chat_id) : undefined
    // "Typing" is worth no message: while there is little room it is left out, or a hundred waiting chats would use up all of it.
    if (method === 'sendChatAction' && left('everywhere', everywhere) < everywhere.most / 2)
      return Promise.resolve({ ok: true, result: true as never })
    const run = async () => {
      for (;;) {
        const counts = chat !== undefined && MESSAGES.test(method)
        const wait = Math.max(
          counts ? take(chat, paced(chat.startsWith('-') ? LIMITS.group : LIMITS.chat)) : 0,
          method.startsWith('get') ? 0 : take('everywhere', everywhere),
        )
        if (wait > 0) await pause(wait)
        const answer = await call(method, payload, signal)
        const seconds = answer.ok ? undefined : answer.parameters?.retry_after
        if (seconds === undefined || seconds > LONGEST_WAIT || signal?.aborted) return answer
        await pause(seconds * 1_000)
      }
    }
    return chat !== undefined && MESSAGES.test(method) ? inOrder(chat, run) : run()
  }
}
