import type { ReactNode } from 'react'
import { type DefinedFigure, definitions } from '../../lib/definitions.ts'
import { type FigureName, kindOf } from '../../lib/figures.ts'
import { useFormat } from '../../lib/preferences.ts'
import { asText, words } from '../../lib/tools.ts'
import { Term } from '../term.tsx'
import styles from './receipts.module.css'

const MOST_ROWS = 40

type Props = {
  value: unknown
  /** The figure that was clicked, as it is written in the answer: where it stands, it is marked. */
  figure: string | undefined
  currency?: string | undefined
}

/** What a tool gave, whatever its shape: figures with their definitions, lists as tables. */
export function Result({ value, figure, currency: outer }: Props): ReactNode {
  if (Array.isArray(value)) return <Table rows={value as unknown[]} figure={figure} currency={outer} />
  if (value === null || typeof value !== 'object') return <p>{asText(value)}</p>
  const entries = Object.entries(value as Record<string, unknown>)
  const currency = currencyOf(value) ?? outer
  const leaves = entries
    .filter(([name, inner]) => !isNested(inner) && !(name === 'period' && inner === 'asked'))
    .toSorted(([one], [other]) => placeOf(one) - placeOf(other))
  const nested = entries.filter(([, inner]) => isNested(inner) && !isEmpty(inner))
  return (
    <>
      {leaves.length > 0 && (
        <dl className={styles.figures}>
          {leaves.map(([name, leaf]) => (
            <div
              key={name}
              ref={isMeant(leaf, figure) ? intoSight : undefined}
              data-meant={isMeant(leaf, figure) || undefined}
            >
              <dt>{name in definitions ? <Term name={name as DefinedFigure} /> : words(name)}</dt>
              <dd>
                <Leaf name={name} value={leaf} currency={currency} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {nested.map(([name, inner]) => (
        <div key={name} className={styles.part}>
          {nested.length + leaves.length > 1 && <h4>{words(name)}</h4>}
          <Result value={inner} figure={figure} currency={currency} />
        </div>
      ))}
    </>
  )
}

function Table({
  rows,
  figure,
  currency,
}: {
  rows: unknown[]
  figure: string | undefined
  currency: string | undefined
}) {
  const objects = rows.filter((row): row is Record<string, unknown> => row !== null && typeof row === 'object')
  if (objects.length === 0) return <p>{rows.map(asText).join(', ') || 'Nothing.'}</p>
  const columns = [...new Set(objects.flatMap((row) => Object.keys(row).filter((name) => !isNested(row[name]))))]
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label="Rows">
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {words(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {objects.slice(0, MOST_ROWS).map((row, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- rows of a receipt never move
            <tr key={at}>
              {columns.map((name) => (
                <td key={name} data-meant={isMeant(row[name], figure) || undefined}>
                  <Leaf name={name} value={row[name]} currency={currencyOf(row) ?? currency} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {objects.length > MOST_ROWS && <p>and {objects.length - MOST_ROWS} more rows</p>}
    </div>
  )
}

function Leaf({ name, value, currency }: { name: string; value: unknown; currency: string | undefined }) {
  const format = useFormat()
  if (!isNumber(value) || !(name in definitions || name.endsWith('_percent'))) return asText(value)
  const kind = kindOf(name as FigureName)
  if (kind !== 'money') return format[kind](Number(value))
  return currency ? format.money(Number(value), currency) : asText(value)
}

const intoSight = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'center' })

/** Figures stand in the order of the ladder, what else there is before them. */
const ladder = Object.keys(definitions)
const placeOf = (name: string): number => ladder.indexOf(name)

const isNested = (value: unknown): value is object => value !== null && typeof value === 'object'
const isEmpty = (value: object): boolean => Object.keys(value).length === 0
const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))

const currencyOf = (value: object): string | undefined => {
  const { currency } = value as { currency?: unknown }
  return typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) ? currency : undefined
}

/** Whether this is the clicked figure: the same amount, however its thousands and decimals are written, and as exact as there. */
const isMeant = (value: unknown, figure: string | undefined): boolean => {
  if (figure === undefined || !isNumber(value)) return false
  const digits = figure.replace(/[^\d.,]/g, '')
  const readings = [digits.replaceAll(',', ''), digits.replaceAll('.', '').replace(',', '.')]
  return readings.some((text) => {
    const decimals = text.split('.')[1]?.length ?? 0
    return Math.abs(Number(value)).toFixed(decimals) === Number(text).toFixed(decimals)
  })
}
