const withYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const exact = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})

/** “30 Jun 2026, 14:00”, on the clocks of this browser. */
export const moment = (instant: string): string => exact.format(new Date(instant))

/** Whether it is still to come. */
export const isAhead = (instant: string | null): boolean => instant !== null && Date.parse(instant) > Date.now()

/** “4 min”, “3 h”, “2 days”: how long so many seconds are, roughly. */
export const lasting = (seconds: number): string => {
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return seconds < 36 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}

/** “30 Jun 2026”, on the calendar of this browser. */
export const dayOf = (instant: string): string => withYear.format(new Date(instant))
