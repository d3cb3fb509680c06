'use client'

import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { ApiError, sentenceFor, withQuery } from '../../lib/api.ts'
import { boxWords } from '../../lib/boxes.ts'
import { useProduct } from '../../lib/use-product.ts'
import { useProductLine } from '../../lib/use-product-report.ts'
import { useRange } from '../../lib/use-range.ts'
import { kept } from '../../lib/kept.ts'
import { useView } from '../../lib/use-view.ts'
import { Filters } from '../filters.tsx'
import { Notice } from '../notice.tsx'
import { PageHead } from '../page-head.tsx'
import rows from '../rooms/rows.module.css'
import { Shell } from '../shell.tsx'
import { Shown } from '../shown.tsx'
import { Skeleton } from '../skeleton.tsx'
import { ProductCosts } from './product-costs.tsx'
import { ProductFigures } from './product-figures.tsx'
import { ProductOrders } from './product-orders.tsx'
import styles from './product-page.module.css'
import { ProductTiers } from './product-tiers.tsx'
import { ProductTrendPanel } from './product-trend.tsx'
import { ProductVariants } from './product-variants.tsx'

/** One product: what it earned, what it costs and did cost, where it is sold, and its orders. */
export function ProductPage({ id }: { id: string }) {
  const { view, show } = useView()
  const { store } = view
  const query = kept(useSearchParams())
  const { overview, today, range } = useRange(view)
  const { data: product, error: unknown, mutate } = useProduct(id)
  const line = useProductLine(id, store, range)
  const report = line.data
  const row = report?.data[0]
  const error: unknown = unknown ?? overview.error ?? line.error
  return (
    <Shell filters={<Filters view={view} range={range} today={today} show={show} />}>
      <p className={styles.back}>
        <Link className={rows.plain} href={withQuery('/products', query)}>
          All products
        </Link>
      </p>
      <PageHead
        title={
          <>
            {product?.name ?? row?.product ?? (error === undefined ? <Skeleton width={16} /> : 'Product')}{' '}
            {product?.status === 'archived' && <span className={rows.badge}>archived</span>}
            {row?.box && (
              <span
                className={rows.badge}
                data-tone={row.box === 'keep' || row.box === 'scale' ? 'good' : 'attention'}
                data-box={row.box}
              >
                {boxWords[row.box].label}: {boxWords[row.box].holds.toLowerCase()}
              </span>
            )}
          </>
        }
      >
        <Shown store={store} range={range} currency={report?.currency} failed={error !== undefined} />
      </PageHead>
      {error !== undefined &&
        (error instanceof ApiError && error.status === 403 ? (
          <Notice>{sentenceFor(error)}</Notice>
        ) : (
          <Notice tone="attention" onRetry={() => Promise.all([mutate(), overview.mutate(), line.mutate()])}>
            {sentenceFor(error)}
          </Notice>
        ))}
      {unknown === undefined && (
        <div className={styles.page}>
          {report && !row ? (
            <Notice>It was not sold or returned in this period. Choose another period or store.</Notice>
          ) : (
            <>
              <ProductFigures row={row} currency={report?.currency} />
              <ProductTrendPanel id={Number(id)} store={store} range={range} />
            </>
          )}
          <div className={styles.columns}>
            <div className={styles.stack}>
              <ProductCosts
                id={Number(id)}
                name={product?.name ?? ''}
                currency={overview.data?.currency ?? 'EUR'}
                from={today ?? ''}
              />
              <ProductTiers id={Number(id)} currency={product?.cost_currency ?? overview.data?.currency ?? 'EUR'} />
            </div>
            <ProductVariants id={Number(id)} />
          </div>
          <ProductOrders id={Number(id)} store={store} range={range} query={query} />
        </div>
      )}
    </Shell>
  )
}
