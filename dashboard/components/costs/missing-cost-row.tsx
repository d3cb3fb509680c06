'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useFormat } from '../../lib/preferences.ts'
import type { MissingCost } from '../../lib/use-missing-costs.ts'
import { Figure } from '../figure.tsx'
import rows from '../rooms/rows.module.css'
import ui from '../ui.module.css'
import { EditUnitCost } from './edit-unit-cost.tsx'
import styles from './missing-cost-row.module.css'
import { RuleForm } from './rule-form.tsx'

const kinds = { unit_cost: 'unit cost', shipping_rule: 'shipping', fee_rule: 'payment fee' } as const

/** One line of the list, whatever its place in it. */
export const keyOfMissing = ({ missing, store, product_id, country, gateway }: MissingCost): string =>
  [missing, store, product_id, country, gateway].join(' ')

type Props = {
  row: MissingCost
  /** The first day for which the cost is said. */
  from: string
  may: boolean
  onSaved: (sentence: string, back: () => Promise<unknown>) => void
}

/** A cost that is missing, with what stands on it; it is said right here. */
export function MissingCostRow({ row, from, may, onSaved }: Props) {
  const format = useFormat()
  const [editing, setEditing] = useState(false)
  const { missing, store, product_id, product, sku, orders, units, currency, revenue, booked, likely, profit_effect } =
    row
  const name = nameOf(row)
  const close = () => setEditing(false)
  const canBeSaid = missing !== 'unit_cost' || product_id !== null
  return (
    <li className={`${rows.row} ${styles.row}`} data-missing={missing} data-key={keyOfMissing(row)}>
      <div className={rows.main}>
        <p>
          {product_id !== null ? <Link href={`/products?id=${product_id}`}>{name}</Link> : name}{' '}
          <span className={rows.badge}>{kinds[missing]}</span>
        </p>
        <p className={rows.meta}>
          <span>{store}</span>
          {sku !== null && <span>{sku}</span>}
          <span>
            {format.count(orders)} {orders === 1 ? 'order' : 'orders'}
          </span>
          {units !== null && <span>{format.count(units)} pieces</span>}
        </p>
      </div>
      <dl className={styles.figures}>
        <div>
          <dt>Revenue at stake</dt>
          <dd data-column="revenue">
            <Figure name="revenue" value={revenue} currency={currency} />
          </dd>
        </div>
        <div>
          <dt>Booked for it</dt>
          <dd data-column="booked">
            <Figure name="cogs" value={booked} currency={currency} />
          </dd>
        </div>
        <div>
          <dt>Likely</dt>
          <dd data-column="likely">
            <Figure name="cogs" value={likely} currency={currency} />
          </dd>
        </div>
        <div>
          <dt>Profit then</dt>
          <dd data-column="profit_effect">
            <Figure name="net_profit" value={profit_effect} currency={currency} />
          </dd>
        </div>
      </dl>
      {may && canBeSaid && (
        <div className={rows.actions}>
          <button type="button" className={rows.plain} aria-expanded={editing} onClick={() => setEditing(!editing)}>
            Set it<span className={ui.hidden}> for {name}</span>
          </button>
        </div>
      )}
      {!canBeSaid && (
        <p className={`${rows.meta} ${rows.whole}`}>
          These order lines have a SKU that belongs to no product. Tie it to one under the product’s variants, or import
          products.
        </p>
      )}
      {editing && (
        <div className={rows.whole}>
          {missing === 'unit_cost' ? (
            <EditUnitCost
              product={{ id: product_id ?? 0, name: product ?? '' }}
              currency={currency}
              from={from}
              onSaved={onSaved}
              onCancel={close}
            />
          ) : (
            <RuleForm
              path={missing === 'fee_rule' ? '/fee-rules' : '/shipping-rules'}
              fixed={{ store, subject: missing === 'fee_rule' ? row.gateway : row.country }}
              from={from}
              onSaved={onSaved}
              onCancel={close}
            />
          )}
        </div>
      )}
    </li>
  )
}

const nameOf = ({ missing, product, country, gateway }: MissingCost): string => {
  if (missing === 'unit_cost') return product ?? 'Without a product'
  if (missing === 'shipping_rule') return country === null ? 'Sent to an unknown country' : `Sent to ${country}`
  return gateway === null ? 'Paid without a gateway' : `Paid by ${gateway}`
}
