import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { sentenceFor, withQuery } from '../../lib/api.ts'
import { kept } from '../../lib/kept.ts'
import type { Range } from '../../lib/period.ts'
import { platformNames } from '../../lib/platforms.ts'
import { useFormat } from '../../lib/preferences.ts'
import { useChannels } from '../../lib/use-channels.ts'
import { Figure } from '../figure.tsx'
import rows from '../rooms/rows.module.css'
import { Skeleton } from '../skeleton.tsx'
import styles from './statement.module.css'

type Props = { store: string | null; range: Range | undefined; columns: number }

/** Ad spend by platform, as rows below its line. */
export function LineChannels({ store, range, columns }: Props) {
  const view = kept(useSearchParams())
  const format = useFormat()
  const { data, error } = useChannels(store, range && { start: range.start, end: range.end })
  const rest = columns - 1
  if (!data)
    return (
      <tr className={styles.under} aria-busy={error === undefined || undefined}>
        <td colSpan={columns + 1}>{error === undefined ? <Skeleton width={14} /> : sentenceFor(error)}</td>
      </tr>
    )
  return (
    <>
      {data.totals.map(({ platform, ad_spend, share_percent }) => (
        <tr key={platform} className={styles.under} data-platform={platform}>
          <th scope="row">{platformNames[platform]}</th>
          <td>
            <Figure name="ad_spend" value={ad_spend} currency={data.currency} deducted />
          </td>
          <td colSpan={rest} data-words>
            {format.percent(share_percent)} of ad spend
          </td>
        </tr>
      ))}
      <tr className={styles.under}>
        <td>{data.totals.length === 0 && 'No platform told any'}</td>
        <td />
        <td colSpan={rest} data-words>
          <Link className={rows.plain} href={withQuery('/ads', view)}>
            Ads of these days
          </Link>
        </td>
      </tr>
    </>
  )
}
