import { memo } from 'react'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { withQuery } from '../../lib/api.ts'
import type { Range } from '../../lib/period.ts'
import { type ProductRow, useProductReport } from '../../lib/use-product-report.ts'
import { kept } from '../../lib/kept.ts'
import { Figure } from '../figure.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import styles from './panels.module.css'

const MOST = 5

type Props = { store: string | null; range: Range | undefined }

/** The products that earned most after ads, and those that earned least or lost. */
export const TopProducts = memo(function TopProducts({ store, range }: Props) {
  return (
    <section className={ui.panel} aria-label="Products of the period">
      <div className={styles.pair}>
        <Ranking title="Earn most" sort="-cm3" store={store} range={range} />
        <Ranking title="Earn least" sort="cm3" store={store} range={range} />
      </div>
    </section>
  )
})

function Ranking({ title, sort, store, range }: Props & { title: string; sort: 'cm3' | '-cm3' }) {
  const view = kept(useSearchParams())
  const { report, rows, error, mutate } = useProductReport(store, range, sort, { limit: MOST + 1 })
  // The row without a product is shipping income and tips: none of the two.
  const products = rows?.filter(({ product_id }) => product_id !== null).slice(0, MOST)
  return (
    <div data-ranking={sort}>
      <h3 className={styles.title}>
        <Link href={withQuery('/products', { ...view, sort })} prefetch={false}>
          {title}
        </Link>
        <small>CM3</small>
      </h3>
      {error !== undefined ? (
        <Asked asked={{ error, mutate }}>{() => null}</Asked>
      ) : (
        <ol className={styles.ranking} aria-busy={products === undefined}>
          {products
            ? products.map((row) => <Product key={row.product_id} row={row} currency={report?.currency} view={view} />)
            : Array.from({ length: MOST }, (_, place) => (
                <li key={place}>
                  <Skeleton width={20} />
                  <Skeleton width={8} />
                </li>
              ))}
          {products?.length === 0 && <li>No product was sold.</li>}
        </ol>
      )}
    </div>
  )
}

type ProductProps = { row: ProductRow; currency: string | undefined; view: Record<string, string> }

function Product({ row: { product_id, product, cm3 }, currency, view }: ProductProps) {
  return (
    <li data-product={product_id}>
      <Link href={withQuery('/products', { ...view, id: String(product_id) })} title={product} prefetch={false}>
        <span>{product}</span>
        <Figure name="cm3" value={cm3} currency={currency} />
      </Link>
    </li>
  )
}
