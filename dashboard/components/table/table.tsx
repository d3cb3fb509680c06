'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { Fragment, type MouseEvent, type ReactNode, useMemo, useState } from 'react'
import { pressed, type Sort, type Sortable, sorted, standing } from '../../lib/sort.ts'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import styles from './table.module.css'

/** A column of figures (or `words`). What `Cells` holds is shown by `render`; the row of totals is shown by the same. */
export type Column<Cells> = Sortable & {
  /** Missing while it is not known what the column is. */
  label?: ReactNode
  render: (cells: Cells) => ReactNode
  /** The table can be sorted by it, by whoever takes `onSort`. */
  sortable?: boolean
  /** What the table sorts its rows by itself, where all of them are known; null stands last. */
  value?: (cells: Cells) => string | number | null | undefined
  /** Of less weight than the others. */
  quiet?: boolean
  /** A line after it sets it off from the columns behind it. */
  edge?: boolean
  /** Characters that hold the place of a figure on its way. */
  skeleton?: number
}

type Props<Row extends Cells, Cells> = {
  /** What the table shows, for those who hear it. */
  label: string
  /** The first column, which names the row and stays in sight. */
  head: Omit<Column<Row>, 'render'> & { render: (row: Row) => ReactNode; title?: (row: Row) => string }
  columns: readonly Column<Cells>[]
  /** Undefined while they are on their way. */
  rows: readonly Row[] | undefined
  keyOf: (row: Row) => string | number
  /** What all rows come to, shown first; its figures are undefined while they are on their way. */
  totals?: { label: string; cells: Cells | undefined; href?: string | undefined } | undefined
  sort?: Sort | undefined
  onSort?: (sort: Sort) => void
  /** Where a row leads, when it does: its name is the link, and a press anywhere on the row follows it. */
  href?: (row: Row) => string | undefined
  /** `data-` attributes of a row, for styles and tests. */
  data?: (row: Row) => Record<`data-${string}`, string | number | undefined>
  /** Rows (`tr`) below a row, such as what it opens into. */
  renderUnder?: (row: Row) => ReactNode
  /** Rows that hold the place of those on their way. */
  places?: number
  /** False while there are more rows than these: sorting them alone would mislead. */
  whole?: boolean
  /** Many columns, set closer so that all of them are in sight on a desk. */
  dense?: boolean
}

/**
 * The one table for rows of figures. The head and the names stay in sight while the rest passes by; long names end in dots; on a phone it scrolls
 * by itself, the page does not.
 */
export function Table<Row extends Cells, Cells = Row>(props: Props<Row, Cells>) {
  const { label, head, columns, keyOf, totals, href, data, renderUnder, places = 10, dense } = props
  const { rows, sort, onSort } = useOwnSort(props)
  // Columns are as wide as what is in them, so their heads only come with the first rows; then they stay.
  const [begun, setBegun] = useState(rows !== undefined)
  if (rows !== undefined && !begun) setBegun(true)
  return (
    <div className={styles.scroll} role="region" aria-label={label} tabIndex={0}>
      <table className={styles.table} data-dense={dense || undefined} aria-busy={rows === undefined}>
        <caption className={ui.hidden}>{label}</caption>
        <thead>
          <tr>
            {[head, ...columns].map((column) => (
              <Head key={column.name} {...column} {...(!begun && ON_ITS_WAY)} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        {totals && (
          <tbody key={totals.cells === undefined ? 'waiting' : 'known'}>
            <RowOf href={totals.href} data={{ 'data-row': 'total' }}>
              <th scope="row">
                {totals.href === undefined ? totals.label : <Link href={totals.href}>{totals.label}</Link>}
              </th>
              <CellsOf columns={columns} cells={totals.cells} />
            </RowOf>
          </tbody>
        )}
        <tbody>
          {rows
            ? rows.map((row) => {
                const to = href?.(row)
                return (
                  <Fragment key={keyOf(row)}>
                    <RowOf href={to} data={data?.(row)}>
                      <th scope="row" title={head.title?.(row)}>
                        {to === undefined ? (
                          head.render(row)
                        ) : (
                          <Link href={to} prefetch={false}>
                            {head.render(row)}
                          </Link>
                        )}
                      </th>
                      <CellsOf columns={columns} cells={row} />
                    </RowOf>
                    {renderUnder?.(row)}
                  </Fragment>
                )
              })
            : Array.from({ length: places }, (_, place) => (
                <tr key={`place ${place}`}>
                  <td>
                    <Skeleton width={head.skeleton ?? 18} />
                  </td>
                  <CellsOf columns={columns} cells={undefined} />
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  )
}

const ON_ITS_WAY = { label: undefined }

/** Rows in the order that was asked for: by the owner of the table where it takes that, else by the table, which shows them as they came at first. */
function useOwnSort<Row extends Cells, Cells>({ head, columns, rows, sort, onSort, whole = true }: Props<Row, Cells>) {
  const [own, setOwn] = useState<Sort>('')
  const shown = useMemo(() => {
    if (onSort || !whole || own === '') return rows
    const valueOf = [head, ...columns].find(({ name }) => name === own.replace('-', ''))?.value
    return valueOf && rows && sorted(rows, own, valueOf)
  }, [head, columns, rows, onSort, whole, own])
  if (onSort || !whole) return { rows, sort, onSort }
  return { rows: shown ?? rows, sort: own, onSort: setOwn }
}

type HeadProps = Omit<Column<never>, 'render'> & { sort: Sort | undefined; onSort: ((sort: Sort) => void) | undefined }

function Head({ name, label, words, newest, value, sortable = value !== undefined, edge, sort, onSort }: HeadProps) {
  const looks = { 'data-words': words || undefined, 'data-edge': edge || undefined }
  if (label === undefined)
    return (
      <td {...looks}>
        <Skeleton width={6} />
      </td>
    )
  const order = standing(name, sort)
  return (
    <th scope="col" aria-sort={order} {...looks}>
      {sortable && onSort && sort !== undefined ? (
        <button type="button" onClick={() => onSort(pressed({ name, words, newest }, sort))}>
          {words && label}
          <span className={styles.arrow} data-order={order} aria-hidden="true" />
          {!words && label}
        </button>
      ) : (
        <span>{label}</span>
      )}
    </th>
  )
}

function CellsOf<Cells>({ columns, cells }: { columns: readonly Column<Cells>[]; cells: Cells | undefined }) {
  return columns.map(({ name, render, words, quiet, edge, skeleton = 6 }) => (
    <td
      key={name}
      data-column={name}
      data-words={words || undefined}
      data-quiet={quiet || undefined}
      data-edge={edge || undefined}
    >
      {cells === undefined ? <Skeleton width={skeleton} /> : render(cells)}
    </td>
  ))
}

type RowProps = { href: string | undefined; data: object | undefined; children: ReactNode }

/** The link in the row is for the keyboard and a new tab; a press beside it goes the same way. */
function RowOf({ href, data, children }: RowProps) {
  const router = useRouter()
  const follow = ({ target, currentTarget }: MouseEvent<HTMLTableRowElement>) => {
    if (!href || (target as Element).closest('a, button, input, summary')) return
    if (window.getSelection()?.containsNode(currentTarget, true) && !window.getSelection()?.isCollapsed) return
    router.push(href)
  }
  return (
    <tr {...data} data-leads={href === undefined ? undefined : ''} onClick={href === undefined ? undefined : follow}>
      {children}
    </tr>
  )
}
