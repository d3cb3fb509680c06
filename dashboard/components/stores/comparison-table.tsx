import { useSearchParams } from 'next/navigation'
import { withQuery } from '../../lib/api.ts'
import type { Figures } from '../../lib/figures.ts'
import { useFormat } from '../../lib/preferences.ts'
import { sorted, type Sort } from '../../lib/sort.ts'
import { storeColumns } from '../../lib/store-columns.ts'
import type { Freshness } from '../../lib/use-freshness.ts'
import type { StoreReconciliation } from '../../lib/use-reconciliation.ts'
import type { ComparedStore, StoreComparison } from '../../lib/use-store-comparison.ts'
import { kept } from '../../lib/kept.ts'
import { Figure } from '../figure.tsx'
import { Proven } from '../proof/proven.tsx'
import { type Column, Table } from '../table/table.tsx'
import { FreshnessWords } from './freshness-words.tsx'
import { MatchBadge } from './match-badge.tsx'
import styles from './stores.module.css'

type Cells = {
  figures: Figures
  return_rate: number | null
  /** Undefined in the row of totals. */
  store?: string
}
type Row = Cells & { store: string; name: string }

type Props = {
  comparison: StoreComparison | undefined
  of: 'own' | 'converted'
  today: string | undefined
  freshness: Freshness[] | undefined
  shops: StoreReconciliation[] | undefined
  sort: Sort
  onSort: (sort: Sort) => void
}

/** A row for each store, which leads to its page, and first what they come to. */
export function ComparisonTable({ comparison, of, today, freshness, shops, sort, onSort }: Props) {
  const format = useFormat()
  const view = kept(useSearchParams())
  const columns: Column<Cells>[] = storeColumns.map(({ name, label }) => ({
    name,
    label,
    sortable: true,
    render: ({ figures, return_rate, store }) => {
      if (name === 'return_rate') return format.rate(return_rate)
      if (name === 'grade') return <Grade coverage={figures.coverage} />
      const figure = <Figure name={name} value={figures[name]} currency={figures.currency} symbol={of === 'own'} />
      // A store leads to its page, where each figure opens.
      if (store !== undefined) return figure
      return (
        <Proven name={name} figures={figures} store={null}>
          {figure}
        </Proven>
      )
    },
  }))
  const rows = comparison?.data.map(({ store, name, own, converted, return_rate }: ComparedStore): Row => ({
    store,
    name,
    figures: of === 'own' ? own : converted,
    return_rate,
  }))
  const valueOf = ({ name, figures, return_rate }: Row, column: string) => {
    if (column === 'store') return name
    if (column === 'return_rate') return return_rate
    // From the best: A stands first when the largest do.
    if (column === 'grade') return figures.coverage.grade && -figures.coverage.grade.charCodeAt(0)
    const found = figures[column as keyof Figures]
    return typeof found === 'number' ? found : null
  }
  return (
    <Table<Row, Cells>
      label="Stores side by side"
      dense
      places={3}
      head={{
        name: 'store',
        label: 'Store',
        words: true,
        sortable: true,
        render: ({ store, name }) => (
          <span className={styles.name}>
            {name}
            <span>
              <FreshnessWords freshness={freshness?.find((one) => one.store === store)} today={today} />
              {shops && (
                <>
                  {' · '}
                  <MatchBadge shop={shops.find((shop) => shop.store === store)} />
                </>
              )}
            </span>
          </span>
        ),
        title: ({ name }) => name,
      }}
      columns={columns}
      rows={rows && sorted(rows, sort, valueOf)}
      keyOf={({ store }) => store}
      data={({ store }) => ({ 'data-store': store })}
      totals={{
        label: 'All together',
        cells: comparison && { figures: comparison.total, return_rate: comparison.return_rate },
      }}
      sort={sort}
      onSort={onSort}
      href={({ store }) => withQuery('/stores', { ...view, store })}
    />
  )
}

/** The grade, with what it comes from for those who point at it. */
function Grade({ coverage: { grade, weakest } }: Pick<Figures, 'coverage'>) {
  if (grade === null) return '–'
  const why = weakest === null ? 'All costs are known.' : `Least known: ${weakest.replaceAll('_', ' ')}.`
  return (
    <span className={styles.grade} data-grade={grade} title={why}>
      {grade}
    </span>
  )
}
