import type { EcbRate } from '../../../sql/fx-rates.ts'
import { AppError } from '../../errors.ts'
import { observedFetch } from '../../telemetry/observed-fetch.ts'
import { isDay, ratesOfHistory } from './ecb.ts'

/** Milliseconds for an answer; the history has some 600 KB. */
const TIMEOUT = 60_000
/** Bytes of an answer at most: the history has 1 % of that. */
const LARGEST = 64 * 1024 * 1024

/**
 * The euro reference rates as the ECB publishes them, about 16:00 CET on its working days: the last day, the last 90 days, or all since
 * 1999. @throws AppError `unavailable` when it does not answer, `invalid` for something else than its rates
 */
export function createEcb({ root }: { root: string }) {
  async function read(file: string): Promise<Buffer> {
    const url = `${root}/stats/eurofxref/${file}`
    try {
      const response = await observedFetch({ service: 'ecb', endpoint: file }, url, {
        signal: AbortSignal.timeout(TIMEOUT),
      })
      if (!response.ok) throw notAnswered(`${file}: HTTP ${response.status}`)
      const bytes = Buffer.from(await response.arrayBuffer())
      if (bytes.length > LARGEST) throw new AppError('too_large', `The ECB's ${file} is larger than it can be.`)
      return bytes
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      throw notAnswered(file, cause)
    }
  }
  return {
    lastDay: async () => ratesOfFeed((await read('eurofxref-daily.xml')).toString('utf8')),
    last90Days: async () => ratesOfFeed((await read('eurofxref-hist-90d.xml')).toString('utf8')),
    history: async () => ratesOfHistory(await read('eurofxref-hist.zip'), 'eurofxref-hist.zip'),
  }
}
export type Ecb = ReturnType<typeof createEcb>

const notAnswered = (what: string, cause?: unknown) =>
  new AppError('unavailable', `The ECB does not answer right now (${what}). It is asked again within the hour.`, {
    cause,
    retryAfter: 3600,
  })
const notTheFeed = (why: string) =>
  new AppError('invalid', `What the ECB answered is not its feed of reference rates: ${why}.`)

const DAY = /^<Cube time=(?:'|")(\d{4}-\d\d-\d\d)(?:'|")\s*>$/
const RATE = /^<Cube currency=(?:'|")([A-Z]{3})(?:'|") rate=(?:'|")(\d{1,9}(?:\.\d{1,10})?)(?:'|")\s*\/>$/

/**
 * The rates of the ECB's XML: `<Cube time='2026-11-27'><Cube currency='USD' rate='1.0843'/>…`. Everything between the outer tags must be
 * that, to its end: half a file is no file. @throws AppError `invalid`
 */
export function ratesOfFeed(xml: string): EcbRate[] {
  const inner = /<gesmes:Envelope[^>]*>[\s\S]*?<Cube>([\s\S]*)<\/Cube>\s*<\/gesmes:Envelope>\s*$/.exec(xml)?.[1]
  if (inner === undefined) throw notTheFeed('it does not begin and end as that does')
  const rates: EcbRate[] = []
  let day: string | undefined
  for (const tag of inner.match(/<[^>]*>?|[^<\s]+/g) ?? []) {
    const [begun, rate] = [DAY.exec(tag)?.[1], RATE.exec(tag)]
    if (begun && day === undefined && isDay(begun)) day = begun
    else if (tag === '</Cube>' && day !== undefined) day = undefined
    else if (rate && day !== undefined && Number(rate[2]) > 0)
      rates.push({ currency: rate[1] ?? '', day, units_per_euro: rate[2] ?? '' })
    else throw notTheFeed(`it has "${tag.slice(0, 60)}" where a day or a rate should be`)
  }
  if (day !== undefined || rates.length === 0) throw notTheFeed('it holds no whole day')
  return rates
}
