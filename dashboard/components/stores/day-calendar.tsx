import { type KeyboardEvent, useRef } from 'react'
import { longDay, mondayOf, plusDays, shortDay } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import type { ReconciledDay } from '../../lib/use-reconciliation.ts'
import ui from '../ui.module.css'
import styles from './reconciliation.module.css'

/** So many hold 90 days on whatever weekday they end. */
const WEEKS = 14
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 7, ArrowDown: -7 }

type Props = {
  /** Newest first. */
  days: ReconciledDay[]
  chosen: string
  onChoose: (day: string) => void
}

/** The last 14 weeks, newest first, each day as it stands beside the shop. Arrow keys go from day to day. */
export function DayCalendar({ days, chosen, onChoose }: Props) {
  const format = useFormat()
  const box = useRef<HTMLTableElement>(null)
  const known = new Map(days.map((day) => [day.date, day]))
  const last = days[0]?.date ?? ''
  const mondays = Array.from({ length: WEEKS }, (_, week) => plusDays(mondayOf(last), -7 * week))
  const focusable = known.has(chosen) ? chosen : last
  const press = (event: KeyboardEvent, day: string) => {
    const by = moves[event.key]
    if (by === undefined) return
    event.preventDefault()
    const next = plusDays(day, by)
    if (!known.has(next)) return
    onChoose(next)
    box.current?.querySelector<HTMLButtonElement>(`[data-day="${next}"]`)?.focus()
  }
  const words = ({ date, status, net_sales_difference, currency, differing_orders }: ReconciledDay): string =>
    status === 'matches'
      ? `${longDay(date)}: to the cent`
      : `${longDay(date)}: net sales differ by ${format.money(net_sales_difference, currency)}, ${differing_orders} ${differing_orders === 1 ? 'order' : 'orders'}`
  return (
    <table ref={box} className={styles.calendar}>
      <caption className={ui.hidden}>Days beside what the shop says, newest week first</caption>
      <thead>
        <tr>
          <td />
          {weekdays.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {mondays.map((monday) => (
          <tr key={monday}>
            <th scope="row">{shortDay(monday)}</th>
            {weekdays.map((name, place) => {
              const date = plusDays(monday, place)
              const day = known.get(date)
              return (
                <td key={name}>
                  {day ? (
                    <button
                      type="button"
                      data-day={date}
                      data-state={day.status}
                      aria-label={words(day)}
                      title={words(day)}
                      aria-pressed={date === chosen}
                      tabIndex={date === focusable ? 0 : -1}
                      onClick={() => onChoose(date)}
                      onKeyDown={(event) => press(event, date)}
                    >
                      {Number(date.slice(8))}
                    </button>
                  ) : (
                    <span data-state="unknown">{Number(date.slice(8))}</span>
                  )}
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
