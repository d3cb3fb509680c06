/** What an ad did on a day: amounts in minor units of the account's currency. */
export type Delivery = { spend: number; impressions: number; clicks: number; purchases: number; value: number }
export type MetaAd = { id: string; name: string; days: Map<string, Delivery> }
export type MetaCampaign = { id: string; name: string; ads: MetaAd[] }
export type MetaAdAccount = {
  id: string
  name: string
  currency: string
  minor_digits: number
  timezone_name: string
  token: string
  campaigns: MetaCampaign[]
}

const FIELDS = new Set([
  'account_currency', 'account_id', 'account_name', 'campaign_id', 'campaign_name', 'adset_id', 'ad_id', 'ad_name', 'spend', 'impressions',
  'clicks', 'actions', 'action_values', 'date_start', 'date_stop',
]) // prettier-ignore
const WINDOWS = new Set(['default', '1d_click', '7d_click', '28d_click', '1d_view'])
const PARAMETERS = new Set(['level', 'time_increment', 'time_range', 'fields', 'limit', 'after', 'action_attribution_windows']) // prettier-ignore
const MONTHS_KEPT = 37

export type Question = { level: 'campaign' | 'ad'; since: string; until: string; fields: string[]; windows: string[] }

/** The question that the parameters ask, or what Meta would say is wrong with them. */
export function questionOf(query: URLSearchParams, today: string): Question | string {
  const other = [...query.keys()].find((name) => !PARAMETERS.has(name))
  if (other) return `(#100) Unknown parameter: ${other}`
  const level = query.get('level')
  if (level !== 'campaign' && level !== 'ad') return '(#100) level must be one of the following values: ad, adset, campaign, account' // prettier-ignore
  if (query.get('time_increment') !== '1') return '(#100) the stand-in knows days only: time_increment=1'
  const range = json(query.get('time_range')) as { since?: string; until?: string } | undefined
  const [since = '', until = ''] = [range?.since, range?.until]
  if (!isDay(since) || !isDay(until) || since > until) return '(#100) time_range must have since and until'
  const oldest = new Date(`${today}T00:00:00Z`)
  oldest.setUTCMonth(oldest.getUTCMonth() - MONTHS_KEPT)
  if (since < oldest.toISOString().slice(0, 10)) return '(#3018) The start date of the time range cannot be beyond 37 months from the current date' // prettier-ignore
  const fields = (query.get('fields') ?? '').split(',')
  const wrong = fields.find((field) => !FIELDS.has(field))
  if (wrong !== undefined) return `(#100) ${wrong} is not valid for fields param. please check https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values` // prettier-ignore
  const windows = (json(query.get('action_attribution_windows') ?? '["default"]') ?? []) as string[]
  if (!Array.isArray(windows) || windows.some((window) => !WINDOWS.has(window)))
    return '(#100) action_attribution_windows[0] must be one of the following values: 1d_view, 1d_click, 7d_click, 28d_click, default' // prettier-ignore
  return { level, since, until, fields, windows }
}

/** Rows in Meta's shape: numbers as text, days without delivery left out, the same purchase under several types. */
export function rowsOf({ currency, minor_digits, campaigns }: MetaAdAccount, asked: Question) {
  const days = new Set(campaigns.flatMap(({ ads }) => ads.flatMap((ad) => [...ad.days.keys()])))
  const inRange = [...days].filter((day) => day >= asked.since && day <= asked.until).toSorted()
  const amount = (minor: number) => String(minor / 10 ** minor_digits)
  const actionsOf = (told: string) => {
    const value = (windows: string[]) => ({
      value: told,
      // A click brings nine in ten of what the default window counts.
      ...Object.fromEntries(windows.filter((window) => window !== 'default').map((window) => [window, tenth(told)])),
    })
    const purchase = (action_type: string) => ({ action_type, ...value(asked.windows) })
    const kinds = ['omni_purchase', 'purchase', 'offsite_conversion.fb_pixel_purchase']
    return [{ action_type: 'link_click', value: '7' }, ...kinds.map(purchase)]
  }
  return inRange.flatMap((day) =>
    campaigns.flatMap((campaign) => {
      const parts = asked.level === 'ad' ? campaign.ads.map((ad) => ({ ad, of: [ad] })) : [{ ad: undefined, of: campaign.ads }] // prettier-ignore
      return parts.flatMap(({ ad, of }) => {
        const told = of.flatMap((one) => one.days.get(day) ?? [])
        const sum = (figure: keyof Delivery) => told.reduce((total, delivery) => total + delivery[figure], 0)
        if (sum('spend') === 0) return []
        const row: Record<string, unknown> = {
          account_currency: currency,
          campaign_id: campaign.id,
          campaign_name: campaign.name,
          ad_id: ad?.id,
          ad_name: ad?.name,
          spend: amount(sum('spend')),
          impressions: String(sum('impressions')),
          clicks: String(sum('clicks')),
          ...(sum('purchases') > 0 && {
            actions: actionsOf(String(sum('purchases'))),
            action_values: actionsOf(amount(sum('value'))),
          }),
        }
        const shown = Object.entries(row).filter(([field, value]) => asked.fields.includes(field) && value !== undefined) // prettier-ignore
        return [{ ...Object.fromEntries(shown), date_start: day, date_stop: day }]
      })
    }),
  )
}

const tenth = (value: string) => String(Math.round(Number(value) * 90) / 100)
const isDay = (day: string) => /^20\d\d-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))

function json(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
