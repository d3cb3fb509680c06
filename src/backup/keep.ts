/** How many of the newest backups are kept: of days, of Mondays and of firsts of a month. */
export const KEPT = { days: 7, weeks: 5, months: 12 }

const NAME = /^dealdome-(\d{4}-\d{2}-\d{2})T\d{2}-\d{2}-\d{2}Z\.tar\.gz(\.age)?$/

export const isBackup = (name: string) => NAME.test(name)

/** The name of a backup of this moment. */
export const backupName = (at: Date, { encrypted }: { encrypted: boolean }) =>
  `dealdome-${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z.tar.gz${encrypted ? '.age' : ''}`

/** When a backup of this name was made. */
export function madeAt(name: string): Date {
  const [day = '', time = ''] = name.slice('dealdome-'.length).split(/[TZ]/)
  return new Date(`${day}T${time.replaceAll('-', ':')}Z`)
}

/** Which of these files have had their time: of each of the last days, weeks and months the newest stays. Other files are none of ours. */
export function outdated(names: readonly string[]): string[] {
  const newest = names.filter(isBackup).sort().toReversed()
  const kept = new Set<string>()
  for (const [most, periodOf] of [
    [KEPT.days, (day: string) => day],
    [KEPT.weeks, mondayOf],
    [KEPT.months, (day: string) => day.slice(0, 7)],
  ] as const) {
    const seen = new Set<string>()
    for (const name of newest) {
      const period = periodOf(NAME.exec(name)?.[1] ?? '')
      if (seen.has(period) || seen.size >= most) continue
      seen.add(period)
      kept.add(name)
    }
  }
  return newest.filter((name) => !kept.has(name))
}

function mondayOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7))
  return date.toISOString().slice(0, 10)
}
