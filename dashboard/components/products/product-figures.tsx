import { useFormat } from '../../lib/preferences.ts'
import { productColumns } from '../../lib/product-columns.ts'
import type { ProductRow } from '../../lib/use-product-report.ts'
import { Figure } from '../figure.tsx'
import { Skeleton } from '../skeleton.tsx'
import { Meant } from '../term.tsx'
import styles from './product-figures.module.css'

const returned = [
  { name: 'units_returned', like: 'units_sold', label: 'Returned units', text: 'Units that came back in the period.' },
  { name: 'returns', like: 'returns', label: 'Returns', text: 'Value of what came back in the period.' },
] as const
/** The columns of the report, with what came back behind the revenue. */
const figures = [...productColumns.slice(0, 2), ...returned, ...productColumns.slice(2)]

/** What the product earned in the period, from its revenue down to what is left after ads, direct and shared. */
export function ProductFigures({ row, currency }: { row: ProductRow | undefined; currency: string | undefined }) {
  const format = useFormat()
  return (
    <dl className={styles.figures} aria-busy={row === undefined}>
      {figures.map(({ name, like, label, text }) => (
        <div key={name} data-column={name}>
          <dt>
            <Meant label={label} text={text} />
          </dt>
          <dd>
            {like !== 'rate' ? (
              <Figure name={like} value={row?.[name]} currency={currency} skeleton={5} />
            ) : row ? (
              format.rate(row[name])
            ) : (
              <Skeleton width={4} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
