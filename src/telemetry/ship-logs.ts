/** Lines that wait at most; the oldest go when more come than can be sent. */
const MOST_WAITING = 2_000
const MOST_AT_ONCE = 200
/** Milliseconds: between two sendings, after a failure at most, and for one. */
const [RHYTHM, LONGEST_PAUSE, TIMEOUT] = [1_000, 60_000, 10_000]

export type LogShipping = { push: (line: string) => void; stop: () => Promise<void> }

/**
 * Sends log lines (JSON objects) to Better Stack: in batches, never in the way of who logs. When it does not take them they wait, as many as
 * fit, and the first line that goes through again is followed by how many were dropped.
 */
export function shipLogs({ url, token, now }: { url: string; token: string; now: () => Date }): LogShipping {
  let waiting: string[] = []
  let dropped = 0
  let pause = RHYTHM
  let stopped = false
  let sending: Promise<void> = Promise.resolve()
  let timer: ReturnType<typeof setTimeout> | undefined

  const schedule = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      sending = send()
    }, pause)
  }

  async function send(): Promise<void> {
    const batch = waiting.slice(0, MOST_AT_ONCE)
    if (batch.length === 0) return
    if (await taken(batch)) {
      waiting = waiting.slice(batch.length)
      pause = RHYTHM
      if (dropped > 0) {
        const message = `${dropped} log lines were dropped: the receiver did not take them in time`
        waiting.push(JSON.stringify({ at: now().toISOString(), level: 'warn', message }))
        dropped = 0
      }
    } else pause = Math.min(pause * 2, LONGEST_PAUSE)
    if (waiting.length > 0 && !stopped) schedule()
  }

  /** Also what is refused for good, such as a line that is too large, counts as taken: it would keep all others waiting. */
  async function taken(batch: string[]): Promise<boolean> {
    try {
      const { status } = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: `[${batch.join(',')}]`,
        signal: AbortSignal.timeout(TIMEOUT),
      })
      if (status === 406 || status === 413) {
        dropped += batch.length
        return true
      }
      return status < 300
    } catch {
      return false // no network is no news that could be logged; the lines wait
    }
  }

  return {
    push: (line) => {
      if (waiting.length >= MOST_WAITING) {
        waiting.shift()
        dropped++
      }
      waiting.push(line)
      schedule()
    },
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await sending
      for (let left = waiting.length; left > 0; left = waiting.length) {
        await send()
        if (waiting.length >= left) return
      }
    },
  }
}
