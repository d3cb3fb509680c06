import { useId, useState } from 'react'
import useSWR from 'swr'
import { get, withQuery } from '../../lib/api.ts'
import field from '../field.module.css'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import styles from './pick-product.module.css'

export type PickedProduct = { id: number; name: string }

/** One product found by words of its name or SKU, or none. */
export function PickProduct({
  chosen,
  onChoose,
}: {
  chosen: PickedProduct | null
  onChoose: (product: PickedProduct | null) => void
}) {
  const id = useId()
  const [words, setWords] = useState('')
  const found = useSWR<{ data: PickedProduct[] }>(
    words.trim() === '' ? null : withQuery('/products', { q: words.trim(), limit: '6' }),
    get,
    { keepPreviousData: true },
  )
  if (chosen)
    return (
      <div className={field.field}>
        <span>Product</span>
        <p className={styles.chosen}>
          <span>{chosen.name}</span>
          <button type="button" className={rows.plain} onClick={() => onChoose(null)}>
            No product
          </button>
        </p>
      </div>
    )
  return (
    <div className={field.field}>
      <label htmlFor={id}>Product</label>
      <input
        id={id}
        className={ui.input}
        type="search"
        value={words}
        autoComplete="off"
        placeholder="None: shared by all. Type a name or SKU"
        onChange={(event) => setWords(event.target.value)}
      />
      {words.trim() !== '' && found.data && (
        <ul className={styles.found} aria-label="Products found">
          {found.data.data.map((product) => (
            <li key={product.id}>
              <button type="button" onClick={() => onChoose(product)}>
                {product.name}
              </button>
            </li>
          ))}
          {found.data.data.length === 0 && <li className={styles.none}>No product has these words.</li>}
        </ul>
      )}
    </div>
  )
}
