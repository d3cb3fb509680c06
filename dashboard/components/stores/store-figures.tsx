import { sentenceFor } from '../../lib/api.ts'
import { dayRange, daysBetween } from '../../lib/days.ts'
import { isEmpty } from '../../lib/figures.ts'
import { grainOf, periodLabels } from '../../lib/period.ts'
import { useChannels } from '../../lib/use-channels.ts'
import { usePnl } from '../../lib/use-pnl.ts'
import { useRange } from '../../lib/use-range.ts'
import { useReconciledDays } from '../../lib/use-reconciliation.ts'
import { useSummary } from '../../lib/use-summary.ts'
import { useView } from '../../lib/use-view.ts'
import { ChannelTable } from '../ads/channel-table.tsx'
import { Against } from '../against.tsx'
import { ChartPanel } from '../chart-panel.tsx'
import { CoverageLine } from '../coverage.tsx'
import { Downloads } from '../downloads.tsx'
import { Filters } from '../filters.tsx'
import { KeyFigures } from '../key-figures.tsx'
import { Notice } from '../notice.tsx'
import { Skeleton } from '../skeleton.tsx'
import { TablePanel } from '../table/table-panel.tsx'
import { DayTable } from './day-table.tsx'
import { StoreHealth } from './store-health.tsx'
import { StoreRoom } from './store-room.tsx'
import styles from './stores.module.css'

/** Days that are shown one by one. */
const MOST_DAYS = 100
const noDays: string[] = []

/** What a store earned in a period, day by day and by channel, and whether its figures can be trusted. */
export function StoreFigures({ store: slug }: { store: string }) {
  const { view, show } = useView()
  const { overview, today, range } = useRange(view)
  const grain = range && daysBetween(range.start, range.end) > MOST_DAYS ? grainOf(range) : 'day'
  const pnl = usePnl(slug, range, grain)
  const summary = useSummary(slug, range, view.compare)
  const channels = useChannels(slug, range)
  const compared = useReconciledDays(slug)
  const figures = summary.data
  const error: unknown = overview.error ?? summary.error ?? pnl.error
  const retry = () => Promise.all([overview.mutate(), summary.mutate(), pnl.mutate()])
  const failed = error !== undefined && (figures === undefined || pnl.data === undefined)
  const empty = figures !== undefined && isEmpty(figures)
  return (
    <StoreRoom store={slug} filters={<Filters view={view} range={range} today={today} show={show} />}>
      {(store) => (
        <>
          <h2 className={styles.period}>{periodLabels[view.period.name]}</h2>
          <p className={styles.range}>
            {figures ? dayRange(figures.start, figures.end) : <Skeleton width={18} />}{' '}
            <Against view={view} figures={figures} show={show} />
          </p>
          {error !== undefined && (
            <Notice tone="attention" onRetry={retry}>
              {failed ? '' : 'These figures could not be refreshed. '}
              {sentenceFor(error)}
            </Notice>
          )}
          {!failed && <KeyFigures figures={figures} columns={pnl.data?.data} store={slug} />}
          {!failed && <CoverageLine figures={figures} today={today} />}
          <div className={styles.columns}>
            {!failed &&
              (empty ? (
                <Notice>Nothing was sold or spent in this period. Choose another period.</Notice>
              ) : (
                <ChartPanel pnl={pnl.data} openDays={figures?.coverage.open_days ?? noDays} />
              ))}
            <StoreHealth store={store} />
          </div>
          {!failed && !empty && (
            <>
              <header className={styles.head}>
                <h2>{{ day: 'Days', week: 'Weeks', month: 'Months' }[grain]}</h2>
                <Downloads path="/financials/pnl" query={range && { ...range, store: slug, grain }} />
              </header>
              <TablePanel label="Days" onRetry={retry} known={pnl.data !== undefined}>
                <DayTable
                  store={slug}
                  pnl={pnl.data}
                  total={figures}
                  compared={store.shopify_domain === null ? undefined : (compared.data?.data ?? [])}
                />
              </TablePanel>
            </>
          )}
          <header className={styles.head}>
            <h2>Channels</h2>
            <Downloads path="/financials/channels" query={range && { ...range, store: slug, grain: grainOf(range) }} />
          </header>
          <TablePanel
            label="Channels"
            error={channels.error}
            onRetry={() => channels.mutate()}
            known={channels.data !== undefined}
            empty={
              channels.data?.totals.length === 0 ? 'No platform had ad spend for this store in this period.' : undefined
            }
          >
            <ChannelTable channels={channels.data} figures={figures} />
          </TablePanel>
        </>
      )}
    </StoreRoom>
  )
}
