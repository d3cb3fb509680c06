'use client'

import { useState } from 'react'
import { datedDay } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import { sortOf } from '../../lib/sort.ts'
import { useMay } from '../../lib/use-me.ts'
import { useOverview } from '../../lib/use-overview.ts'
import { type Product, useProducts } from '../../lib/use-unit-costs.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Dialog } from '../rooms/dialog.tsx'
import rows from '../rooms/rows.module.css'
import { useTakenBack } from '../rooms/use-taken-back.tsx'
import { type Column, Table } from '../table/table.tsx'
import { WordSearch } from '../word-search.tsx'
import { TablePanel } from '../table/table-panel.tsx'
import ui from '../ui.module.css'
import { CostsRoom } from './costs-room.tsx'
import { EditUnitCost } from './edit-unit-cost.tsx'
import styles from './unit-costs.module.css'

/** What the API sorts products by. */
const sortable = ['id', 'name', 'cost_price', 'cost_from'].map((name) => ({ name }))

/** What one piece of each product costs today, since when, and who says so. */
export function UnitCosts() {
  const { view, show } = useView()
  const { q } = view
  const format = useFormat()
  const sort = sortOf(sortable, view.sort, '-id')
  const { products, error, mutate, more, isLoading } = useProducts(q, sort)
  const { data: overview } = useOverview(view.store)
  const { done, undo } = useTakenBack()
  const may = useMay('products:write')
  const [edited, setEdited] = useState<Product>()
  const today = overview?.today.end ?? ''
  const columns: Column<Product>[] = [
    {
      name: 'cost_price',
      label: 'Unit cost',
      sortable: true,
      render: ({ cost_price, cost_currency }) =>
        cost_price === null || cost_currency === null ? (
          <span className={rows.badge} data-tone="attention">
            missing
          </span>
        ) : (
          format.money(cost_price, cost_currency)
        ),
    },
    {
      name: 'cost_from',
      label: 'Since',
      words: true,
      newest: true,
      sortable: true,
      render: ({ cost_from, cost_price }) =>
        cost_from === null ? (cost_price === null ? '–' : 'always') : datedDay(cost_from),
    },
    {
      name: 'source',
      label: 'Source',
      words: true,
      render: ({ cost_source }) => cost_source || '–',
    },
    ...(may
      ? [
          {
            name: 'change',
            label: <span className={ui.hidden}>What can be done</span>,
            render: (product: Product) => (
              <button type="button" className={rows.plain} onClick={() => setEdited(product)}>
                Change<span className={ui.hidden}> the unit cost of {product.name}</span>
              </button>
            ),
          },
        ]
      : []),
  ]
  return (
    <CostsRoom
      title="Unit costs"
      intro="What a piece costs until it is in the warehouse: goods, freight and duty. Costs are dated; what was sold before keeps its own."
    >
      <div className={rows.bar}>
        <div className={styles.search}>
          <WordSearch q={q} label="Name or SKU" placeholder="Name or SKU" onSearch={(words) => show({ q: words })} />
        </div>
        <p>
          <Downloads path="/products" query={{ q, sort, status: 'active' }} />
        </p>
      </div>
      <TablePanel
        label="Unit costs"
        error={error}
        onRetry={mutate}
        known={products !== undefined}
        empty={
          products?.length === 0
            ? q === undefined
              ? 'There are no products yet. Connect a shop, or import a file of them.'
              : 'No product has these words in its name or SKU.'
            : undefined
        }
        more={more}
        isLoading={isLoading}
      >
        <Table<Product>
          label="Unit costs of products"
          dense
          head={{
            name: 'name',
            label: 'Product',
            words: true,
            sortable: true,
            render: ({ name }) => name,
            title: ({ name }) => name,
          }}
          columns={columns}
          rows={products}
          sort={sort}
          onSort={(chosen) => show({ sort: chosen })}
          keyOf={({ id }) => id}
          href={({ id }) => `/products?id=${id}`}
          data={({ id }) => ({ 'data-product': id })}
        />
      </TablePanel>
      {edited && (
        <Dialog title={edited.name} wide onClose={() => setEdited(undefined)}>
          <EditUnitCost
            product={edited}
            currency={overview?.currency ?? 'EUR'}
            from={today}
            onSaved={(sentence, back) => {
              setEdited(undefined)
              void mutate()
              done(sentence, async () => {
                await back()
                await mutate()
              })
            }}
            onCancel={() => setEdited(undefined)}
          />
        </Dialog>
      )}
      {undo}
    </CostsRoom>
  )
}
