import {
  type Delivery,
  type MetaAdAccount,
  type MetaCampaign,
  type Question,
  questionOf,
  rowsOf,
} from './meta-insights.ts'

const VERSION = 'v26.0'

/** Ids are never used again, whichever stand-in made them. */
let made = 0

/** What Meta answers instead, once: an error of the Graph API, or something that is none of its answers. */
export type MetaFault =
  | 'expired' | 'revoked' | 'no permission' | 'unknown account' | 'throttled' | 'temporary' | 'too much' | 'broken' // prettier-ignore
  | 'page' | 'cut' | 'numbers' | 'next elsewhere' | 'limit near' | 'report fails' | 'report is made' // prettier-ignore

type Told = { status: number; code: number; error_subcode?: number; message: string; type?: string }
const ERRORS: Partial<Record<MetaFault, Told>> = {
  expired: { status: 400, code: 190, error_subcode: 463, message: 'Error validating access token: Session has expired on Friday, 27-Nov-26 04:00:00 PST.' }, // prettier-ignore
  revoked: { status: 400, code: 190, error_subcode: 467, message: 'Error validating access token: This may be because the user logged out or may be due to a system error.' }, // prettier-ignore
  'no permission': { status: 403, code: 200, message: '(#200) Ad account owner has NOT grant ads_management or ads_read permission' }, // prettier-ignore
  'unknown account': { status: 400, code: 100, error_subcode: 33, message: 'Unsupported get request. Object with ID does not exist, cannot be loaded due to missing permissions, or does not support this operation.', type: 'GraphMethodException' }, // prettier-ignore
  throttled: { status: 400, code: 80_000, message: 'There have been too many calls from this ad-account. Please wait a bit and try again.' }, // prettier-ignore
  temporary: { status: 500, code: 2, message: 'Service temporarily unavailable' },
  'too much': { status: 500, code: 1, message: 'Please reduce the amount of data you’re asking for, then retry your request' }, // prettier-ignore
}

/**
 * Meta's Marketing API on loopback, over ad accounts of its own: insights by campaign and ad and day, pages with cursors and `next`, reports
 * that are made beside, errors as the Graph API words them. A question that Meta would refuse is refused and noted in `refused`. `faults` are
 * answered first, one a request, each by the first that it can spoil; `report is made` lets a report pass before the next.
 */
export function startMeta({ today = '2026-04-13', pageSize = 500 } = {}) {
  const accounts = new Map<string, MetaAdAccount>()
  const reports = new Map<string, { account: MetaAdAccount; asked: Question; looks: number; fails: boolean }>()
  const faults: MetaFault[] = []
  const requests: { method: string; path: string; query: Record<string, string> }[] = []
  /** The days of the reports that were asked for, in order. */
  const reported: string[] = []
  const refused: string[] = []

  const refuse = ({ status, code, error_subcode, message, type = 'OAuthException' }: Told) => {
    const error = { message, type, code, ...(error_subcode && { error_subcode }), fbtrace_id: 'AbCdEfGhIjKlMnOpQrStUv' }
    return Response.json({ error }, { status })
  }
  const wrong = (message: string) => {
    refused.push(message)
    return refuse({ status: 400, code: 100, message, type: 'OAuthException' })
  }

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const url = new URL(request.url)
      const [, version, id = '', edge] = url.pathname.split('/')
      requests.push({ method: request.method, path: url.pathname, query: Object.fromEntries(url.searchParams) })
      if (version !== VERSION) return wrong(`(#2635) You are calling a deprecated version of the Ads API: ${version}.`)
      const token = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
      const report = reports.get(id)
      const account = report?.account ?? accounts.get(id)
      const fault = faults[0]
      const error = fault && ERRORS[fault]
      const asksInsights = request.method === 'GET' && edge === 'insights' && !report
      if (error && (fault !== 'too much' || asksInsights)) {
        faults.shift()
        return refuse(error)
      }
      if (fault === 'broken') {
        faults.shift()
        return new Response('', { status: 502 })
      }
      if (fault === 'page') {
        faults.shift()
        return new Response('<!DOCTYPE html><html><body>Sorry, something went wrong.</body></html>')
      }
      if (!token) return refuse({ status: 400, code: 2500, message: 'An active access token must be used to query information about the current user.' }) // prettier-ignore
      if (![...accounts.values()].some((one) => one.token === token))
        return refuse({ status: 400, code: 190, message: 'Invalid OAuth access token - Cannot parse access token' })
      if (account?.token !== token) return refuse(ERRORS['unknown account']!)
      if (url.searchParams.has('access_token')) return wrong('The token was sent in the address.')
      if (request.method === 'POST' && edge === 'insights' && !report) return start(account, await request.text())
      if (request.method !== 'GET') return wrong(`(#100) Unsupported ${request.method} request`)
      if (report && edge === undefined) return stateOf(id, report)
      if (report && edge === 'insights')
        return report.looks < 2 ? wrong('(#100) The report is not ready.') : page(url, account, report.asked)
      if (edge === undefined) {
        const { name, currency, timezone_name } = account
        const fields = (url.searchParams.get('fields') ?? 'id').split(',')
        const facts = { id, name, currency, timezone_name }
        const unknown = fields.find((field) => !(field in facts))
        if (unknown) return wrong(`(#100) Tried accessing nonexisting field (${unknown}) on node type (AdAccount)`)
        return Response.json(Object.fromEntries(Object.entries(facts).filter(([field]) => fields.includes(field) || field === 'id'))) // prettier-ignore
      }
      if (edge !== 'insights') return wrong('(#100) Unknown path components')
      const asked = questionOf(url.searchParams, today)
      return typeof asked === 'string' ? wrong(asked) : page(url, account, asked)
    },
  })
  const root = `http://127.0.0.1:${server.port}`

  function start(account: MetaAdAccount, body: string): Response {
    const asked = questionOf(new URLSearchParams(body), today)
    if (typeof asked === 'string') return wrong(asked)
    const id = String(6_000_000_000_000 + ++made)
    const fails = faults[0] === 'report fails'
    if (fails || faults[0] === 'report is made') faults.shift()
    reported.push(`${asked.level} ${asked.since} ${asked.until}`)
    reports.set(id, { account, asked, looks: 0, fails })
    return Response.json({ report_run_id: id })
  }

  function stateOf(id: string, report: { looks: number; fails: boolean }): Response {
    report.looks += 1
    const [async_status, async_percent_completion] = report.fails
      ? ['Job Failed', 12]
      : report.looks === 1
        ? ['Job Running', 40]
        : ['Job Completed', 100]
    return Response.json({ id, async_status, async_percent_completion })
  }

  function page(url: URL, account: MetaAdAccount, asked: Question): Response {
    const limit = Math.min(Number(url.searchParams.get('limit') ?? 25), pageSize)
    const after = url.searchParams.get('after')
    const from = after === null ? 0 : Number(atob(after))
    const rows = rowsOf(account, asked)
    const data: Record<string, unknown>[] = rows.slice(from, from + limit)
    const [before, end] = [btoa(String(from)), btoa(String(from + data.length))]
    const next = new URL(url)
    next.searchParams.set('access_token', account.token) // Meta does so.
    next.searchParams.set('after', end)
    const hasNext = from + data.length < rows.length
    const paging = { cursors: { before, after: end }, ...(hasNext && { next: next.href }) }
    const fault = faults[0]
    const headers = {
      'x-business-use-case-usage': JSON.stringify({ '1234': [{ type: 'ads_insights', call_count: 4, total_cputime: 3, total_time: 5, estimated_time_to_regain_access: 0 }] }), // prettier-ignore
      'x-fb-ads-insights-throttle': JSON.stringify({ app_id_util_pct: 1.5, acc_id_util_pct: fault === 'limit near' ? 95 : 2, ads_api_access_tier: 'standard_access' }), // prettier-ignore
    }
    if (fault === 'limit near') faults.shift()
    if (fault === 'next elsewhere' && hasNext) {
      faults.shift()
      paging.next = 'https://graph.example.com/v26.0/next'
    }
    if (fault === 'numbers' && data[0]) {
      faults.shift()
      data[0] = { ...data[0], spend: Number(data[0]['spend']) }
    }
    const text = JSON.stringify({ data, paging })
    if (fault === 'cut' && from > 0) {
      faults.shift()
      return new Response(text.slice(0, text.length / 2), {
        headers: { ...headers, 'content-type': 'application/json' },
      })
    }
    return new Response(text, { headers: { ...headers, 'content-type': 'application/json' } })
  }

  return {
    root,
    requests,
    reported,
    refused,
    faults,
    /** Adds an account; its token is answered with it. */
    addAccount: (account: Partial<MetaAdAccount> = {}): MetaAdAccount => {
      const id = account.id ?? `act_${1_000 + ++made}`
      const added = { id, name: `Account ${id}`, currency: 'EUR', minor_digits: 2, timezone_name: 'Europe/Amsterdam', token: `EAAB${id}token`, campaigns: [], ...account } // prettier-ignore
      accounts.set(id, added)
      return added
    },
    /** Adds a campaign with one ad to an account. */
    addCampaign: (account: MetaAdAccount, name: string): MetaCampaign => {
      const id = String(120_000_000_000 + ++made)
      const campaign = { id, name, ads: [{ id: String(130_000_000_000 + ++made), name: `${name} ad`, days: new Map() }] } // prettier-ignore
      account.campaigns.push(campaign)
      return campaign
    },
    stop: () => server.stop(true),
  }
}
export type MetaStandIn = ReturnType<typeof startMeta>

/** Lets the first ad of a campaign spend this on a day, in minor units; once more restates it, and 0 takes the day away. */
export function spends(campaign: MetaCampaign, day: string, spend: number, more: Partial<Delivery> = {}): void {
  const figures = { impressions: spend * 3, clicks: Math.ceil(spend / 50), purchases: 0, value: 0, ...more }
  campaign.ads[0]!.days.set(day, { spend, ...figures })
}
