import { useFormat } from '../../lib/preferences.ts'
import { useVariants } from '../../lib/use-product.ts'
import { useStores } from '../../lib/use-stores.ts'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import styles from './product-page.module.css'

/** The SKUs of stores that sell the product, with their list prices. */
export function ProductVariants({ id }: { id: number }) {
  const format = useFormat()
  const asked = useVariants(id)
  const { data: stores } = useStores()
  const currencyOf = (slug: string) => stores?.data.find((store) => store.slug === slug)?.currency
  return (
    <section className={ui.panel} aria-labelledby="variants-title">
      <header className={styles.head}>
        <h2 id="variants-title">Variants</h2>
      </header>
      <Asked asked={asked} lines={2}>
        {({ data }) =>
          data.length === 0 ? (
            <p className={styles.none}>No SKU of a store sells it.</p>
          ) : (
            <ul className={styles.list}>
              {data.map(({ id: variant, sku, title, store, list_price, grams }) => {
                const currency = currencyOf(store)
                return (
                  <li key={variant} data-variant={variant}>
                    <div>
                      <p>{title}</p>
                      <p className={rows.meta}>
                        <span>{sku}</span>
                        <span>{store}</span>
                        {grams !== null && <span>{format.count(grams)} g</span>}
                      </p>
                    </div>
                    <span className={styles.amount}>
                      {list_price === null || currency === undefined ? '–' : format.money(list_price, currency)}
                    </span>
                  </li>
                )
              })}
            </ul>
          )
        }
      </Asked>
    </section>
  )
}
