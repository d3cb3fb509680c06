'use client'

import { memo, type ChangeEvent, useEffect, useRef, useState } from 'react'
import { type Period, type PeriodName, periodLabels, periodNames, type Range } from '../lib/period.ts'
import { useStores } from '../lib/use-stores.ts'
import type { View } from '../lib/use-view.ts'
import styles from './filters.module.css'
import ui from './ui.module.css'

type Props = {
  view: View
  /** The days on show, once the store's today is known. */
  range: Range | undefined
  today: string | undefined
  show: (change: Partial<View>, options?: { replace?: boolean }) => void
}

/** Which store, and which period. */
export const Filters = memo(function Filters({ view, range, today, show }: Props) {
  const { data } = useStores()
  const stores = data?.data ?? []
  const listed = view.store === null || stores.some(({ slug }) => slug === view.store)
  const choosePeriod = (event: ChangeEvent<HTMLSelectElement>) => {
    const name = event.target.value as PeriodName | 'custom'
    if (name !== 'custom') show({ period: { name } })
    else if (range) show({ period: { name, ...range } })
  }
  return (
    <div className={styles.filters}>
      <label className={ui.chevron}>
        <select
          className={ui.select}
          aria-label="Store"
          value={view.store ?? ''}
          onChange={(event) => show({ store: event.target.value || null })}
        >
          <option value="">All stores</option>
          {!listed && <option value={view.store ?? ''}>{view.store}</option>}
          {stores.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className={ui.chevron}>
        <select className={ui.select} aria-label="Period" value={view.period.name} onChange={choosePeriod}>
          {[...periodNames, 'custom' as const].map((name) => (
            <option key={name} value={name}>
              {periodLabels[name]}
            </option>
          ))}
        </select>
      </label>
      {view.period.name === 'custom' && <CustomRange period={view.period} today={today} show={show} />}
    </div>
  )
})

/** The same while the address is not read yet. */
export function FiltersFrame() {
  return <Filters view={FIRST} range={undefined} today={undefined} show={nothing} />
}

const FIRST: View = { store: null, period: { name: 'this_month' }, compare: 'previous' }
const nothing = () => {}

type CustomProps = { period: Extract<Period, { name: 'custom' }>; today: string | undefined; show: Props['show'] }

function CustomRange({ period, today, show }: CustomProps) {
  const start = useRef<HTMLInputElement>(null)
  const end = useRef<HTMLInputElement>(null)
  const shown = `${period.start}/${period.end}`
  const [wrongAt, setWrongAt] = useState<string>()
  const wrongOrder = wrongAt === shown

  // The fields keep what is being typed; only a change from outside (the back button) overwrites them.
  useEffect(() => {
    if (start.current) start.current.value = period.start
    if (end.current) end.current.value = period.end
  }, [period.start, period.end])

  const apply = () => {
    const [from, to] = [start.current, end.current]
    if (!from?.value || !to?.value || !from.validity.valid || !to.validity.valid) return
    setWrongAt(from.value > to.value ? shown : undefined)
    if (from.value > to.value || (from.value === period.start && to.value === period.end)) return
    show({ period: { name: 'custom', start: from.value, end: to.value } }, { replace: true })
  }
  return (
    <fieldset className={styles.custom}>
      <legend className={ui.hidden}>Custom range</legend>
      {[
        { label: 'First day', field: start, value: period.start },
        { label: 'Last day', field: end, value: period.end },
      ].map(({ label, field, value }) => (
        <label key={label}>
          <span className={ui.hidden}>{label}</span>
          <input
            ref={field}
            className={ui.input}
            type="date"
            required
            min="2000-01-01"
            max={today}
            defaultValue={value}
            aria-invalid={wrongOrder}
            onChange={apply}
          />
        </label>
      ))}
      <span role="alert" className={styles.hint}>
        {wrongOrder && 'The first day is after the last day.'}
      </span>
    </fieldset>
  )
}
