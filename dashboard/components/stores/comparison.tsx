import { useState } from 'react'
import { dayRange } from '../../lib/days.ts'
import { isEmpty } from '../../lib/figures.ts'
import { useFreshness } from '../../lib/use-freshness.ts'
import { useRange } from '../../lib/use-range.ts'
import { useReconciliation } from '../../lib/use-reconciliation.ts'
import { sortOf } from '../../lib/sort.ts'
import { storeColumns, storeFacts } from '../../lib/store-columns.ts'
import { useMay } from '../../lib/use-me.ts'
import { useStoreComparison } from '../../lib/use-store-comparison.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Filters } from '../filters.tsx'
import { LinkButton } from './link-button.tsx'
import { Meaning } from '../meaning.tsx'
import { Notice } from '../notice.tsx'
import { PageHead } from '../page-head.tsx'
import { Switch } from '../rooms/switch.tsx'
import { Shell } from '../shell.tsx'
import { Skeleton } from '../skeleton.tsx'
import { TablePanel } from '../table/table-panel.tsx'
import { ComparisonTable } from './comparison-table.tsx'

/** All stores side by side in a period. */
export function Comparison() {
  const { view, show } = useView()
  const { overview, today, range } = useRange(view)
  const compared = useStoreComparison(range)
  const freshness = useFreshness(null)
  const reconciliation = useReconciliation()
  const may = useMay('admin')
  const [currency, setCurrency] = useState<'converted' | 'own'>('converted')
  const sort = sortOf([{ name: 'store' }, ...storeColumns], view.sort, '-revenue')
  const { data } = compared
  const error: unknown = overview.error ?? compared.error
  // Its place is held until it is known that there is nothing to choose.
  const mixed = data?.data.some(({ own }) => own.currency !== data.currency) ?? true
  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <PageHead
        title="Stores"
        tools={
          <>
            {mixed && (
              <Switch
                label="Currency"
                options={[
                  { value: 'converted', label: 'Converted' },
                  { value: 'own', label: 'Own currency' },
                ]}
                value={currency}
                onChoose={setCurrency}
              />
            )}
            <Downloads path="/financials/stores" query={range} />
            {may && <LinkButton href="/stores/connect">Add a store</LinkButton>}
          </>
        }
      >
        {data ? dayRange(data.start, data.end) : <Skeleton width={18} />}
        {data && `, ${currency === 'own' ? 'each in its own currency' : data.currency} without VAT`}
      </PageHead>
      {data && data.data.length > 0 && isEmpty(data.total) && (
        <Notice>Nothing was sold or spent in this period. Choose another period.</Notice>
      )}
      <TablePanel
        label="Stores"
        error={error}
        onRetry={() => Promise.all([overview.mutate(), compared.mutate()])}
        known={data !== undefined}
        empty={
          data?.data.length === 0
            ? 'There is no store yet. Add the first one and connect its shop, or import its orders from a file.'
            : undefined
        }
      >
        <ComparisonTable
          comparison={data}
          of={currency}
          today={today}
          freshness={freshness.data?.data}
          shops={reconciliation.data?.data}
          sort={sort}
          onSort={(chosen) => show({ sort: chosen })}
        />
      </TablePanel>
      <Meaning columns={[storeFacts, ...storeColumns]} />
    </Shell>
  )
}
