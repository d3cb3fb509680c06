import { dayRange } from '../lib/days.ts'
import type { Range } from '../lib/period.ts'
import { useStores } from '../lib/use-stores.ts'
import { Skeleton } from './skeleton.tsx'

type Props = { store: string | null; range: Range | undefined; currency: string | undefined }

/** What a page shows, in a line: “All stores, 1–22 November 2026, EUR without VAT”. */
export function Shown({ store, range, currency }: Props) {
  const { data: stores } = useStores()
  const name = store === null ? 'All stores' : (stores?.data.find(({ slug }) => slug === store)?.name ?? store)
  return (
    <>
      {name}, {range ? dayRange(range.start, range.end) : <Skeleton width={18} />}
      {currency && `, ${currency} without VAT`}
    </>
  )
}
