import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { sentenceFor, withQuery } from '../../lib/api.ts'
import type { ComparedFigures } from '../../lib/figures.ts'
import { kept } from '../../lib/kept.ts'
import { shareOfRevenue } from '../../lib/ladder.ts'
import { platformNames } from '../../lib/platforms.ts'
import { useFormat } from '../../lib/preferences.ts'
import { useChannels } from '../../lib/use-channels.ts'
import type { Pnl } from '../../lib/use-pnl.ts'
import { Figure } from '../figure.tsx'
import rows from '../rooms/rows.module.css'
import { Skeleton } from '../skeleton.tsx'
import { Meant } from '../term.tsx'
import styles from './statement.module.css'

type Props = { store: string | null; pnl: Pnl | undefined; total: ComparedFigures | undefined; columns: number }

/** Ad spend by platform in each column of the statement, as rows below its line that come to it. */
export function LineChannels({ store, pnl, total, columns }: Props) {
  const view = kept(useSearchParams())
  const format = useFormat()
  const { data, error } = useChannels(store, pnl && { start: pnl.start, end: pnl.end }, pnl?.grain)
  if (!data || !pnl || !total)
    return (
      <tr className={styles.under} aria-busy={error === undefined || undefined}>
        <td colSpan={columns + 1}>{error === undefined ? <Skeleton width={14} /> : sentenceFor(error)}</td>
      </tr>
    )
  const found = new Map(data.data.map((one) => [`${one.platform} ${one.start}`, one.ad_spend]))
  const channels: Channel[] = data.totals.map(({ platform, ad_spend }) => ({
    key: platform,
    label: <Link href={withQuery('/ads', view)}>{platformNames[platform]}</Link>,
    total: ad_spend,
    columns: pnl.data.map(({ start }) => found.get(`${platform} ${start}`) ?? 0),
  }))
  const rest: Channel = {
    key: 'none',
    label: <Meant label="Of no platform" text="Posted by hand, and what the rounding of exchanged amounts leaves." />,
    total: left(
      total.ad_spend,
      channels.map((channel) => channel.total),
    ),
    columns: pnl.data.map(({ ad_spend }, at) =>
      left(
        ad_spend,
        channels.map((channel) => channel.columns[at] ?? 0),
      ),
    ),
  }
  const shown = rest.total === 0 && rest.columns.every((amount) => amount === 0) ? channels : [...channels, rest]
  const written = (amount: number) => (
    <Figure name="ad_spend" value={amount} currency={data.currency} symbol={false} deducted />
  )
  return (
    <>
      {shown.map(({ key, label, total: sum, columns: amounts }) => (
        <tr key={key} className={styles.under} data-platform={key}>
          <th scope="row">{label}</th>
          <td data-column="total">{written(sum)}</td>
          <td data-quiet>{format.percent(shareOfRevenue(sum, total.revenue))}</td>
          <td data-edge />
          {amounts.map((amount, at) => (
            <td key={pnl.data[at]?.start} data-column={pnl.data[at]?.start}>
              {written(amount)}
            </td>
          ))}
        </tr>
      ))}
      <tr className={styles.under}>
        <td>{shown.length === 0 && 'No platform told any'}</td>
        <td colSpan={columns} data-words>
          <Link className={rows.plain} href={withQuery('/ads', view)}>
            Ads of these days
          </Link>
        </td>
      </tr>
    </>
  )
}

type Channel = { key: string; label: React.ReactNode; total: number; columns: number[] }

/** What parts leave of a sum, without the dust of decimals and a zero with a minus. */
const left = (sum: number, parts: number[]): number =>
  Math.round(parts.reduce((rest, part) => rest - part, sum) * 1e4) / 1e4 || 0
