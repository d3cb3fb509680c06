import * as v from 'valibot'
import { AppError } from '../../errors.ts'

/** How Meta says that it did not do what it was asked (Graph API, "Handle errors"). */
export const Failure = v.object({
  error: v.looseObject({
    message: v.string(),
    code: v.number(),
    error_subcode: v.optional(v.number()),
    error_user_msg: v.optional(v.string()),
  }),
})
type Told = v.InferOutput<typeof Failure>['error']

/** Seconds until a throttled account is asked again where Meta does not say it. */
const THROTTLED_FOR = 300

const TOKEN: Record<number, string> = {
  458: 'the app was removed from the account of the person who made it',
  459: 'the person who made it must sign in at Facebook once',
  460: 'the person who made it changed their password',
  463: 'it has expired',
  467: 'it was revoked',
}
const THROTTLED = new Set([4, 17, 32, 613, 80_000, 80_001, 80_002, 80_003, 80_004])

/** Whether the answer would be too large for one question: it can be asked for as a report. */
export const isTooMuch = ({ code, message }: Told): boolean => code === 1 && /reduce the amount of data/i.test(message)

/**
 * What Meta refused, in words. `conflict`: a person must do something. `too_many`, `unavailable`: it may be asked again later.
 * @param account the account that was asked about
 */
export function refusal(told: Told, account: string): AppError {
  const { code, error_subcode: sub, error_user_msg, message } = told
  const said = `${(error_user_msg ?? message).replace(/[.\s]+$/, '')} (Meta error ${code}${sub ? `/${sub}` : ''})`
  if (code === 190)
    return new AppError(
      'conflict',
      `Meta does not take the token of ${account}: ${TOKEN[sub ?? 0] ?? 'it is not valid'} (Meta error ${code}${sub ? `/${sub}` : ''}). Make a new token and set it for the account.`,
    )
  if (THROTTLED.has(code))
    return new AppError(
      'too_many',
      `Meta was asked too often for ${account} and wants a pause (Meta error ${code}). It is asked again in a few minutes.`,
      { retryAfter: THROTTLED_FOR },
    )
  if (code === 10 || (code >= 200 && code < 300))
    return new AppError(
      'conflict',
      `The token may not read ${account}: it needs the permission ads_read and access to the account (Meta error ${code}).`,
    )
  if (code === 100 && sub === 33)
    return new AppError('conflict', `Meta has no ${account}, or the token may not see it (Meta error 100/33).`)
  if (code === 1 || code === 2)
    return new AppError(
      'unavailable',
      `Meta cannot answer for ${account} right now: ${said}. It is asked again soon.`,
      {
        retryAfter: 60,
      },
    )
  return new AppError('conflict', `Meta refused the question about ${account}: ${said}.`)
}

const Percent = v.optional(v.number(), 0)
const Usage = v.record(
  v.string(),
  v.array(
    v.looseObject({
      call_count: Percent,
      total_cputime: Percent,
      total_time: Percent,
      /** Minutes. */
      estimated_time_to_regain_access: Percent,
    }),
  ),
)
const InsightsThrottle = v.looseObject({ app_id_util_pct: Percent, acc_id_util_pct: Percent })

/** Percent of what is allowed at which no more is asked. */
const FULL = 90

/**
 * The pause in seconds that the headers of an answer ask for, 0 for none: x-business-use-case-usage with percents and minutes to wait, and
 * x-fb-ads-insights-throttle with percents. A header that cannot be read asks for nothing.
 */
export function pauseOf(headers: Headers): number {
  const usage = v.safeParse(v.pipe(v.string(), v.parseJson(), Usage), headers.get('x-business-use-case-usage'))
  const insights = v.safeParse(
    v.pipe(v.string(), v.parseJson(), InsightsThrottle),
    headers.get('x-fb-ads-insights-throttle'),
  )
  const uses = usage.success ? Object.values(usage.output).flat() : []
  const minutes = Math.max(0, ...uses.map((use) => use.estimated_time_to_regain_access))
  if (minutes > 0) return minutes * 60
  const percents = uses.flatMap((use) => [use.call_count, use.total_cputime, use.total_time])
  if (insights.success) percents.push(insights.output.app_id_util_pct, insights.output.acc_id_util_pct)
  return Math.max(0, ...percents) >= FULL ? THROTTLED_FOR : 0
}
