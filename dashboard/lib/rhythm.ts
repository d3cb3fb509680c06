/** When a task comes back, on the clocks of its time zone. Weekdays count from Monday, 1. */
export type Rhythm =
  | { every: 'once'; day: string; at: string }
  | { every: 'day'; at: string }
  | { every: 'week'; weekdays: number[]; at: string }
  | { every: 'month'; month_day: number; at: string }
  | { every: 'minutes'; minutes: number }

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** A rhythm in words: “every Monday and Thursday at 09:00”. */
export const rhythmWords = (rhythm: Rhythm): string => {
  switch (rhythm.every) {
    case 'once':
      return `once, on ${rhythm.day} at ${rhythm.at}`
    case 'day':
      return `every day at ${rhythm.at}`
    case 'week': {
      const days = rhythm.weekdays.map((day) => weekdays[day - 1] ?? '')
      return `every ${new Intl.ListFormat('en-GB').format(days)} at ${rhythm.at}`
    }
    case 'month':
      return `on day ${rhythm.month_day} of every month at ${rhythm.at}`
    default:
      return rhythm.minutes < 60
        ? `every ${rhythm.minutes} minutes`
        : rhythm.minutes === 60
          ? 'every hour'
          : `every ${rhythm.minutes / 60} hours`
  }
}
