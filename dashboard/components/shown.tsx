import { dayRange } from '../lib/days.ts'
import type { Range } from '../lib/period.ts'
import { useStores } from '../lib/use-stores.ts'
import { Skeleton } from './skeleton.tsx'

type Props = {
  store: string | null
  range: Range | undefined
  currency: string | undefined
  /** The days that are not known will not come. */
  failed?: boolean
  /** Whether it is said of the amounts. */
  withoutVat?: boolean
}

/** What a page shows, in a line: “All stores, 1–22 November 2026, EUR without VAT”. */
export function Shown({ store, range, currency, failed = false, withoutVat = true }: Props) {
  const { data: stores } = useStores()
  const name = store === null ? 'All stores' : (stores?.data.find(({ slug }) => slug === store)?.name ?? store)
  return (
    <>
      {name}
      {(range !== undefined || !failed) && ', '}
      {range ? dayRange(range.start, range.end) : !failed && <Skeleton width={18} />}
      {currency && `, ${currency}${withoutVat ? ' without VAT' : ''}`}
    </>
  )
}
