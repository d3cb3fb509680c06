'use client'

import { useState } from 'react'
import { useMay } from '../../lib/use-me.ts'
import { useMissingCosts } from '../../lib/use-missing-costs.ts'
import { useRange } from '../../lib/use-range.ts'
import { useSummary } from '../../lib/use-summary.ts'
import { useView } from '../../lib/use-view.ts'
import { Downloads } from '../downloads.tsx'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import rows from '../rooms/rows.module.css'
import { useTakenBack } from '../rooms/use-taken-back.tsx'
import ui from '../ui.module.css'
import { CostsRoom } from './costs-room.tsx'
import { Grade } from './grade.tsx'
import { keyOfMissing, MissingCostRow } from './missing-cost-row.tsx'

/** Costs that nobody said, by the revenue that stands on them: work through it from the top, and the coverage rises. */
export function MissingCosts() {
  const { view } = useView()
  const { overview, range } = useRange(view)
  const { store } = view
  const summary = useSummary(store, range)
  const { rows: missing, error, mutate, more, isLoading } = useMissingCosts(store, range)
  const { done, undo } = useTakenBack()
  const may = useMay('products:write')
  const [said, setSaid] = useState<ReadonlySet<string>>(new Set())
  const asked = {
    data: missing,
    error: overview.error ?? error,
    mutate: () => Promise.all([overview.mutate(), mutate()]),
  }

  /** Off the list at once; it comes back when it is taken back. */
  const saved = (key: string) => (sentence: string, back: () => Promise<unknown>) => {
    setSaid((all) => new Set([...all, key]))
    done(sentence, async () => {
      await back()
      setSaid((all) => new Set([...all].filter((one) => one !== key)))
      await mutate()
    })
    void mutate()
  }
  const shown = missing?.filter((row) => !said.has(keyOfMissing(row)))
  return (
    <CostsRoom
      title="Missing costs"
      intro="What nobody said yet, the most revenue first. Each line taken off makes the profit of the period surer; nothing is guessed into it in silence."
    >
      <Grade coverage={summary.data?.coverage} />
      <Asked asked={asked} lines={8}>
        {() =>
          shown?.length === 0 ? (
            <Notice>
              {summary.data?.revenue === 0
                ? 'Nothing was sold in this period. Choose another period or store.'
                : 'Every cost of this period is known. There is nothing to do here.'}
            </Notice>
          ) : (
            <>
              <div className={rows.bar}>
                <p className={rows.meta}>Amounts without VAT, for the period above.</p>
                <p>
                  <Downloads path="/financials/missing-costs" query={range && { ...range, store }} />
                </p>
              </div>
              <ul className={rows.rows}>
                {shown?.map((row) => (
                  <MissingCostRow
                    key={keyOfMissing(row)}
                    row={row}
                    from={range?.start ?? ''}
                    may={may}
                    onSaved={saved(keyOfMissing(row))}
                  />
                ))}
              </ul>
              {more && (
                <button
                  type="button"
                  className={`${ui.quiet} ${rows.more}`}
                  disabled={isLoading}
                  onClick={() => void more()}
                >
                  {isLoading ? 'Looking…' : 'Show more'}
                </button>
              )}
            </>
          )
        }
      </Asked>
      {undo}
    </CostsRoom>
  )
}
