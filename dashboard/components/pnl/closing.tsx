'use client'

import { useState } from 'react'
import { longMonth, monthsBefore } from '../../lib/days.ts'
import { useFormat } from '../../lib/preferences.ts'
import { dayOf } from '../../lib/times.ts'
import { useMay } from '../../lib/use-me.ts'
import { type ReportRow, useClosing, useReports } from '../../lib/use-reports.ts'
import { useSubmit } from '../../lib/use-submit.ts'
import { textOf } from '../../lib/form-text.ts'
import { Downloads } from '../downloads.tsx'
import { Figure } from '../figure.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Choice } from '../rooms/choice.tsx'
import { Dialog } from '../rooms/dialog.tsx'
import rows from '../rooms/rows.module.css'
import { type Column, Table } from '../table/table.tsx'
import ui from '../ui.module.css'
import styles from './panel.module.css'
import { Restatements } from './restatements.tsx'

type Props = { store: string | null; name: string; today: string | undefined }

/** Months that are closed, what was restated in them since, and a way to close the next. */
export function Closing({ store, name, today }: Props) {
  const asked = useReports(store)
  const mayClose = useMay('financials:write')
  const [closing, setClosing] = useState(false)
  const [open, setOpen] = useState<number>()
  const closed = asked.data?.data.filter((row) => row.store === store)
  const months =
    today && closed ? monthsBefore(today, 24).filter((month) => !closed.some((row) => row.month === month)) : []
  return (
    <section className={`${ui.panel} ${styles.panel}`} aria-labelledby="closing-title">
      <header className={styles.head}>
        <div>
          <h2 id="closing-title">Closed months</h2>
          <p>
            Figures of a closed month stay as they were told. What is booked for it later stands here as a restatement.
          </p>
        </div>
        <div className={styles.ways}>
          {closed !== undefined && closed.length > 0 && <Downloads path="/reports" query={{ store }} />}
          {mayClose && (
            <button
              type="button"
              className={rows.plain}
              disabled={months.length === 0}
              onClick={() => setClosing(true)}
            >
              Close a month
            </button>
          )}
        </div>
      </header>
      <Asked asked={asked} lines={1}>
        {() =>
          closed?.length === 0 ? (
            <p className={styles.quiet}>No month of {name} is closed yet.</p>
          ) : (
            <div className={styles.list}>
              <ClosedMonths rows={closed ?? []} open={open} onOpen={setOpen} />
            </div>
          )
        }
      </Asked>
      {closing && <CloseMonth months={months} store={store} name={name} onClose={() => setClosing(false)} />}
    </section>
  )
}

type ListProps = { rows: ReportRow[]; open: number | undefined; onOpen: (id: number | undefined) => void }

function ClosedMonths({ rows: closed, open, onOpen }: ListProps) {
  const columns: Column<ReportRow>[] = [
    {
      name: 'revenue',
      label: 'Revenue',
      value: ({ revenue }) => revenue,
      render: ({ revenue, currency }) => <Figure name="revenue" value={revenue} currency={currency} />,
    },
    {
      name: 'net_profit',
      label: 'Net profit',
      value: ({ net_profit }) => net_profit,
      render: ({ net_profit, currency }) => <Figure name="net_profit" value={net_profit} currency={currency} />,
    },
    {
      name: 'closed_at',
      label: 'Closed',
      words: true,
      newest: true,
      value: ({ closed_at }) => closed_at,
      render: ({ closed_at }) => dayOf(closed_at),
    },
    {
      name: 'closed_by',
      label: 'By',
      words: true,
      value: ({ closed_by }) => closed_by,
      render: ({ closed_by }) => closed_by,
    },
    {
      name: 'signature',
      label: 'Signature',
      words: true,
      quiet: true,
      render: ({ signature }) => <span title={signature}>{signature.slice(0, 12)}</span>,
    },
    {
      name: 'since',
      label: 'Since then',
      words: true,
      render: ({ id }) => (
        <button
          type="button"
          className={rows.plain}
          aria-expanded={open === id}
          onClick={() => onOpen(open === id ? undefined : id)}
        >
          What changed
        </button>
      ),
    },
  ]
  return (
    <Table
      label="Closed months, the one closed last first"
      head={{
        name: 'month',
        label: 'Month',
        words: true,
        newest: true,
        value: ({ month }) => month,
        render: ({ month }) => longMonth(month),
      }}
      columns={columns}
      rows={closed}
      keyOf={({ id }) => id}
      data={({ month }) => ({ 'data-month': month })}
      renderUnder={({ id }) =>
        open === id && (
          <tr className={styles.under}>
            <td colSpan={columns.length + 1}>
              <Restatements id={id} />
            </td>
          </tr>
        )
      }
    />
  )
}

type CloseProps = { months: string[]; store: string | null; name: string; onClose: () => void }

function CloseMonth({ months, store, name, onClose }: CloseProps) {
  const close = useClosing()
  const { busy, error, submit } = useSubmit(async (entered) => {
    await close(textOf(entered, 'month'), store)
    onClose()
  })
  const format = useFormat()
  return (
    <Dialog title={`Close a month of ${name}`} onClose={onClose}>
      <form className={rows.form} onSubmit={submit}>
        <Choice
          label="Month"
          name="month"
          options={months.map((month) => ({ value: month, label: longMonth(month) }))}
          hint={`The last ${format.count(months.length)} months that are over and not closed.`}
        />
        <p>
          Its figures are frozen and signed, once and for all. Orders, returns and costs that come later still count in
          the statement, and show here as restatements.
        </p>
        <div role="alert">{error !== undefined && <p className={rows.error}>{error}</p>}</div>
        <div className={rows.end}>
          <button className={ui.button} disabled={busy}>
            {busy ? 'Closing…' : 'Close the month'}
          </button>
          <button type="button" className={ui.quiet} onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}
