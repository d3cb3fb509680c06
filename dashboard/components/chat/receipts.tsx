'use client'

import { useState } from 'react'
import { moment } from '../../lib/times.ts'
import { asText, inputWords, toolName, words } from '../../lib/tools.ts'
import { type Receipt, useExplanation, useReceipt } from '../../lib/use-receipt.ts'
import { Asked } from '../rooms/asked.tsx'
import { Dialog } from '../rooms/dialog.tsx'
import ui from '../ui.module.css'
import { Result } from './result.tsx'
import styles from './receipts.module.css'

type Props = { ids: readonly number[]; figure: string | undefined; onClose: () => void }

/** The proofs of an answer; `figure` is what was clicked, as it is written there. */
export function Receipts({ ids, figure, onClose }: Props) {
  return (
    <Dialog
      title={figure === undefined ? 'Where the figures come from' : `Where ${figure.trim()} comes from`}
      wide
      onClose={onClose}
    >
      {ids.map((id) => (
        <Proof key={id} id={id} figure={figure} />
      ))}
    </Dialog>
  )
}

function Proof({ id, figure }: { id: number; figure: string | undefined }) {
  const asked = useReceipt(id)
  return (
    <Asked asked={asked} lines={4}>
      {(receipt) => (
        <section className={styles.proof} aria-label={toolName(receipt.tool)}>
          <header>
            <h3>{toolName(receipt.tool)}</h3>
            <p>
              {inputWords(receipt.input) || 'without further terms'} · as of {moment(receipt.as_of)}
            </p>
          </header>
          <Result value={receipt.result} figure={figure} />
          <Again receipt={receipt} />
        </section>
      )}
    </Asked>
  )
}

/** The same question once more, with the SQL that asks it. */
function Again({ receipt }: { receipt: Receipt }) {
  const [wanted, setWanted] = useState(false)
  const asked = useExplanation(receipt.id, wanted)
  if (!wanted)
    return (
      <div className={styles.again}>
        <button type="button" className={ui.quiet} onClick={() => setWanted(true)}>
          Ask again now
        </button>
        <p>
          Receipt {receipt.id}, {receipt.queries.length === 1 ? 'query' : 'queries'} {receipt.queries.join(', ') || '–'}
        </p>
      </div>
    )
  return (
    <Asked asked={asked} lines={1}>
      {({ now, sql }) => (
        <div className={styles.now} role="status">
          {now === null && <p>The tool that gave these figures is not there any more.</p>}
          {now?.same === true && <p data-tone="same">Asked again: the same figures, to the cent.</p>}
          {now?.same === false && (
            <>
              <p data-tone="differs">Asked again: figures differ from those of {moment(receipt.as_of)}.</p>
              <table className={styles.table}>
                <thead>
                  <tr>
                    <th scope="col">Figure</th>
                    <th scope="col">Then</th>
                    <th scope="col">Now</th>
                  </tr>
                </thead>
                <tbody>
                  {now.differences.map(({ figure, before, now: after }) => (
                    <tr key={figure}>
                      <th scope="row">{words(figure.split('.').at(-1) ?? figure)}</th>
                      <td>{asText(before)}</td>
                      <td>{asText(after)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {now.booked_since.map((booked) => (
                <p key={`${booked.store} ${booked.reason} ${booked.booked_on}`}>
                  Booked since in {booked.store}: {booked.entries} entries ({booked.reason}) on {booked.first_day}
                  {booked.last_day !== booked.first_day && ` to ${booked.last_day}`}, {booked.effect_on_profit}{' '}
                  {booked.currency} of profit.
                </p>
              ))}
              {now.other_changes.map(({ what, changes }) => (
                <p key={what}>
                  Changed since: {what} ({changes}).
                </p>
              ))}
            </>
          )}
          {Object.entries(sql).map(([name, text]) => (
            <details key={name}>
              <summary>SQL of {name}</summary>
              <pre tabIndex={0}>{text.trim()}</pre>
            </details>
          ))}
        </div>
      )}
    </Asked>
  )
}
