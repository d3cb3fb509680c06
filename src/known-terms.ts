import type { Sql } from '../sql/connect.ts'
import { getKnownTerms } from '../sql/stores.ts'
import { AppError } from './errors.ts'

/** @throws AppError `invalid` for a currency or time zone that we do not know */
export async function mustBeKnown(sql: Sql, { currency, time_zone }: { currency: string; time_zone: string }) {
  const known = await getKnownTerms(sql, { currency, time_zone })
  if (!known.currency_known) throw new AppError('invalid', `Currency: ${currency} is not an ISO 4217 code we know.`)
  if (!known.time_zone_known || !isZone(time_zone))
    throw new AppError('invalid', `Time zone: there is no zone "${time_zone}". Take a name such as Europe/Amsterdam.`)
}

/** Whether we know the zone too: days are cut by the database and by us. */
function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
