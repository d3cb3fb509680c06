import { shortDay, shortRange } from '../../lib/days.ts'
import { type DefinedFigure, definitions } from '../../lib/definitions.ts'
import { type FigureName, kindOf } from '../../lib/figures.ts'
import { useFormat } from '../../lib/preferences.ts'
import { useReport } from '../../lib/use-reports.ts'
import { Downloads } from '../downloads.tsx'
import { Asked } from '../rooms/asked.tsx'
import styles from './panel.module.css'

/** What changed in a closed month since: each figure then and now, and the entries behind it by reason. */
export function Restatements({ id }: { id: number }) {
  const format = useFormat()
  const asked = useReport(id)
  return (
    <Asked asked={asked} lines={1}>
      {({ currency, restated, changes, restatements }) => {
        const moved = changes.filter(({ closed, now, figure }) => closed !== now && figure in definitions)
        const written = (figure: string, value: number | null) => {
          const kind = kindOf(figure as FigureName)
          return kind === 'money' ? format.money(value, currency) : format[kind](value)
        }
        return (
          <div className={styles.since}>
            {!restated && <p>Nothing: every figure is as it was closed.</p>}
            {moved.length > 0 && (
              <ul>
                {moved.map(({ figure, closed, now }) => (
                  <li key={figure} data-restated={figure}>
                    <b>{definitions[figure as DefinedFigure].label}</b>
                    <span>
                      {written(figure, closed)} → {written(figure, now)}
                    </span>
                  </li>
                ))}
              </ul>
            )}
            {restatements.length > 0 && (
              <ul>
                {restatements.map((one) => (
                  <li key={`${one.store} ${one.reason} ${one.booked_on}`}>
                    <b>{one.reason}</b>
                    <span>
                      {one.store}, booked {shortDay(one.booked_on)} for {shortRange(one.first_day, one.last_day)},{' '}
                      {format.count(one.entries)} {one.entries === 1 ? 'entry' : 'entries'}, net profit{' '}
                      {format.money(one.net_profit, one.currency)}
                    </span>
                  </li>
                ))}
              </ul>
            )}
            <p>
              <Downloads path={`/reports/${id}`} query={{ table: 'figures' }} />
            </p>
          </div>
        )
      }}
    </Asked>
  )
}
