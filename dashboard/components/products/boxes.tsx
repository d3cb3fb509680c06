import Link from 'next/link'
import { withQuery } from '../../lib/api.ts'
import { type Box, boxes, boxWords } from '../../lib/boxes.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { Boxes } from '../../lib/use-product-report.ts'
import { Figure } from '../figure.tsx'
import { Skeleton } from '../skeleton.tsx'
import styles from './boxes.module.css'

type Props = {
  report: { currency: string; boxes: Boxes } | undefined
  chosen: Box | undefined
  /** The address of the page, of which a box leads to its own rows. */
  query: Record<string, string>
}

/** All products in four boxes, by what they earn and how much of them is sold. A press on one leaves only its products in the table. */
export function FourBoxes({ report, chosen, query }: Props) {
  const format = useFormat()
  const bounds = report?.boxes
  return (
    <section className={styles.section} aria-label="What to do about the products" aria-busy={report === undefined}>
      <ul className={styles.boxes}>
        {boxes.map((box) => {
          const { label, holds, advice } = boxWords[box]
          return (
            <li key={box} data-box={box}>
              <Link
                href={withQuery('/products', { ...query, box: chosen === box ? null : box })}
                prefetch={false}
                replace
                scroll={false}
                aria-current={chosen === box ? 'true' : undefined}
              >
                <span className={styles.label}>
                  {label} <span>{bounds ? format.count(bounds[box].products) : <Skeleton width={2} />}</span>
                </span>
                <span className={styles.holds}>{holds}</span>
                <span className={styles.figures}>
                  <span>
                    CM3{' '}
                    <span data-column="cm3">
                      <Figure name="cm3" value={bounds?.[box].cm3} currency={report?.currency} />
                    </span>
                  </span>
                  <span>
                    of{' '}
                    <span data-column="revenue">
                      <Figure name="revenue" value={bounds?.[box].revenue} currency={report?.currency} />
                    </span>
                  </span>
                </span>
                <span className={styles.advice}>{advice}</span>
              </Link>
            </li>
          )
        })}
      </ul>
      <p className={styles.bounds}>
        {bounds ? (
          <>
            Earns well: CM3 of at least {format.percent(bounds.cm3_percent)} of revenue, which is what all products make
            together{bounds.cm3_percent === 0 && ', or nothing lost where they lose'}. Sells much: at least{' '}
            {bounds.units_sold === null ? '–' : format.count(bounds.units_sold)}{' '}
            {bounds.units_sold === 1 ? 'piece' : 'pieces'}, as many as the middle product.
          </>
        ) : (
          <Skeleton width={60} />
        )}
      </p>
    </section>
  )
}
