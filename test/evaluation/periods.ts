/** Days that are asked for by name, as a person would count them in the calendar on 13 April 2026. */
const NAMED: Record<string, Days> = {
  today: { from: '2026-04-13', to: '2026-04-13' },
  yesterday: { from: '2026-04-12', to: '2026-04-12' },
  this_week: { from: '2026-04-13', to: '2026-04-13' },
  last_week: { from: '2026-04-06', to: '2026-04-12' },
  this_month: { from: '2026-04-01', to: '2026-04-13' },
  last_month: { from: '2026-03-01', to: '2026-03-31' },
  last_30_days: { from: '2026-03-15', to: '2026-04-13' },
  last_90_days: { from: '2026-01-14', to: '2026-04-13' },
  this_year: { from: '2026-01-01', to: '2026-04-13' },
}
export const month = (name: string): Days => {
  const [year = 0, number = 1] = name.split('-').map(Number)
  return { from: `${name}-01`, to: `${name}-${new Date(Date.UTC(year, number, 0)).getUTCDate()}` }
}
export type Days = { from: string; to: string }

/** The days of a call, written out. */
export const daysOf = ({ period, from, to }: Record<string, unknown>): Partial<Days> =>
  typeof period === 'string' ? NAMED[period]! : typeof from === 'string' && typeof to === 'string' ? { from, to } : {}
