import type { Store } from '../../lib/use-stores.ts'
import rows from '../rooms/rows.module.css'

/** The stores that have no shop yet. */
export function PickStore({ stores, onPick }: { stores: Store[]; onPick: (slug: string) => void }) {
  const free = stores.filter(({ shopify_domain }) => shopify_domain === null)
  if (free.length === 0) return null
  return (
    <ul className={rows.rows} aria-label="Stores without a shop">
      {free.map(({ slug, name, currency, time_zone }) => (
        <li key={slug} className={rows.row} data-near>
          <div className={rows.main}>
            <p>{name}</p>
            <p className={rows.meta}>
              <span>{currency}</span>
              <span>{time_zone}</span>
            </p>
          </div>
          <button type="button" className={rows.plain} onClick={() => onPick(slug)} aria-label={`Connect ${name}`}>
            Connect
          </button>
        </li>
      ))}
    </ul>
  )
}
