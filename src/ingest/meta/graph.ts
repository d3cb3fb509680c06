import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { observedFetch } from '../../telemetry/observed-fetch.ts'
import { Failure, isTooMuch, pauseOf, refusal } from './failures.ts'

/** The version of the Graph and Marketing API that every request names (29 July 2026). */
export const META_VERSION = 'v26.0'

const TIMEOUT = 60_000
/** Rows of a page. */
const LIMIT = 500
/** Pages of one question at most: a `next` that leads in circles ends there. */
const MOST_PAGES = 2_000
/** Milliseconds between two looks at a report, and looks at most: 20 minutes. */
const POLL = { every: 5_000, most: 240 }
/** Days of a question that is answered at once; more are asked for as a report. */
const AT_ONCE = 31

/** A number as Meta writes it: text. */
const NumberText = v.pipe(v.string(), v.regex(/^\d{1,15}(\.\d{1,10})?$/, 'must be a number in quotes'))
const Actions = v.optional(v.array(v.looseObject({ action_type: v.string(), value: v.optional(NumberText, '0') })), [])
const Day = v.pipe(v.string(), v.regex(/^20\d\d-\d\d-\d\d$/))

/** A row of insights with one day. */
export const InsightRow = v.object({
  date_start: Day,
  date_stop: Day,
  account_currency: v.optional(v.string()),
  campaign_id: v.pipe(v.string(), v.regex(/^\d{1,20}$/)),
  campaign_name: v.string(),
  ad_id: v.optional(v.pipe(v.string(), v.regex(/^\d{1,20}$/))),
  ad_name: v.optional(v.string()),
  spend: NumberText,
  impressions: v.optional(NumberText, '0'),
  clicks: v.optional(NumberText, '0'),
  actions: Actions,
  action_values: Actions,
})
export type InsightRow = v.InferOutput<typeof InsightRow>

const Page = v.object({
  data: v.array(InsightRow),
  paging: v.optional(v.object({ next: v.optional(v.string()) })),
})
const Account = v.object({
  id: v.string(),
  name: v.optional(v.string(), ''),
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
  timezone_name: v.string(),
})
const Report = v.object({ report_run_id: v.union([v.string(), v.pipe(v.number(), v.transform(String))]) })
const ReportState = v.object({ async_status: v.string(), async_percent_completion: v.number() })

export type InsightsAsked = {
  level: 'campaign' | 'ad'
  from: string
  to: string
  /** Null for the account's own window. */
  attribution: string | null
}

/** One ad account at Meta. */
export type MetaAccount = {
  /** Its name, currency and time zone. */
  facts: () => Promise<{ name: string; currency: string; time_zone: string }>
  /** What Meta says of the days `from`..`to`, both included, in the account's days: a row for each campaign or ad and day with any delivery. */
  insights: (asked: InsightsAsked, signal?: AbortSignal) => Promise<InsightRow[]>
}

/**
 * Asks Meta's Marketing API. Once an answer's headers say that the limit is near, the account is not asked any further.
 * @param root where requests go instead of graph.facebook.com
 * @param pause waits between two looks at a report
 * @throws AppError of all that is returned: `conflict` when a person must do something, such as set another token, `too_many` with the
 * seconds to wait, `unavailable` when Meta does not answer as it should
 */
export function createMeta({
  root,
  pause = (milliseconds) => Bun.sleep(milliseconds),
}: {
  root: string
  pause?: (milliseconds: number) => Promise<void>
}) {
  return ({ token, account }: { token: string; account: string }): MetaAccount => {
    let waits = 0

    async function ask<T>(url: URL, schema: v.GenericSchema<unknown, T>, init: RequestInit = {}): Promise<T> {
      if (waits > 0)
        throw new AppError(
          'too_many',
          `Meta's limit for ${account} is nearly reached. It is asked again in ${Math.ceil(waits / 60)} minutes.`,
          { retryAfter: waits },
        )
      const response = await sent(url, { ...init, headers: { authorization: `Bearer ${token}` } })
      waits = pauseOf(response.headers)
      const text = await response.text().catch((cause: unknown) => {
        throw notAnswered(cause)
      })
      const answer = parsed(text)
      const failure = v.safeParse(Failure, answer)
      if (failure.success) {
        if (isTooMuch(failure.output.error)) throw new TooMuch(account)
        throw refusal(failure.output.error, account)
      }
      const read = v.safeParse(schema, answer)
      if (response.ok && read.success) return read.output
      const where = read.issues && v.getDotPath(read.issues[0])
      throw new AppError(
        'unavailable',
        `Meta answered something for ${account} that it should not (HTTP ${response.status}${where ? `, at ${where}` : ''}). Nothing of it was taken.`,
      )
    }

    const sent = (url: URL, init: RequestInit) =>
      observedFetch({ service: 'meta', endpoint: endpointOf(url), account }, url, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT),
      }).catch((cause: unknown) => {
        throw notAnswered(cause)
      })
    const notAnswered = (cause: unknown) =>
      new AppError('unavailable', `Meta does not answer for ${account} right now. It is asked again soon.`, {
        cause,
        retryAfter: 60,
      })

    const address = (path: string, query: Record<string, string>) => {
      const url = new URL(`${root}/${META_VERSION}/${path}`)
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      return url
    }

    async function pages(first: URL, signal: AbortSignal | undefined): Promise<InsightRow[]> {
      const rows: InsightRow[] = []
      let url: URL | undefined = first
      for (let page = 0; url; page++) {
        signal?.throwIfAborted()
        if (page === MOST_PAGES)
          throw new AppError('unavailable', `Meta's pages for ${account} do not end. Nothing of them was taken.`)
        const { data, paging }: v.InferOutput<typeof Page> = await ask(url, Page)
        for (const row of data) rows.push(row)
        url = paging?.next === undefined ? undefined : following(paging.next)
      }
      return rows
    }

    /** The next page, at Meta and nowhere else: the token goes with the request. Meta puts it into the address as well, which we do not. */
    function following(next: string): URL {
      const url = URL.canParse(next) ? new URL(next) : undefined
      if (url?.origin !== new URL(root).origin)
        throw new AppError('unavailable', `Meta's next page for ${account} lies elsewhere. Nothing was taken.`)
      url.searchParams.delete('access_token')
      return url
    }

    async function report(query: Record<string, string>, signal: AbortSignal | undefined): Promise<InsightRow[]> {
      const body = new URLSearchParams(query)
      const { report_run_id: id } = await ask(address(`${account}/insights`, {}), Report, { method: 'POST', body })
      for (let looks = 0; looks < POLL.most; looks++) {
        signal?.throwIfAborted()
        const { async_status, async_percent_completion } = await ask(
          address(id, { fields: 'async_status,async_percent_completion' }),
          ReportState,
        )
        if (async_status === 'Job Completed' && async_percent_completion === 100)
          return pages(address(`${id}/insights`, { limit: String(LIMIT) }), signal)
        if (async_status === 'Job Failed' || async_status === 'Job Skipped')
          throw new AppError(
            'unavailable',
            `Meta could not make the report about ${account} (${async_status}, at ${async_percent_completion} %). It is asked again soon.`,
            { retryAfter: 300 },
          )
        await pause(POLL.every)
      }
      throw new AppError('unavailable', `Meta's report about ${account} is not done after 20 minutes.`, {
        retryAfter: 600,
      })
    }

    return {
      async facts() {
        const { name, currency, timezone_name } = await ask(
          address(account, { fields: 'id,name,currency,timezone_name' }),
          Account,
        )
        return { name: name || account, currency, time_zone: timezone_name }
      },
      async insights({ level, from, to, attribution }, signal) {
        const query = {
          level,
          time_increment: '1',
          time_range: JSON.stringify({ since: from, until: to }),
          fields: [
            'account_currency,campaign_id,campaign_name',
            ...(level === 'ad' ? ['ad_id,ad_name'] : []),
            'spend,impressions,clicks,actions,action_values',
          ].join(),
          ...(attribution !== null && { action_attribution_windows: JSON.stringify([attribution]) }),
          limit: String(LIMIT),
        }
        const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1
        if (days > AT_ONCE) return report(query, signal)
        try {
          return await pages(address(`${account}/insights`, query), signal)
        } catch (error) {
          if (error instanceof TooMuch) return report(query, signal)
          throw error
        }
      },
    }
  }
}
export type Meta = ReturnType<typeof createMeta>

/** The answer would be too large for one question. */
class TooMuch extends AppError {
  constructor(account: string) {
    super('unavailable', `Meta cannot answer so much about ${account} at once. It is asked again soon.`)
  }
}

/** What a path asks for, without the id in it. */
function endpointOf({ pathname }: URL): string {
  const [, , id = '', edge] = pathname.split('/')
  return edge ?? (id.startsWith('act_') ? 'account' : 'report')
}

/** JSON, or nothing that any answer could be. */
function parsed(text: string): unknown {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson()), text)
  return read.success ? read.output : undefined
}
