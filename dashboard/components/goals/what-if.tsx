'use client'

import { useEffect, useId, useState } from 'react'
import { ApiError, reasonFor, sentenceFor } from '../../lib/api.ts'
import { dayRange } from '../../lib/days.ts'
import type { Format } from '../../lib/format.ts'
import { type Figures, isEmpty } from '../../lib/figures.ts'
import { ladder } from '../../lib/ladder.ts'
import type { Range } from '../../lib/period.ts'
import { useFormat } from '../../lib/preferences.ts'
import { useSummary } from '../../lib/use-summary.ts'
import { type Changes, type Lever, levers, useWhatIf, type WhatIf } from '../../lib/use-what-if.ts'
import { Figure } from '../figure.tsx'
import { Notice } from '../notice.tsx'
import { Proven } from '../proof/proven.tsx'
import rows from '../rooms/rows.module.css'
import { Skeleton } from '../skeleton.tsx'
import { Term } from '../term.tsx'
import { type Column, Table } from '../table/table.tsx'
import ui from '../ui.module.css'
import styles from './goals.module.css'

const NOTHING: Changes = { price_percent: '0', cogs_percent: '0', shipping_cost_percent: '0', ad_spend_percent: '0' }
const SETTLE = 350

type Line = (typeof ladder)[number] & { told: WhatIf | undefined; store: string | null }

const columns: Column<Line>[] = [
  {
    name: 'before',
    label: 'As it was',
    render: (line) => (
      <Proven name={line.name} figures={line.told?.before} store={line.store}>
        <Amount {...line} value={line.told?.before[line.name]} />
      </Proven>
    ),
  },
  {
    name: 'after',
    label: 'As it would be',
    render: (line) => <Amount {...line} value={line.told?.after[line.name]} />,
  },
  {
    name: 'change',
    label: 'Difference',
    render: (line) => <Amount {...line} value={line.told && (line.told.change[line.name]?.amount ?? 0)} />,
  },
]

function Amount({ name, kind, told, value }: Line & { value: number | undefined }) {
  return <Figure name={name} value={value} currency={told?.currency} deducted={kind === 'minus'} symbol={false} />
}

/** The orders of the period once more, with other prices and costs: the difference line by line. */
export function WhatIfPanel({ store, range }: { store: string | null; range: Range | undefined }) {
  const [moved, setMoved] = useState<Changes>(NOTHING)
  const [changes, setChanges] = useState<Changes>(NOTHING)
  // As it was is a report that is there already: orders are replayed only once something changes.
  const isChanged = levers.some(({ name }) => changes[name] !== '0')
  const was = useSummary(store, range)
  const replayed = useWhatIf(store, range, isChanged ? changes : undefined)
  const { error, mutate, isLoading } = isChanged ? replayed : was
  const told = isChanged ? replayed.data : was.data && unchanged(was.data)

  // Not for each step of a slider that is pulled.
  useEffect(() => {
    const timer = setTimeout(() => setChanges(moved), SETTLE)
    return () => clearTimeout(timer)
  }, [moved])

  const move = (name: Lever, value: string) => setMoved((now) => ({ ...now, [name]: value }))
  const format = useFormat()
  const nothing = was.data !== undefined && isEmpty(was.data)
  const isMoved = levers.some(({ name }) => moved[name] !== '0')
  return (
    <section
      className={ui.panel}
      aria-labelledby="what-if-title"
      aria-busy={isLoading || moved !== changes || (told === undefined && error === undefined)}
    >
      <header className={styles.head}>
        <h2 id="what-if-title">What if</h2>
        {isMoved && (
          <button type="button" className={rows.plain} onClick={() => setMoved(NOTHING)}>
            Back to how it was
          </button>
        )}
      </header>
      <p className={rows.meta}>
        The real orders of {range ? dayRange(range.start, range.end) : <Skeleton width={14} />}, booked again with other
        amounts. The same units are sold; nothing is kept.
      </p>
      <div className={styles.levers}>
        {levers.map(({ name, label, hint }) => (
          <LeverOf key={name} label={label} hint={hint} value={moved[name]} onMove={(value) => move(name, value)} />
        ))}
      </div>
      {error !== undefined &&
        (error instanceof ApiError && error.status === 403 ? (
          <Notice>{sentenceFor(error)}</Notice>
        ) : (
          <Notice tone="attention" onRetry={mutate}>
            {reasonFor(error)}
          </Notice>
        ))}
      {error === undefined && (
        <p className={styles.outcome} role="status">
          {told ? (
            <>
              Net profit {format.money(told.after.net_profit, told.currency)}
              <span>, {difference(told, format)}</span>
            </>
          ) : (
            <Skeleton width={24} />
          )}
        </p>
      )}
      {nothing && <Notice>Nothing was sold or spent in this period: there is no order to replay.</Notice>}
      {!nothing && (error === undefined || told) && (
        <div className={styles.table}>
          <Table<Line>
            label="The profit and loss as it was and as it would be"
            head={{
              name: 'line',
              label: 'Line',
              words: true,
              render: ({ name }) => <Term name={name} />,
            }}
            columns={columns}
            rows={told && ladder.map((line): Line => ({ ...line, told, store }))}
            keyOf={({ name }) => name}
            data={({ name, kind }) => ({
              'data-line': name,
              'data-kind': kind,
              'data-row': kind === 'total' ? 'total' : undefined,
            })}
            places={ladder.length}
          />
        </div>
      )}
    </section>
  )
}

const unchanged = (figures: Figures): WhatIf => {
  const { currency, start, end } = figures
  return { currency, start, end, before: figures, after: figures, change: {} }
}

const difference = ({ before, after, change, currency }: WhatIf, format: Format): string => {
  const by = change.net_profit?.amount ?? 0
  if (by === 0) return 'as it was'
  return `${format.money(Math.abs(by), currency)} ${after.net_profit > before.net_profit ? 'more' : 'less'} than it was`
}

type LeverProps = { label: string; hint: string; value: string; onMove: (value: string) => void }

function LeverOf({ label, hint, value, onMove }: LeverProps) {
  const id = useId()
  const format = useFormat()
  const [typed, setTyped] = useState<string>()
  const take = () => {
    const amount = (typed ?? value)
      .trim()
      .replace(',', '.')
      .replace('\u2212', '-')
      .replace(/^\+|%$/g, '')
    setTyped(undefined)
    if (/^-?\d{1,4}(\.\d{1,4})?$/.test(amount) && Number(amount) >= -100 && Number(amount) <= 1000)
      onMove(String(Number(amount)))
  }
  return (
    <div className={styles.lever}>
      <label htmlFor={id}>{label}</label>
      <input
        className={ui.input}
        type="text"
        inputMode="decimal"
        aria-label={`${label}, percent`}
        value={typed ?? `${Number(value) > 0 ? '+' : ''}${format.exactPercent(Number(value))}`}
        onFocus={(event) => {
          setTyped(value)
          event.target.select()
        }}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === 'Enter' && take()}
      />
      <input
        id={id}
        type="range"
        min={-50}
        max={50}
        step={1}
        value={Math.max(-50, Math.min(50, Number(value)))}
        aria-valuetext={format.exactPercent(Number(value))}
        onChange={(event) => onMove(event.target.value)}
      />
      <p>{hint}</p>
    </div>
  )
}
